import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordSigning
import ConcordStorage
public import ConcordSync
import Synchronization

/// How far a sync has come.
public struct SyncProgress: Hashable, Sendable {
    /// How many entries of the log this device has.
    public let position: Int
    /// How many entries the server has.
    public let size: Int
    /// How many diffs of this device the server has not accepted yet.
    public let pending: Int
    /// Whether a request was sent and its answer has not arrived.
    public let isWaiting: Bool
}

extension Replica {
    /// Exchanges diffs with the server: sends what the server does not have, and receives what is
    /// new.
    ///
    /// Each answer is verified and stored in one step. A sync that is interrupted continues
    /// next time after the last stored answer. Edits saved during a sync are sent by the next one.
    ///
    /// If the server's log differs from the one that this replica knows (the server was restored,
    /// or another one had answered before), the replica goes back to the last entry that both have,
    /// receives the server's, and offers what the server lacks, including other people's diffs.
    /// `SyncSummary.parted` says so. `SyncSummary.restored` says how many of its own diffs a
    /// replica received back that had been restored from a copy.
    ///
    /// - Throws: `ReplicaFailure`: `server` if there was no answer, `contradiction` if the server
    ///   or somebody's diff contradicts what was signed. Whatever was stored before stays.
    public func sync(
        through transport: some SyncTransport,
        progress: @Sendable (SyncProgress) -> Void = { _ in }
    ) async throws -> SyncSummary {
        let signer = try await writing.run { [self] in
            try ReplicaFailure.mapping {
                var signer = try requestSigner()
                signer.opening = try openingProof()
                return signer
            }
        }
        try await introduce(through: transport)
        return try await sync(through: transport, by: signer, progress)
    }

    /// Asks a server whether it is the one of this engagement's log, before anything is sent to it: where a person has
    /// given another address than the one used so far.
    ///
    /// Does nothing while this replica knows no key of the log, as before its first sync.
    ///
    /// - Throws: `ReplicaFailure`: `strangeServer` if it has not signed with the key of the log; nothing has changed
    ///   then. `server` if there was no answer.
    public func recognize(through transport: some SyncTransport) async throws {
        let signer: RequestSigner? = try await writing.run { [self] in
            try ReplicaFailure.mapping {
                try store.read { try $0.serverLog() } == nil ? nil : try requestSigner()
            }
        }
        guard let signer else { return }
        let before = syncState.withLock { $0 }
        defer { note(before) }
        do {
            let (_, end) = try await runSession(
                .logAlone,
                through: transport,
                by: signer,
                asStranger: true
            ) { _ in }
            guard case .finished(isSigned: false) = end else { return }
            throw Self.stranger(.notSigned)
        } catch {
            throw ReplicaFailure.mapped(error)
        }
    }

    /// With which key requests are signed: the device's, or the one before it, which the server knows, until the device's
    /// join has its place in the log.
    private func requestSigner() throws -> RequestSigner {
        let key = self.key
        let first = WriteReference(seq: 1, author: key.author)
        let join = try store.read { try $0.diffs(first).first }
        guard let join, join.position == nil, join.id != engagement else {
            return key.requestSigner
        }
        return try place.formerKey(for: path)?.requestSigner ?? key.requestSigner
    }

    /// The same, as somebody else than this device: the holder of an invitation, before they have joined.
    func sync(
        through transport: some SyncTransport,
        by signer: RequestSigner,
        _ progress: @Sendable (SyncProgress) -> Void = { _ in }
    ) async throws -> SyncSummary {
        let before = syncState.withLock { $0 }
        do {
            let summary = try await exchange(through: transport, by: signer, progress)
            await settle()
            note(SyncStatus.State(summary, at: environment.now()))
            return summary
        } catch {
            // Also where it is cut off: what came in before stays.
            await settle()
            note(SyncStatus.State.after(error) ?? before)
            throw error
        }
    }

    /// Syncs for as long as this, and then gives up: for runs in the background, whose time is limited.
    ///
    ///     _ = try await replica.sync(through: transport, within: .seconds(25))
    ///
    /// What was stored by then stays, and the next sync continues from there. The transport has to give
    /// up when its task is cancelled.
    ///
    /// - Throws: as `sync`; `server` when the time is over.
    public func sync(
        through transport: some SyncTransport,
        within limit: Duration
    ) async throws -> SyncSummary {
        try await withThrowingTaskGroup(of: SyncSummary?.self) { group in
            group.addTask { try await self.sync(through: transport) }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            if let first = try await group.next(), let summary = first { return summary }
            throw Self.timeIsOver(limit)
        }
    }

    private static func timeIsOver(_ limit: Duration) -> ReplicaFailure {
        let message =
            "The sync was not finished within \(limit). The next sync continues from there."
        return ReplicaFailure(.server, message, cause: SyncFailure(.timeout, message))
    }

    /// Checkpoints received diffs into the file.
    private func settle() async {
        await writing.run { [store] in store.settle() }
    }

