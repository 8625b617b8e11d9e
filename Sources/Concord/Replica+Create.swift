import ConcordDiff
public import ConcordEncoding
import ConcordFiles
import ConcordMerge
public import ConcordModel
import ConcordSigning
public import ConcordStorage
public import ConcordSync

extension Replica {
    /// Opens a new engagement. The person who opens it is its audit team leader.
    ///
    /// - Parameters:
    ///   - path: the path of the new file.
    ///   - content: the leader, and what is known of the engagement.
    ///   - environment: the clock and the randomness.
    ///   - passphrase: the passphrase with which the key file is encrypted; nil for none.
    ///   - keys: the storage for the key; nil for the file `PATH.key`.
    /// - Returns: the replica, and the secret of the recovery key in base64url. Print it once and
    ///   keep it on paper: who has it can appoint a leader (`recover(with:appointing:)`).
    /// - Throws: `ReplicaFailure`, for example `alreadyExists`; then nothing is left behind.
    public static func create(
        at path: String,
        engagement content: EngagementDraft,
        environment: ReplicaEnvironment = .system,
        passphrase: String? = nil,
        keys: (any KeyStorage)? = nil
    ) throws -> (replica: Replica, recoveryKey: String) {
        try ReplicaFailure.mapping {
            let key = try newKey(environment)
            let secret = environment.randomBytes(32)
            guard let recovery = InvitationKey(secret: secret) else {
                preconditionFailure("32 bytes make a key")
            }
            let place = KeyPlace(storage: keys, passphrase: passphrase)
            let draft = try ReplicaDraft(path)
            do {
                let replica = try making(draft, key: key, environment, place) { store, key in
                    try found(content, recovery: recovery, in: store, key: key, environment)
                }
                try replica.addRecords(content.records)
                try replica.store.close()
                try draft.finish()
            } catch {
                place.remove(key)
                try draft.discard()
                throw error
            }
            let replica = try open(
                at: path,
                environment: environment,
                passphrase: passphrase,
                keys: keys
            )
            return (replica, Base64URL.encode(secret))
        }
    }

    /// Joins an engagement with an invitation code: fetches its log and signs the join.
    ///
    /// The join counts once it is signed. If the server stops answering after that, the next sync
    /// sends it.
    ///
    /// - Parameters:
    ///   - path: the path of the new file.
    ///   - code: the invitation code that the person was given.
    ///   - name: the person's name; by default the one in the invitation.
    ///   - device: what the person calls the device.
    ///   - transport: the way to the server.
    ///   - environment: the clock and the randomness.
    ///   - passphrase: the passphrase with which the key file is encrypted; nil for none.
    ///   - keys: the storage for the key; nil for the file `PATH.key`.
    ///   - renaming: another path for the replica, given the engagement's number, which is not known
    ///     before the log has arrived. The replica stays at `path` if this returns nil or a path that
    ///     is taken.
    /// - Throws: `ReplicaFailure`, for example `wrongInvitation` or `server`; then nothing is left
    ///   behind.
    public static func join(
        at path: String,
        code: InvitationCode,
        name: WireText? = nil,
        device: WireText,
        through transport: some SyncTransport,
        environment: ReplicaEnvironment = .system,
        passphrase: String? = nil,
        keys: (any KeyStorage)? = nil,
        renaming: (WireText) -> String? = { _ in nil }
    ) async throws -> Replica {
        guard let invited = code.requestSigner else { throw ReplicaFailure.damagedCode }
        let key = try newKey(environment)
        let place = KeyPlace(storage: keys, passphrase: passphrase)
        let queue = WorkQueue("joining")
        let draft = try await queue.run { try ReplicaFailure.mapping { try ReplicaDraft(path) } }
        let final: String
        do {
            let replica = try await queue.run {
                try making(draft, key: key, environment, place) { store, _ in
                    try code.serverLog.map { try store.keep($0) }
                    return code.engagement
                }
            }
            // The device is nobody yet; the invitation's key reads for it.
            do {
                _ = try await replica.sync(through: transport, by: invited)
            } catch {
                throw ReplicaFailure.closedToInvited(error) ?? error
            }
            let number = try await queue.run {
                try replica.signJoin(code, name: name, device: device)
                return try ReplicaFailure.mapping {
                    let number = try replica.number()
                    try replica.store.close()
                    return number
                }
            }
            let wanted = number.flatMap(renaming) ?? path
            final = try await queue.run {
                try ReplicaFailure.mapping { try draft.finish(as: wanted) }
            }
        } catch {
            place.remove(key)
            try await queue.run { try ReplicaFailure.mapping { try draft.discard() } }
            throw error
        }
        let replica = try await open(
            at: final,
            environment: environment,
            passphrase: passphrase,
            keys: keys
        )
        try await replica.deliverJoin(through: transport, place)
        return replica
    }

