import ConcordAudit
import ConcordEncoding
import ConcordEvidence
import ConcordFiles
import ConcordModel
import ConcordStorage

/// Which files of evidence are to travel, the most urgent first.
struct FilePlan: Sendable {
    /// A file that a record promises.
    struct Item: Hashable, Sendable {
        /// The record's id.
        let id: WireText
        let file: FilePromise
        /// Whether all of it is here.
        let isHere: Bool
    }

    let items: [Item]

    var isEmpty: Bool { items.isEmpty }

    /// What is to be received alone.
    var lacking: FilePlan { FilePlan(items: items.filter { !$0.isHere }) }

    private init(items: [Item]) { self.items = items }

    /// What travels: what is not here, and what is here and the server has not said to have within a day.
    init(_ replica: Replica) throws {
        let store = replica.evidence.store
        try store.cleanUp()
        let promises = try replica.store.read { try $0.promises() }
        let now = replica.environment.now()
        try Self.removeUnpromised(in: store, promises, now: now)
        var known: Set<SHA256Digest> = []
        var items: [Item] = []
        for promise in promises where promise.isPresent {
            // An empty file is known by its promise alone, and another record may promise the same file.
            guard let file = promise.file, known.insert(file.sha256).inserted else { continue }
            let isHere = try store.holds(file)
            if isHere, try file.size == 0 || Self.isConfirmed(file, replica, now) { continue }
            items.append(Item(id: promise.id, file: file, isHere: isHere))
        }
        if items.count > 1 { items = Self.sorted(items, on: try replica.snapshot().audit) }
        self.items = items
    }

    /// Whether the server is known to have a file. A receipt by a former key of the log is asked for again: once the key
    /// is changed, nobody here could check it.
    private static func isConfirmed(
        _ file: FilePromise,
        _ replica: Replica,
        _ now: Timestamp
    ) throws -> Bool {
        let store = replica.evidence.store
        guard try wasToldLately(file, store, now) else { return false }
        return try store.receipt(of: file.sha256) == nil
            || replica.evidence.receipt(of: file) != nil
    }

    /// First what counting findings cite, by the most severe grade; then the rest; of equals the shorter file.
    private static func sorted(_ items: [Item], on audit: Audit) -> [Item] {
        var urgency: [WireText: Int] = [:]
        for finding in audit.findings where finding.isCounted {
            let severity = finding.criteria.compactMap { criterion in
                criterion.grade.flatMap { Grade.allCases.firstIndex(of: $0) }
            }
            for id in finding.evidence {
                urgency[id] = max(urgency[id] ?? 0, 1 + (severity.max() ?? 0))
            }
        }
        return items.enumerated().sorted { left, right in
            let (a, b) = (urgency[left.element.id] ?? 0, urgency[right.element.id] ?? 0)
            if a != b { return a > b }
            let (c, d) = (left.element.file.size, right.element.file.size)
            return c == d ? left.offset < right.offset : c < d
        }.map(\.element)
    }

    /// How long a server's word is good that it has a file: then it is asked again, since it may have lost it, and this
    /// device may be the only one that has it still.
    private static let trustMilliseconds: Int64 = 24 * 3600 * 1000

    private static func wasToldLately(
        _ file: FilePromise,
        _ store: FileStore,
        _ now: Timestamp
    ) throws -> Bool {
        guard let told = try store.sentTold(file.sha256) else { return false }
        // A clock that was wrong may have noted a time to come.
        return abs(now.milliseconds - told.milliseconds) < trustMilliseconds
    }

    /// How old a file is that no record promises before it is taken for what a killed process left.
    private static let graceMilliseconds: Int64 = 24 * 3600 * 1000

    private static func removeUnpromised(
        in store: FileStore,
        _ promises: [StoredPromise],
        now: Timestamp
    ) throws {
        let named = Set(promises.filter { !$0.isErased }.map(\.sha256))
        for sha256 in try store.all() where !named.contains(sha256) {
            guard try store.age(of: sha256, at: now) > graceMilliseconds else { continue }
            try store.remove(sha256)
        }
    }
}
