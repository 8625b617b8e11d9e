import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordTesting
import Foundation

/// Replicas that take one history in differently, and anyone who looks at them.
enum HistoryFuzz {
    static func run(_ bytes: [UInt8]) {
        let history = FuzzHistory(bytes)
        do {
            try check(history, bytes)
        } catch {
            preconditionFailure("a history is taken in, or refused: \(error)")
        }
    }

    private static func check(_ history: FuzzHistory, _ bytes: [UInt8]) throws {
        let folder = NSTemporaryDirectory() + "concord-fuzz-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { remove(folder) }
        let one = try ReplicaStore.create(at: folder + "/one.concord", verifier: HashVerifier())
        let log = try takeIn(history.diffs, into: one)
        let digest = try one.read { try $0.digest() }
        try checkState(one, "taken in at once")
        let other = try ReplicaStore.create(at: folder + "/other.concord", verifier: HashVerifier())
        try takeInPending(log, order: bytes, into: other)
        try checkState(other, "taken in without the log")
        let result = try other.takeIn(log: log.map { .held($0.id) }, from: 0)
        precondition(result.position == log.count, "the log's order is taken in: \(result)")
        let otherDigest = try other.read { try $0.digest() }
        precondition(otherDigest == digest, "one log, one state")
        try checkState(other, "then put in the order of the log")
        try look(at: one, history)
        try save(in: other, history, bytes)
        try checkState(other, "saved in")
        try one.close()
        try other.close()
    }

    /// Takes diffs in as a log, leaving out what is refused; returns what is in.
    private static func takeIn(
        _ diffs: [UnverifiedDiff],
        into store: ReplicaStore
    ) throws -> [VerifiedDiff] {
        var rest = diffs.map { VerifiedDiff(unchecked: $0, proof: .signature) }[...]
        var taken: [VerifiedDiff] = []
        while !rest.isEmpty {
            let result = try store.takeIn(log: rest.map { .new($0) }, from: taken.count)
            let count = result.refused?.index ?? rest.count
            precondition(result.position == taken.count + count, "what is before a refusal is in")
            taken += rest.prefix(count)
            rest = rest.dropFirst(count + (result.refused == nil ? 0 : 1))
        }
        return taken
    }

    /// Takes diffs in without places, in another order and in small portions.
    private static func takeInPending(
        _ log: [VerifiedDiff],
        order bytes: [UInt8],
        into store: ReplicaStore
    ) throws {
        var input = FuzzInput(bytes.reversed())
        var waiting = log
        var known: Set<DiffID> = []
        while !waiting.isEmpty {
            let ready = waiting.indices.filter { index in
                waiting[index].head.parents.allSatisfy(known.contains)
            }
            var portion: [VerifiedDiff] = []
            for index in ready.reversed() where portion.isEmpty || input.happens(onceIn: 2) {
                portion.append(waiting.remove(at: index))
            }
            for (diff, result) in zip(portion, try store.takeIn(pending: portion)) {
                guard case .taken = result else {
                    preconditionFailure("what the log has is taken in: \(result)")
                }
                known.insert(diff.id)
            }
        }
    }

    private static func checkState(_ store: ReplicaStore, _ moment: String) throws {
        let result = try store.checkState()
        precondition(result.isSame, "\(moment): \(result.differences.joined(separator: "\n"))")
    }

    /// All that people look at.
    private static func look(at store: ReplicaStore, _ history: FuzzHistory) throws {
        try store.read { reader in
            let state = try reader.document()
            for conflict in try reader.conflicts() {
                let account = try reader.conflictDetails(at: conflict.path)
                precondition(account != nil, "a listed conflict can be looked at: \(conflict.path)")
            }
            _ = try reader.voids()
            _ = try reader.status()
            _ = try reader.parallelEdits(all: true)
            for device in history.devices { _ = try reader.inbox(of: device.member) }
            let paths = Set(history.diffs.flatMap(\.body.operations).map(\.path))
            for path in paths {
                _ = try reader.blame(path)
                _ = try reader.history(of: path)
            }
            evaluate(Audit(state: state))
        }
    }

    /// What reports and conclusions are made from.
    private static func evaluate(_ audit: Audit) {
        let catalogues = Catalogues.shipped
        _ = Notices(audit, catalogues: catalogues, contested: ["r1"])
        _ = audit.coverage(catalogues).map(\.counts)
        _ = Tally(audit, catalogues: catalogues)
        for standard in audit.standards { _ = ConclusionFacts(standard: standard, in: audit) }
    }

    /// What a leader saves is as they typed it, or is refused.
    private static func save(
        in store: ReplicaStore,
        _ history: FuzzHistory,
        _ bytes: [UInt8]
    ) throws {
        var input = FuzzInput(bytes)
        let signer = history.devices[input.number(below: history.devices.count)].key
        var edit = Edit()
        edit.setText(CellPath(kind: "finding", record: "r1", field: "statement"), to: "é, as typed")
        edit.set(CellPath(kind: "finding", record: "r1", field: "unit"), to: .string("é"))
        guard let time = Timestamp("2026-03-01T00:00:00Z") else {
            preconditionFailure("a time can be read")
        }
        let environment = ReplicaEnvironment(
            now: { time },
            randomBytes: { [UInt8](repeating: 7, count: $0) }
        )
        do {
            _ = try store.save(signer: signer, environment) { try $0.operations(for: edit) }
        } catch let error as EditError {
            _ = "\(error)"
        } catch let refusal as SaveRefusal {
            _ = "\(refusal)"
        }
    }

    private static func remove(_ folder: String) {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            preconditionFailure("\(folder) is left: \(error)")
        }
    }
}
