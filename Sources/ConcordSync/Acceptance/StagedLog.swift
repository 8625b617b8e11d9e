public import ConcordDiff

/// The part of a log that one request can need, read beforehand, and what the request adds.
///
/// Reading is one short read transaction. Judging then needs neither the store nor its lock, and the
/// write transaction only appends.
public struct StagedLog: LogIndex, Sendable {
    private var entries: [DiffID: LoggedDiff] = [:]
    private var firstBranch: Set<WriteReference> = []
    /// What was appended, in order.
    public private(set) var appended: [NewEntry] = []

    /// Reads the entries that the diffs of `batch` name: themselves and what they have seen.
    public init(for batch: PostedBatch, from store: some LogIndex) throws {
        for id in batch.identities {
            if let entry = try store.entry(id) { entries[id] = entry }
        }
        for diff in batch.readable where entries[diff.id] == nil {
            if try store.hasEntryOnFirstBranch(diff.reference) {
                firstBranch.insert(diff.reference)
            }
        }
    }

    /// The entry with this identity, or nil; only for identities that the batch names.
    public func entry(_ id: DiffID) -> LoggedDiff? { entries[id] }

    /// Whether an entry of this name is on the first branch of its author's chain.
    public func hasEntryOnFirstBranch(_ reference: WriteReference) -> Bool {
        firstBranch.contains(reference)
    }

    /// Adds an entry after all others.
    public mutating func append(_ entry: NewEntry) {
        entries[entry.diff.id] = LoggedDiff(
            position: entry.position,
            reference: entry.diff.reference,
            isFork: entry.isFork
        )
        if !entry.isFork { firstBranch.insert(entry.diff.reference) }
        appended.append(entry)
    }
}
