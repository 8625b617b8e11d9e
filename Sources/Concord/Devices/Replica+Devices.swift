import ConcordDiff
public import ConcordEncoding
import ConcordFiles
import ConcordMerge
import ConcordModel
import ConcordSigning
public import ConcordStorage
public import ConcordSync

// A further device of a member. It makes its own key, says its public half to a device that the member has already, and
// gets a signature for it. So no secret travels, and nobody who reads the codes on their way can join with them.

extension Replica {
    /// Makes the key of a new device that has no replica yet, and keeps it until `join(at:admission:…)`.
    ///
    /// Asked again for the same path, it is the same request. A replica whose key was lost is there already: it joins again
    /// in its place, and what it had not delivered is sent then.
    ///
    /// - Parameters:
    ///   - path: where the replica will be.
    ///   - device: what the person calls the device.
    ///   - passphrase: the passphrase with which the key file is encrypted; nil for none.
    ///   - keys: the storage for the key; nil for a file.
    /// - Throws: `ReplicaFailure`, for example `alreadyExists`.
    public static func requestDevice(
        at path: String,
        device: WireText?,
        environment: ReplicaEnvironment = .system,
        passphrase: String? = nil,
        keys: (any KeyStorage)? = nil
    ) throws -> DeviceRequest {
        try ReplicaFailure.mapping {
            let place = KeyPlace(storage: keys, passphrase: passphrase)
            if try OwnFile.exists(path), try !place.isLost(for: path) {
                throw ReplicaFailure(
                    .alreadyExists,
                    "There is a replica \(path) already, with its key."
                )
            }
            let waiting = request(for: path)
            let file = FileBeside.key.of(waiting)
            if try OwnFile.exists(file) {
                return DeviceRequest(
                    author: try place.key(in: file, of: waiting).author,
                    name: device
                )
            }
            let key = try newKey(environment)
            try place.store(key, for: waiting)
            return DeviceRequest(author: key.author, name: device)
        }
    }

    /// Where a request keeps its key meanwhile, as if it were a replica.
    private static func request(for path: String) -> String { path + ".request" }

    /// Signs that a new device is this member's too.
    ///
    /// Nothing is saved here: the new device brings the signature into the log when it joins.
    ///
    /// - Parameter server: the address that goes into the answer.
    /// - Throws: `ReplicaFailure`: `edit` if this device may not admit one, or the member has as many as they can have.
    public func admit(_ request: DeviceRequest, server: String? = nil) throws -> DeviceAdmission {
        try ReplicaFailure.mapping {
            let (membership, log) = try store.read { (try $0.membership, try $0.serverLog()) }
            guard let member = membership.memberWithRoom(for: author) else {
                let isActive = membership.isActive(author)
                throw ReplicaFailure(
                    .edit,
                    isActive
                        ? "A member can have \(Membership.devicesMax) devices, and you have as many. Ask your audit team"
                            + " leader for an invitation instead."
                        : "This device's work does not count any more, so it cannot let another one in. Ask your audit"
                            + " team leader."
                )
            }
            guard membership.devices[request.author] == nil else {
                throw ReplicaFailure(.edit, "That device is in the engagement already.")
            }
            let message = JoinProof.message(
                engagement: engagement,
                member: member,
                author: request.author
            )
            return DeviceAdmission(
                engagement: engagement,
                member: member,
                author: request.author,
                by: author,
                proof: try key.signature(over: message),
                server: server,
                logKey: log.flatMap { NoteKey($0.key)?.publicKey }
            )
        }
    }