    /// Runs sessions until the server's log and this one are the same.
    private func exchange(
        through transport: some SyncTransport,
        by signer: RequestSigner,
        _ progress: @Sendable (SyncProgress) -> Void
    ) async throws -> SyncSummary {
        var parted: [PartedLog] = []
        var texts: TextsBefore?
        var signer = signer
        do {
            var summary: SyncSummary?
            var scope = SyncScope.everything
            while true {
                let (part, end) = try await runSession(
                    scope,
                    through: transport,
                    by: signer,
                    progress
                )
                summary = summary?.followed(by: part) ?? part
                switch (end, scope) {
                case (.parted(let place), _):
                    guard parted.count < Self.partingsMax else { throw Self.keepsChanging }
                    let isFirst = texts == nil
                    let read = try await writing.run { [store] in
                        let read = isFirst ? try store.read { try TextsBefore($0) } : nil
                        try store.goBack(to: place.common)
                        return read
                    }
                    texts = texts ?? read
                    parted.append(place)
                    summary?.parted.append(place)
                    // What the server has need not be sent to be known.
                    scope = place.size > place.common ? .logAlone : .everything
                case (.finished, .logAlone): scope = .everything
                case (.finished, .everything):
                    var whole = summary ?? part
                    // What was saved on a copy that has no effect is signed again, and sent.
                    if whole.keyChange == nil,
                        let change = try await writing.run({ [self] in try goOnAsCopy() })
                    {
                        whole.keyChange = change
                        summary = whole
                        signer = try await writing.run { [self] in try requestSigner() }
                        continue
                    }
                    if let texts {
                        whole.reread = try await writing.run { [store] in
                            try store.read { try texts.reread(in: $0) }
                        }
                    }
                    _ = await writing.run { [self] in noteAccess(after: nil) }
                    return whole
                }
            }
        } catch {
            _ = await writing.run { [self] in noteAccess(after: error) }
            throw ReplicaFailure.mapped(error).telling(parted)
        }
    }

    /// The texts as they read before a replica went back to an earlier entry of its log, with how many edits each had.
    private struct TextsBefore: Sendable {
        private var texts: [CellPath: (text: JSON, edits: Int)] = [:]

        init(_ reader: ReplicaReader) throws {
            for (path, text) in try Self.texts(of: reader) {
                texts[path] = (text, try reader.history(of: path).count)
            }
        }

        /// Those that read differently now and that nobody has edited.
        func reread(in reader: ReplicaReader) throws -> [CellPath] {
            let now = try Self.texts(of: reader)
            return try texts.filter { path, before in
                try now[path] != nil && now[path] != before.text
                    && reader.history(of: path).count == before.edits
            }.keys.sorted { $0.text < $1.text }
        }

        private static func texts(of reader: ReplicaReader) throws -> [CellPath: JSON] {
            var texts: [CellPath: JSON] = [:]
            for (kind, records) in try reader.document() {
                let fields = Schema.kind(kind)?.fields.filter { $0.rule == .text } ?? []
                for (id, record) in records.objectValue ?? [:] where !fields.isEmpty {
                    for field in fields {
                        let path = CellPath(kind: kind, record: id, field: field.name)
                        texts[path] = record[field.name]
                    }
                }
            }
            return texts
        }
    }

    /// How often one sync goes back: each time the server must have got another log in between.
    private static let partingsMax = 3

    private static let keepsChanging = ReplicaFailure(
        .contradiction,
        "The server's log keeps changing. Your work is safe and you can keep working offline; tell"
            + " the server's operator."
    )

    /// What a session exchanges.
    private enum SyncScope {
        /// What is only in the log.
        case logAlone
        /// What is in the log, and what has no place in it.
        case everything
    }

    private enum SessionEnd {
        /// To the end of the log; whether the key that is known has signed that.
        case finished(isSigned: Bool)
        case parted(PartedLog)
    }

    /// Receives the entries of a bundle, as from a server.
    ///
    /// - Throws: as `sync`; nothing that contradicts what is here is taken in.
    func receiveLog(of bundle: BundleFile) async throws {
        // A bundle says nothing of how this device stands with the server.
        let before = syncState.withLock { $0 }
        defer { note(before) }
        do {
            _ = try await runSession(
                .logAlone,
                through: bundle,
                by: key.requestSigner
            ) { _ in }
        } catch {
            throw ReplicaFailure.mapped(error)
        }
        await settle()
    }