    /// Sends the signed join. If the server stops answering, the join may have reached it and used
    /// up the invitation: it is kept, and the next sync sends it again.
    private func deliverJoin(
        through transport: some SyncTransport,
        _ place: KeyPlace
    ) async throws {
        do {
            let summary = try await sync(through: transport)
            guard let refused = summary.refused.first else { return }
            try await abandonJoin(place)
            throw ReplicaFailure(
                .wrongInvitation,
                "The server refused the join (\(refused.code)): \(refused.detail). Ask the audit"
                    + " team leader for a new code."
            )
        } catch let failure as ReplicaFailure where failure.code == .server {
            guard let closed = ReplicaFailure.closedToInvited(failure) else { return }
            try await abandonJoin(place)
            throw closed
        }
    }

    /// Removes the replica that could not join, and its key.
    private func abandonJoin(_ place: KeyPlace) async throws {
        try await writing.run { [self] in
            try ReplicaFailure.mapping {
                try store.release()
                try ReplicaDraft.remove(path)
            }
        }
        place.remove(key)
    }

    /// The engagement's number, if it has one.
    func number() throws -> WireText? {
        let kind = Schema.engagement.name
        return try store.read { try $0.document(kinds: [kind])[kind] }?.objectValue?
            .values.lazy.compactMap { $0["number"]?.stringValue }.first
    }

    static func newKey(_ environment: ReplicaEnvironment) throws -> SigningKey {
        guard let key = SigningKey(seed: environment.randomBytes(32)) else {
            preconditionFailure("32 bytes make a key")
        }
        return key
    }

    /// A key for a further device of a member: one whose draft numbers no other device of theirs gives.
    static func newKey(
        _ environment: ReplicaEnvironment,
        besides membership: Membership,
        of member: WireText
    ) throws -> SigningKey {
        let own = membership.devices.filter { $0.value.member == member }
        let marks = Set(own.map { DraftNumbers.mark($0.key) })
        var key = try newKey(environment)
        // Few devices, thousands of marks: the second try is rare.
        for _ in 0..<Membership.devicesMax where marks.contains(DraftNumbers.mark(key.author)) {
            key = try newKey(environment)
        }
        return key
    }

    /// Makes the files of a replica under the names of a draft.
    ///
    /// - Parameter keyFile: the file of a key that is kept already, if it is not to be stored.
    static func making(
        _ draft: ReplicaDraft,
        key: SigningKey,
        _ environment: ReplicaEnvironment,
        _ place: KeyPlace,
        keyFile: String? = nil,
        begin: (ReplicaStore, SigningKey) throws -> DiffID
    ) throws -> Replica {
        try ReplicaFailure.mapping {
            let path = draft.path
            let note = ReplicaGuard(path: FileBeside.newestDiff.of(path))
            let store = try ReplicaStore.create(at: path, verifier: DiffVerifier()) { seq, id in
                note.write(seq: seq, id: id)
            }
            if let keyFile {
                try place.copy(keyFile, for: path)
            } else {
                try place.store(key, for: path)
            }
            return Replica(
                path: path,
                engagement: try begin(store, key),
                store: store,
                key: key,
                place,
                environment: environment
            )
        }
    }

    /// Signs the engagement's first diff.
    private static func found(
        _ draft: EngagementDraft,
        recovery: InvitationKey,
        in store: ReplicaStore,
        key: SigningKey,
        _ environment: ReplicaEnvironment
    ) throws -> DiffID {
        let receipt = try store.save(signer: key, environment) { _ in
            Genesis.founding(
                draft,
                author: key.author,
                member: environment.newID(),
                engagement: environment.newID(),
                recoveryKey: recovery.publicKey
            )
        }
        guard let receipt else { preconditionFailure("a first diff holds operations") }
        return receipt.id
    }

    private func addRecords(_ records: [EngagementDraft.Record]) throws {
        for first in stride(from: 0, to: records.count, by: 1000) {
            var edit = Edit()
            for record in records[first..<min(first + 1000, records.count)] {
                edit.add(record.kind, id: record.id, fields: record.fields)
            }
            try save(edit)
        }
    }

    /// Signs the join of this device.
    private func signJoin(_ code: InvitationCode, name: WireText?, device: WireText) throws {
        guard let secret = InvitationKey(secret: code.secret) else {
            throw ReplicaFailure.damagedCode
        }
        guard let fields = try invitation(code.invitation),
            fields[InvitationField.key]?.stringValue == WireText(Base64URL.encode(secret.publicKey))
        else {
            throw ReplicaFailure(
                .wrongInvitation,
                "The engagement has no such invitation. Ask the audit team leader to sync, or for a"
                    + " new code."
            )
        }
        let proof = try secret.joinProof(
            engagement: engagement,
            invitation: code.invitation,
            author: author
        )
        let member = environment.newID()
        let operations = Genesis.join(
            author: author,
            member: member,
            invitation: code.invitation,
            fields: fields,
            name: name ?? fields[InvitationField.name]?.stringValue ?? device,
            device: device,
            letter: Self.letter(fields, member: member),
            proof: proof
        )
        let receipt = try saveOperations(keepingVoid: true) { _ in operations }
        if let voided = receipt?.voided.first {
            throw ReplicaFailure(
                .wrongInvitation,
                "The invitation is not valid any more (\(voided.reason.rawValue)). Ask the audit team"
                    + " leader for a new code."
            )
        }
    }

