public import ConcordDiff

/// What one request can ask of a log, read beforehand, and what the request adds to it.
///
/// Reading takes one short look into the store. Judging then needs neither the store nor a lock of it,
/// and what is left to do inside the write transaction is to append.
public struct StagedLog: LogIndex, Sendable {
    private var entries: [DiffID: LoggedDiff] = [:]
    private var firstBranch: Set<WriteReference> = []
    /// What was appended, in order.
    public private(set) var appended: [NewEntry] = []

    /// Reads what the diffs of `batch` name: themselves and what they have seen.
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

    /// The entry with this identity, or nil; asked for what the batch names alone.
    public func entry(_ id: DiffID) -> LoggedDiff? { entries[id] }

    /// Whether an entry of this name stands on the first branch of its author's chain.
    public func hasEntryOnFirstBranch(_ reference: WriteReference) -> Bool {
        firstBranch.contains(reference)
    }

    /// Adds an entry behind all others.
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