    /// Carries out the actions of one session, to its end.
    private func runSession(
        _ scope: SyncScope,
        through transport: some SyncTransport,
        by signer: RequestSigner,
        asStranger isStranger: Bool = false,
        _ progress: @Sendable (SyncProgress) -> Void
    ) async throws -> (SyncSummary, SessionEnd) {
        var (session, pending, own) = try await writing.run { [self] in try newSession(scope) }
        var posting: [DiffID] = []
        var action = session.start()
        var size = session.position
        var restored = 0
        var witnesses: [DiffID] = []
        var isFirst = true
        var isSigned = false
        while true {
            switch action {
            case .load(let ids):
                posting = ids
                let loaded = try await writing.run { [self] in try envelopes(of: ids) }
                action = session.loaded(loaded)
            case .identify(let positions):
                let found = try await writing.run { [store] in
                    try store.read { try $0.identities(at: positions) }
                }
                action = session.identified(found)
            case .send(let request):
                if let newest = posting.compactMap({ own[$0] }).max() {
                    let posted = PostedDiffs(author: author, newest: newest)
                    await writing.run { [sentNote] in sentNote.write(posted) }
                    posting = []
                }
                tell(Self.progress(session, size, pending, isWaiting: true), isFirst, progress)
                do throws(SyncFailure) {
                    action = session.received(try await transport.exchange(request, by: signer))
                } catch {
                    try await check(error, of: request, from: isStranger)
                    action = session.failed(try await provingMove(error))
                }
            case .takeIn(let delivery):
                isFirst = false
                let taken = try await writing.run { [self] in
                    try takeIn(delivery, from: isStranger).map {
                        (taken: $0, pending: try status().pending)
                    }
                }
                guard let taken else {
                    action = session.lacksOwn()
                    continue
                }
                isSigned = taken.taken.isSigned
                restored += taken.taken.own
                witnesses += taken.taken.witnesses
                size = delivery.size
                action = session.stored()
                pending = taken.pending
                tell(Self.progress(session, size, pending, isWaiting: false), isFirst, progress)
            case .goBack(let parted, var summary):
                (summary.restored, summary.witnesses) = (restored, witnesses)
                return (summary, .parted(parted))
            case .finished(var summary):
                (summary.restored, summary.witnesses) = (restored, witnesses)
                return (summary, .finished(isSigned: isSigned))
            case .stopped(let failure, _): throw failure
            case .refused(let refusal, _): throw Self.discarded(refusal)
            }
        }
    }

    private static func discarded(_ refusal: SessionRefusal) -> ReplicaFailure {
        ReplicaFailure(
            .contradiction,
            "The server's answer contradicts an earlier one (\(refusal.rawValue)) and was"
                + " discarded. You can keep working offline; tell the server's operator."
        )
    }

    /// Lets a log part only where the key of the log stands behind it.
    private func check(
        _ failure: SyncFailure,
        of request: SyncRequest,
        from isStranger: Bool
    ) async throws {
        guard case .parted(let parting) = failure.code else { return }
        try await writing.run { [self] in try check(parting, of: request, from: isStranger) }
    }

    /// Tells the caller and observers how far the sync has come.
    private func tell(
        _ state: SyncProgress,
        _ isFirst: Bool,
        _ progress: @Sendable (SyncProgress) -> Void
    ) {
        note(SyncStatus.State(state, isFirst: isFirst))
        progress(state)
    }

    private static func progress(
        _ session: SyncSession,
        _ size: Int,
        _ pending: Int,
        isWaiting: Bool
    ) -> SyncProgress {
        SyncProgress(
            position: session.position,
            size: size,
            pending: pending,
            isWaiting: isWaiting
        )
    }

    private func newSession(
        _ scope: SyncScope
    ) throws -> (session: SyncSession, pending: Int, own: [DiffID: Int]) {
        try store.read { reader in
            // A restored file asks for its own diffs too: they may be newer than what it holds.
            let newest = try note.read()
            let isBehind = try newest.map { try reader.diff($0.id) == nil } ?? false
            let position = try reader.logSize
            let pending = try reader.pending()
            let offered = scope == .everything ? pending : []
            let session = SyncSession(
                engagement: engagement,
                position: position,
                last: try reader.identities(at: [position - 1])[position - 1],
                own: isBehind ? nil : author,
                logKey: try reader.serverLog().flatMap { NoteKey($0.key) }?.id,
                pending: offered.map { PendingDiff(id: $0.id, bytes: $0.bytes) }
            )
            // The numbers of this device's diffs that may be posted.
            let own = offered.filter { $0.reference.author == author }
                .map { ($0.id, $0.reference.seq) }
            return (session, pending.count, Dictionary(own) { first, _ in first })
        }
    }

    private func envelopes(of ids: [DiffID]) throws -> [DiffID: [UInt8]] {
        try store.read { reader in
            var envelopes: [DiffID: [UInt8]] = [:]
            for id in ids { envelopes[id] = try reader.envelope(of: id) }
            return envelopes
        }
    }
}

extension Error {
    /// The failure, with what happened to the log before it.
    fileprivate func telling(_ parted: [PartedLog]) -> any Error {
        guard let failure = self as? ReplicaFailure, let last = parted.last else { return self }
        let told = " Before that: " + last.description
        let cause = failure.cause.map { cause in
            guard let cause = cause as? SyncFailure else { return cause }
            return SyncFailure(cause.code, cause.message + told, cause: cause.cause)
        }
        return ReplicaFailure(failure.code, failure.message + told, cause: cause)
    }
}
