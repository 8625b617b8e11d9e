import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordSigning
import ConcordStorage
import ConcordSync
import ConcordTesting

/// What is measured of a hostile shape, in this order.
enum HostileStage: String, CaseIterable {
    /// The server's verdicts on all of it, with a log in memory.
    case server
    /// Everything from bytes to the durable commit in a new replica.
    case takeIn = "take-in"
    /// Receiving one more diff.
    case more = "one more"
    /// The state, its digest, the conflicts, and what `concord conflicts show` reads of each.
    case read
    /// What `concord status`, `inbox`, `blame`, `history`, `show` and `conflicts parallel` read.
    case look
    /// An edit of the leader, who is shown everything.
    case save
    /// Finding out what undoing that edit would change.
    case undo
}

/// One shape at one size, stage by stage.
struct HostileStages {
    private let work: HostileWork
    private let folder: String
    private let meter: HostileMeter
    private let verifier = DiffVerifier()

    init(_ shape: HostileShape, size: Int, folder: String, meter: HostileMeter) throws {
        work = try shape.make(size)
        self.folder = folder
        self.meter = meter
    }

    /// Runs every stage and tells what each took.
    func run() throws {
        try server()
        let path = folder + "/hostile.concord"
        let store = try ReplicaStore.create(at: path, verifier: verifier)
        try take(work.before.map(\.envelope), into: store)
        // Whether SQLite checkpoints on the way hangs on the bytes: it counts in any case.
        try meter.measure(.takeIn) {
            try take(work.hostile.map(\.envelope), into: store)
            store.testingOnlyCarryOver()
        }
        try meter.measure(.more) { try take([work.more.envelope], into: store) }
        store.testingOnlyCarryOver()
        try meter.measure(.read) { try read(store) }
        try meter.measure(.look) { try look(store) }
        try meter.measure(.save) { try save(in: store) }
        try meter.measure(.undo) { try undo(in: store) }
        try store.close()
    }

    // MARK: The stages.

    private func server() throws {
        var acceptance = LogAcceptance(engagement: work.before[0].engagement)
        var log = MemoryLogStore()
        try post(work.before.map(\.envelope), to: &acceptance, &log, expectAccepted: true)
        let hostile = work.hostile.map(\.envelope)
        let refused = work.refused.map(\.envelope)
        try meter.measure(.server) {
            try post(hostile, to: &acceptance, &log, expectAccepted: true)
            try post(refused, to: &acceptance, &log, expectAccepted: false)
        }
    }

    /// Posts envelopes in requests that fit.
    private func post(
        _ envelopes: [[UInt8]],
        to acceptance: inout LogAcceptance,
        _ log: inout MemoryLogStore,
        expectAccepted: Bool
    ) throws {
        guard let now = Timestamp("2026-03-01T00:00:00Z") else {
            throw HostileFailure("the server's clock shows no time")
        }
        var rest = envelopes[...]
        while !rest.isEmpty {
            var bytes = 0
            let fitting = rest.prefix(SyncLimits.envelopes).prefix {
                bytes += $0.count + 1
                return bytes < SyncLimits.bodyBytes - SyncLimits.lineBytes
            }
            let request = SyncRequest(
                engagement: acceptance.engagement,
                position: acceptance.size,
                envelopes: Array(fitting)
            )
            let bytesSent = request.wireBytes
            let posted = try SyncRequest(wireBytes: bytesSent)
            let part = PostedPart(
                posted.envelopes.indices,
                of: posted,
                knownTo: acceptance.membership,
                verifier: verifier
            )
            var batch = PostedBatch(posted, parts: [part], verifier: verifier)
            let verdicts = try acceptance.received(
                &batch,
                now: now,
                verifier: verifier,
                into: &log
            )
            _ = try log.answer(to: request, verdicts: verdicts, size: acceptance.size)
            for verdict in verdicts {
                if case .accepted = verdict { continue }
                if expectAccepted { throw HostileFailure("the server answers \(verdict)") }
            }
            rest = rest.dropFirst(fitting.count)
        }
    }

    private func take(_ envelopes: [[UInt8]], into store: ReplicaStore) throws {
        let diffs = try ChainVerification.verify(
            try envelopes.map { try UnverifiedDiff(envelope: $0) },
            with: verifier
        )
        let position = try store.read { try $0.logSize }
        let result = try store.takeIn(log: diffs.map { .new($0) }, from: position)
        if let refused = result.refused {
            throw HostileFailure("diff \(refused.index) is refused: \(refused.reason)")
        }
    }

    private func read(_ store: ReplicaStore) throws {
        let conflicts = try store.read { reader in
            let conflicts = try reader.conflicts()
            let state = try reader.document()
            _ = ReplicaReader.digest(conflicts: conflicts.map(\.json), state: state)
            _ = try reader.voids()
            _ = try reader.status()
            return conflicts
        }
        try store.read { try $0.conflictDetails(at: conflicts.map(\.path)) { _ in } }
    }

    private func look(_ store: ReplicaStore) throws {
        let audit = try store.read { Audit(state: try $0.document()) }
        _ = Notices(audit, catalogues: .shipped)
        for member in ["m0", "m1"] { _ = try store.read { try $0.inbox(of: WireText(member)) } }
        _ = try store.read { try $0.blame(kind: "finding", id: "x1") }
        _ = try store.read { try $0.record(kind: "finding", id: "x1") }
        for path in try store.read({ try $0.paths(kind: "finding", id: "x1") }) {
            _ = try store.read { try $0.history(of: path) }
        }
        _ = try store.read { try $0.parallelEdits(all: true) }
    }

    private func undo(in store: ReplicaStore) throws {
        let author = work.leader.key.author
        do {
            _ = try store.read { try $0.takingBack(by: author, isRedo: false, reason: nil) }
        } catch let error as UndoError where error.code == .resolvedConflict {
            // A save that resolved a conflict cannot be undone: finding that out is measured too.
        }
    }

    private func save(in store: ReplicaStore) throws {
        guard let now = Timestamp("2026-03-01T00:00:00Z") else {
            throw HostileFailure("the device's clock shows no time")
        }
        let environment = ReplicaEnvironment(
            now: { now },
            randomBytes: { [UInt8](repeating: 7, count: $0) }
        )
        let result = try store.save(signer: work.leader.key, environment) { context in
            do {
                return try context.operations(for: work.edit)
            } catch let error as EditError where error.code == .inConflict {
                // The words that it changes are in conflict: the leader resolves that first.
                guard let path = CellPath(error.path) else { throw error }
                var decision = Edit()
                decision.resolve(path, to: "As the team leader puts it.", reason: "decided")
                return try context.operations(for: decision)
            }
        }
        guard let result else { throw HostileFailure("nothing was saved") }
        if let void = result.voided.first {
            throw HostileFailure("what the leader saved is void: \(void.reason.rawValue)")
        }
    }
}
