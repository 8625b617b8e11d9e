import ConcordDiff
public import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordSigning
import ConcordStorage

extension Replica {
    /// Makes somebody who is in the team its leader, by the engagement's recovery key: for when nobody who leads has a
    /// device left.
    ///
    /// The recovery key joins as a leader of its own, appoints the member, and ends its own membership, in one diff
    /// signed by a key that is then forgotten. Who was leader before stays so: revoke lost devices next.
    /// `Protocol/membership.md`, "Recovery".
    ///
    /// - Parameters:
    ///   - secret: the secret half of the recovery key in base64url, as it was printed when the engagement was opened.
    ///     White space in it does not matter.
    ///   - member: who is to lead, by record id; nil for this device's own member.
    /// - Returns: the record id of who leads now.
    /// - Throws: `ReplicaFailure`, for example `wrongRecoveryKey`; then nothing was written.
    @discardableResult
    public func recover(with secret: String, appointing member: WireText? = nil) throws -> WireText
    {
        try ReplicaFailure.mapping {
            let recovery = try recoveryKey(secret)
            let membership = try store.read { try $0.membership }
            guard let id = member ?? membership.devices[author]?.member,
                let former = membership.members[id]
            else {
                throw ReplicaFailure(
                    .edit,
                    "The recovery key makes a member of the team its leader, and this is none."
                )
            }
            if former.role == .lead, !former.isRevoked {
                throw ReplicaFailure(.edit, "They lead the audit already.")
            }
            let mayWrite = membership.devices.values.contains { device in
                device.member == id && !device.isRevoked && !device.isSurplus
            }
            guard mayWrite else {
                throw ReplicaFailure(
                    .edit,
                    "They have no device that may write. Join with the recovery code on a new device instead."
                )
            }
            let key = try Self.newKey(environment)
            let proof = try recovery.joinProof(
                engagement: engagement,
                invitation: Membership.recovery,
                author: key.author
            )
            let name: WireText = "Recovery key"
            let temporary = environment.newID()
            let joining = Genesis.join(
                author: key.author,
                member: temporary,
                invitation: Membership.recovery,
                fields: [:],
                name: name,
                device: name,
                letter: nil,
                proof: proof
            )
            _ = try store.save(signer: key, environment, isOfDevice: false) { context in
                var edit = Edit()
                edit.set(.member(id, .role), to: .string(Role.lead.rawValue))
                if former.isRevoked { edit.set(.member(id, .status), to: "active") }
                let ends = Operation(.add("revoked"), at: .member(temporary, .status))
                return try joining + context.operations(for: edit) + [ends]
            }
            return id
        }
    }

    /// Ends the recovery key, as when the paper was lost: nobody can use it from then on. Leaders may, and who edits
    /// the team. It cannot be replaced.
    ///
    /// - Throws: `SaveRefusal` where one may not, otherwise `ReplicaFailure`; then nothing was written.
    public func endRecoveryKey(reason: WireText? = nil) throws {
        let known = try ReplicaFailure.mapping {
            try store.read { try $0.membership.invitations[Membership.recovery] }
        }
        guard let known, !known.isWithdrawn else {
            throw ReplicaFailure(
                .wrongRecoveryKey,
                known == nil
                    ? "This engagement has no recovery key."
                    : "An audit team leader has ended the recovery key already."
            )
        }
        let status = CellPath.invitation(Membership.recovery, .status)
        _ = try saveOperations { _ in [Operation(.add("withdrawn"), at: status, reason: reason)] }
    }

    /// The recovery key, if it is this engagement's and was not ended.
    private func recoveryKey(_ secret: String) throws -> InvitationKey {
        let text = secret.filter { !$0.isWhitespace }
        let known = try store.read { try $0.membership.invitations[Membership.recovery] }
        guard let bytes = Base64URL.decode(text), let key = InvitationKey(secret: bytes),
            let known, known.key == key.publicKey
        else {
            throw ReplicaFailure(
                .wrongRecoveryKey,
                "This is not the recovery key of this engagement, or a part of it is missing. It has 43 characters, as"
                    + " they were printed when the engagement was opened."
            )
        }
        if known.isWithdrawn {
            throw ReplicaFailure(
                .wrongRecoveryKey,
                "An audit team leader has ended this recovery key."
            )
        }
        return key
    }
}