    /// The fields of an invitation, or what the recovery key gives.
    private func invitation(_ id: WireText) throws -> JSONObject? {
        try store.read { reader in
            guard id == Membership.recovery else {
                let kind = Schema.invitation.name
                return try reader.document(kinds: [kind])[kind]?[id]?.objectValue
            }
            return try reader.membership.invitations[id].map { recovery in
                [
                    InvitationField.key.name: .string(WireText(Base64URL.encode(recovery.key))),
                    InvitationField.role.name: .string(recovery.role.rawValue),
                    InvitationField.letter.name: recovery.letter.map { .string($0) } ?? .null,
                    InvitationField.uses.name: .integer(Int64(recovery.uses)),
                ]
            }
        }
    }

    /// The letter of draft numbers: the invitation's. If several people may use the invitation,
    /// part of the member's id follows it, so that numbers stay unique without a server.
    private static func letter(_ fields: JSONObject, member: WireText) -> WireText? {
        guard let letter = fields[InvitationField.letter]?.stringValue else { return nil }
        guard fields[InvitationField.uses]?.integerValue ?? 1 > 1 else { return letter }
        return "\(letter)\(String(member.string.suffix(3)))"
    }
}

extension Replica {
    /// Invites a person: signs an invitation with a role, an expiry and a number of uses. Anyone
    /// who has the code can join.
    ///
    /// - Parameters:
    ///   - role: what the person may do.
    ///   - name: the person it is for, as a suggestion.
    ///   - standards: the standards in which the person is competent.
    ///   - inTraining: the standards in which the person is in training.
    ///   - letter: the letter of their draft numbers; the next free one by default.
    ///   - expires: the time after which the server accepts no join.
    ///   - uses: how many people may join with it.
    ///   - server: the address that goes into the code.
    ///   - further: other fields of the invitation.
    /// - Throws: `ReplicaFailure`.
    public func invite(
        role: Role,
        name: WireText? = nil,
        standards: [WireText] = [],
        inTraining: [WireText] = [],
        letter: WireText? = nil,
        expires: Timestamp? = nil,
        uses: Int = 1,
        server: String? = nil,
        fields further: JSONObject = [:]
    ) throws -> InvitationCode {
        try ReplicaFailure.mapping {
            let secret = environment.randomBytes(32)
            guard let invitation = InvitationKey(secret: secret) else {
                preconditionFailure("32 bytes make a key")
            }
            let id = environment.newID()
            var fields = further
            fields[InvitationField.key] = .string(Base64URL.encode(invitation.publicKey))
            fields[InvitationField.role] = .string(role.rawValue)
            fields[InvitationField.letter] = .string(try letter ?? nextLetter())
            fields[InvitationField.uses] = .integer(Int64(uses))
            if let name { fields[InvitationField.name] = .string(name) }
            if let expires { fields[InvitationField.expires] = .string(expires.description) }
            if !standards.isEmpty {
                fields[InvitationField.standards] = .array(standards.map { .string($0) })
            }
            if !inTraining.isEmpty {
                fields[InvitationField.inTraining] = .array(inTraining.map { .string($0) })
            }
            var edit = Edit()
            edit.add(Schema.invitation.name, id: id, fields: fields)
            do {
                try save(edit)
            } catch let refusal as SaveRefusal {
                let reason = refusal.voided.first.map { " (\($0.reason.rawValue))" } ?? ""
                throw ReplicaFailure(
                    .edit,
                    "Only an audit team leader can invite\(reason).",
                    cause: refusal
                )
            }
            return InvitationCode(
                engagement: engagement,
                invitation: id,
                secret: secret,
                server: server,
                logKey: try store.read { try $0.serverLog() }.flatMap { NoteKey($0.key)?.publicKey }
            )
        }
    }

    /// The first letter that no member and no invitation has.
    private func nextLetter() throws -> WireText {
        let document = try store.read {
            try $0.document(kinds: [Schema.member.name, Schema.invitation.name])
        }
        var taken: Set<WireText> = []
        for kind in [Schema.member.name, Schema.invitation.name] {
            for (_, fields) in document[kind]?.objectValue ?? [:] {
                if let letter = fields[InvitationField.letter]?.stringValue {
                    taken.insert(letter)
                }
            }
        }
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { WireText(decoding: [$0]) }
        let pairs = letters.flatMap { first in letters.map { "\(first)\($0)" as WireText } }
        return (letters + pairs).first { !taken.contains($0) } ?? "X"
    }
}
