import ConcordEncoding
import ConcordModel

/// The `add`s of a record that are not void, in the order of the log: whose it is depends on which of them an
/// author had seen, and is asked at every write.
struct Additions {
    struct Addition {
        let diff: Int
        let at: BranchSeq

        /// Whether an author had seen it, or adds the record with it.
        func isSeen(by entry: DiffEntry) -> Bool {
            diff == entry.number || entry.seen.contains(at)
        }
    }

    /// In the order of the log, what is pending behind it.
    private(set) var all: [Addition] = []
    /// Whether one of them is no proposal.
    private(set) var isAdded = false

    /// The first of those that an author had seen.
    func first(for entry: DiffEntry) -> Addition? { all.first { $0.isSeen(by: entry) } }

    fileprivate init(_ adds: [CellWrite]) {
        all = adds.map { Addition(diff: $0.diff, at: $0.at) }
        isAdded = adds.contains { $0.effect == .effective }
    }

    fileprivate mutating func insert(_ new: CellWrite, at place: Int) {
        all.insert(Addition(diff: new.diff, at: new.at), at: place)
        if new.effect == .effective { isAdded = true }
    }
}

extension Fold {
    /// The `add`s of a record that are not void.
    mutating func additions(of record: RecordEntry) throws -> Additions {
        if let known = additions[record.number] { return known }
        let adds = try cell(.presence(of: record.number), complete: true).writes.filter {
            $0.effect.counts && $0.value != nil
        }
        let sorted = try adds.sorted { try isPlaced($0, before: $1) }
        let found = Additions(sorted)
        additions[record.number] = found
        return found
    }

    /// Notes a write that was just put into a cell: nearly always an `add` comes behind all others.
    mutating func noteAddition(_ write: CellWrite, at key: CellKey) throws {
        guard key.field.isEmpty, write.effect.counts, write.value != nil,
            var known = additions.removeValue(forKey: key.record)
        else { return }
        var place = known.all.endIndex
        while place > 0,
            try Self.isPlaced(entry(write.diff), before: entry(known.all[place - 1].diff))
        {
            place -= 1
        }
        known.insert(write, at: place)
        additions[key.record] = known
    }

    /// Forgets what is known of the `add`s of a record: a verdict on one has changed, or its place, or it has gone.
    mutating func forgetAdditions(of record: Int) { additions[record] = nil }
}