    /// Joins as a further device of a member, with the answer of one that they have already.
    ///
    /// It can be repeated after an interruption.
    ///
    /// - Parameters:
    ///   - path: the path of the request, and of the new file.
    ///   - admission: the answer.
    ///   - device: what the person calls the device.
    ///   - transport: the way to the server; nil to join with `log` alone. What is saved is sent by the first sync.
    ///   - log: an exported log (`LogLine.exported`, one per line), which is taken in first.
    ///   - renaming: as in `join(at:code:…)`.
    /// - Throws: `ReplicaFailure`, for example `wrongInvitation`; then no replica is left behind, and the request stays.
    public static func join(
        at path: String,
        admission: DeviceAdmission,
        device: WireText?,
        through transport: (some SyncTransport)?,
        log: [UInt8]? = nil,
        environment: ReplicaEnvironment = .system,
        passphrase: String? = nil,
        keys: (any KeyStorage)? = nil,
        renaming: (WireText) -> String? = { _ in nil }
    ) async throws -> Replica {
        let place = KeyPlace(storage: keys, passphrase: passphrase)
        let file = FileBeside.key.of(request(for: path))
        let key = try requestedKey(place, file, for: admission)
        let queue = WorkQueue("joining")
        if try await queue.run({ try ReplicaFailure.mapping { try OwnFile.exists(path) } }) {
            let replica = try await queue.run {
                try opening(path, withKeyIn: file, place, environment)
            }
            do {
                try await replica.joinAgain(admission, name: device, through: transport, log: log)
            } catch {
                // The request has it still; a file with the key of a stranger would only look whole.
                try ReplicaFailure.mapping { try OwnFile.remove(FileBeside.key.of(path)) }
                throw error
            }
            try ReplicaFailure.mapping { try OwnFile.remove(file) }
            return replica
        }
        let draft = try await queue.run { try ReplicaFailure.mapping { try ReplicaDraft(path) } }
        let final: String
        do {
            let replica = try await queue.run {
                try making(draft, key: key, environment, place, keyFile: file) { store, _ in
                    try admission.serverLog.map { try store.keep($0) }
                    return admission.engagement
                }
            }
            if let log { _ = try await queue.run { try replica.importLog(log) } }
            let join = try await queue.run {
                try replica.joinDiff(by: admission, name: device, isAlone: transport == nil)
            }
            if let transport { try await replica.bringIn(join, through: transport) }
            let number = try await queue.run {
                try ReplicaFailure.mapping {
                    try replica.holdJoin(join, of: admission)
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
            try await queue.run { try ReplicaFailure.mapping { try draft.discard() } }
            throw error
        }
        let replica = try await open(
            at: final,
            environment: environment,
            passphrase: passphrase,
            keys: keys
        )
        try ReplicaFailure.mapping { try OwnFile.remove(file) }
        return replica
    }

    /// Opens a file whose key was lost with the key of a request.
    private static func opening(
        _ path: String,
        withKeyIn file: String,
        _ place: KeyPlace,
        _ environment: ReplicaEnvironment
    ) throws -> Replica {
        try ReplicaFailure.mapping {
            try OwnFile.remove(FileBeside.key.of(path))
            try place.copy(file, for: path)
            return try open(
                at: path,
                environment: environment,
                passphrase: place.passphrase,
                keys: place.storage
            )
        }
    }

    /// Joins with the file of a device whose key was lost.
    private func joinAgain(
        _ admission: DeviceAdmission,
        name: WireText?,
        through transport: (some SyncTransport)?,
        log: [UInt8]?
    ) async throws {
        guard admission.engagement == engagement else {
            throw ReplicaFailure(.wrongInvitation, "The answer is for another engagement.")
        }
        if let log { _ = try await writing.run { [self] in try importLog(log) } }
        let isAlone = transport == nil
        let join = try await writing.run { [self] in
            try joinDiff(by: admission, name: name, isAlone: isAlone)
        }
        if let transport {
            try await post(join, through: transport)
            _ = try await sync(through: transport)
        }
        try await writing.run { [self] in
            try ReplicaFailure.mapping { try holdJoin(join, of: admission) }
        }
    }

    private static func requestedKey(
        _ place: KeyPlace,
        _ file: String,
        for admission: DeviceAdmission
    ) throws -> SigningKey {
        try ReplicaFailure.mapping {
            guard try OwnFile.exists(file) else {
                throw ReplicaFailure(
                    .keyMissing,
                    "This device has made no request yet, so the answer is not for it."
                )
            }
            let key = try place.key(in: file, of: file)
            guard key.author == admission.author else {
                throw ReplicaFailure(
                    .wrongInvitation,
                    "The answer is for another device: its key begins with"
                        + " \(admission.author.description.prefix(8)), and this device's with"
                        + " \(key.author.description.prefix(8))."
                )
            }
            return key
        }
    }

    /// Receives the log, and has the join in it: of a join that was interrupted the server may have it already.
    private func bringIn(_ join: UnverifiedDiff, through transport: some SyncTransport) async throws
    {
        do {
            _ = try await sync(through: transport)
        } catch let failure as ReplicaFailure
            where failure.refusalCode == SyncRefusal.unknownEngagement.rawValue
        {
            // Who has not joined reads nothing.
        }
        let isIn = try ReplicaFailure.mapping {
            try store.read { try $0.membership.devices[author] != nil }
        }
        if isIn { return }
        try await post(join, through: transport)
        _ = try await sync(through: transport)
    }

    /// Posts the join alone: the server knows nobody by this key yet.
    private func post(_ join: UnverifiedDiff, through transport: some SyncTransport) async throws {
        let request = SyncRequest(engagement: engagement, position: 0, envelopes: [join.envelope])
        let response: SyncResponse
        do throws(SyncFailure) {
            response = try await transport.exchange(request, by: key.requestSigner)
        } catch {
            throw Self.notAdmitted(error) ?? error
        }
        switch response.verdicts.first {
        case .accepted, .known: break
        default: throw Self.notLetIn
        }
    }

    /// Posts the join of a device that joined with a file and has not met the server yet: the log that it holds may be longer
    /// than a request, and a request of who has not joined is not answered. If that fails, so does the sync that follows.
    func introduce(through transport: some SyncTransport) async throws {
        let join = try await writing.run { [self] () -> UnverifiedDiff? in
            try ReplicaFailure.mapping {
                try store.read { reader in
                    let first = WriteReference(seq: 1, author: author)
                    guard try reader.logSize == 0, let id = try reader.diffs(first).first?.id,
                        id != engagement, let bytes = try reader.envelope(of: id)
                    else { return nil }
                    return try UnverifiedDiff(envelope: bytes, mayBeErased: true)
                }
            }
        }
        guard let join, join.head.parents.count == 1 else { return }
        let request = SyncRequest(engagement: engagement, position: 0, envelopes: [join.envelope])
        do throws(SyncFailure) {
            _ = try await transport.exchange(request, by: key.requestSigner)
        } catch {
            return
        }
    }

    private static let notLetIn = ReplicaFailure(
        .wrongInvitation,
        "The server does not let this device in. Run `concord sync` on the device that admitted it, and try again. If"
            + " that does not help, that device may have been revoked: ask your audit team leader."
    )

    private static func notAdmitted(_ failure: SyncFailure) -> ReplicaFailure? {
        guard case .refused(let code) = failure.code,
            code == SyncRefusal.unknownEngagement.rawValue
        else { return nil }
        return notLetIn
    }

    /// Makes sure that the join is here, and notes it as the newest diff of the device.
    private func holdJoin(_ join: UnverifiedDiff, of admission: DeviceAdmission) throws {
        let first = WriteReference(seq: 1, author: author)
        var id = try store.read { try $0.diffs(first).first?.id }
        if id == nil {
            let verified = try ChainVerification.verify([join], with: DiffVerifier())
            do {
                _ = try store.takeInAll(pending: verified)
            } catch is PendingRefusal {
                throw ReplicaFailure(
                    .wrongInvitation,
                    "The log does not know the device that admitted this one, or it was revoked. Export it again on that"
                        + " device."
                )
            }
            id = join.id
        }
        let isActive = try store.read { try $0.membership.isActive(author) }
        guard isActive, let id else { throw Self.notLetIn }
        note.write(seq: 1, id: id)
    }
}

extension Replica {
    /// The join that brings an admission into the log.
    ///
    /// It has seen the engagement's beginning alone, so that the server takes it whatever else is on its way. Without a
    /// server it comes after the join of the device that admits: what has no place in the log is judged in the order of what
    /// it had seen.
    private func joinDiff(
        by admission: DeviceAdmission,
        name: WireText?,
        isAlone: Bool
    ) throws -> UnverifiedDiff {
        let operation = Genesis.sibling(
            author: author,
            member: admission.member,
            by: admission.by,
            proof: admission.proof,
            name: name,
            reason: nil
        )
        let first = WriteReference(seq: 1, author: admission.by)
        let known = isAlone ? try store.read { try $0.diffs(first).first?.id } : nil
        let head = Head(
            author: author,
            seq: 1,
            engagement: engagement,
            parents: [known ?? engagement],
            time: environment.now(),
            body: SHA256Digest(hashing: [])
        )
        let salt = name.map { _ in WireText(Base64URL.encode(environment.randomBytes(16))) }
        return try UnverifiedDiff(
            head: head,
            body: Body(operations: [operation], salt: salt),
            signer: key
        )
    }
}

extension ReplicaFailure {
    /// The code with which the server refused; nil if it was something else.
    fileprivate var refusalCode: String? {
        guard let failure = cause as? SyncFailure, case .refused(let code) = failure.code else {
            return nil
        }
        return code
    }
}
