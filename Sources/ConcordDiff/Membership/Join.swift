import ConcordEncoding
import ConcordModel

/// The part of a diff that admits its own author.
///
/// Either an invitation's key signed for it, or another device of the same member: the one that the join
/// names, or the member's first one. So one signature is checked, however many devices a member has. `Protocol/membership.md`,
/// "Join".
struct Join {
    /// What admits.
    enum Warrant {
        /// The invitation of this record id.
        case invitation(WireText)
        /// Another device of the same member.
        case sibling(Author)
        /// The member's first device, if the join names none.
        case firstDevice
    }

    /// What admits.
    let warrant: Warrant
    /// The member's record id.
    let member: WireText
    /// The signature over `JoinProof.message`.
    let proof: WireText

    /// The join in `diff`, if it adds the device of its own author with a proof, and names either an
    /// invitation or a device that admits.
    init?(_ diff: UnverifiedDiff) {
        let author = diff.head.author.text
        for operation in diff.body.operations {
            guard operation.path.kind == Schema.device.name, operation.path.record == author,
                operation.path.field == nil, case .add(.object(let fields)) = operation.action,
                // A name that only looks like a member's id would find it in a dictionary of strings.
                let member = fields[DeviceField.member]?.stringValue, CellPath.isName(member),
                let proof = fields[DeviceField.proof]?.stringValue
            else { continue }
            self.member = member
            self.proof = proof
            switch (fields[DeviceField.invitation], fields[DeviceField.by]) {
            case (.string(let id)?, nil) where CellPath.isName(id): warrant = .invitation(id)
            case (nil, .string(let key)?):
                guard let sibling = Author(key) else { return nil }
                warrant = .sibling(sibling)
            case (nil, nil): warrant = .firstDevice
            default: return nil
            }
            return
        }
        return nil
    }

    /// The invitation's record id, or nil where a sibling device admits.
    var invitation: WireText? {
        if case .invitation(let id) = warrant { return id }
        return nil
    }
}

/// The one signature check that decides whether a diff joins its author.
///
/// What is checked follows from membership; the check itself does not, so that a server can make it
/// before it takes the log's lock.
public struct JoinCheck: Hashable, Sendable {
    /// The key that has to have signed: the invitation's, or the admitting device's.
    public let key: [UInt8]
    /// The message that it must have signed.
    public let message: [UInt8]
    /// The signature that the join brings.
    public let signature: [UInt8]

    /// Whether the signature is right.
    public func isValid(_ verifier: some SignatureVerifier) -> Bool {
        verifier.isValid(signature: signature, over: message, by: key)
    }
}

extension Membership {
    /// The most devices that a member can have; those that join after them are surplus.
    public static let devicesMax = 32

    /// The check that decides whether `diff` joins its author at this place; nil if it is not a
    /// join, or if the invitation or device that it names admits nobody here.
    public func joinCheck(of diff: UnverifiedDiff) -> JoinCheck? {
        guard let join = Join(diff) else { return nil }
        return joinCheck(of: join, by: diff.head.author)
    }

    func joinCheck(of join: Join, by author: Author) -> JoinCheck? {
        guard let engagement, let signature = Base64URL.decode(join.proof) else { return nil }
        switch join.warrant {
        case .invitation(let id):
            guard let invitation = invitations[id] else { return nil }
            let message = JoinProof.message(engagement: engagement, invitation: id, author: author)
            return JoinCheck(key: invitation.key, message: message, signature: signature)
        case .sibling(let sibling): return siblingCheck(of: join, by: author, signature, sibling)
        case .firstDevice:
            guard let first = tally.first[join.member] else { return nil }
            return siblingCheck(of: join, by: author, signature, first)
        }
    }

    private func siblingCheck(
        of join: Join,
        by author: Author,
        _ signature: [UInt8],
        _ sibling: Author
    ) -> JoinCheck? {
        // A revoked device admits nobody, nor does any device of a revoked member.
        guard let engagement, isActive(sibling), devices[sibling]?.member == join.member else {
            return nil
        }
        let message = JoinProof.message(
            engagement: engagement,
            member: join.member,
            author: author
        )
        return JoinCheck(key: sibling.publicKey, message: message, signature: signature)
    }
}
