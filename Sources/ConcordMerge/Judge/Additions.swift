import ConcordEncoding
import ConcordModel
import ConcordText

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

    /// The first of each branch, in the order of the log, what is pending after it. Who had seen a later one
    /// had seen that, and who wrote a later one knew what that one knew.
    private(set) var all: [Addition] = []
    /// Whether one of them is not a proposal.
    private(set) var isAdded = false

    /// The first of those that an author had seen.
    func first(for entry: DiffEntry) -> Addition? { all.first { $0.isSeen(by: entry) } }

    private var branches: Set<Int>

    fileprivate init(_ adds: [CellWrite], isAdded: Bool) {
        all = adds.map { Addition(diff: $0.diff, at: $0.at) }
        branches = Set(adds.map(\.at.branch))
        self.isAdded = isAdded
    }

    /// Notes a further one; false if its place among the others is needed.
    fileprivate mutating func note(_ new: CellWrite) -> Bool {
        if new.effect == .effective { isAdded = true }
        return branches.contains(new.at.branch)
    }

    fileprivate mutating func insert(_ new: CellWrite, at place: Int) {
        branches.insert(new.at.branch)
        all.insert(Addition(diff: new.diff, at: new.at), at: place)
    }
}

/// The `add`s of records, as far as it was asked whose those are.
final class AdditionMemory {
    fileprivate var all: [Int: Additions] = [:]

    /// Forgets them.
    func forget() { all.removeAll(keepingCapacity: true) }
}

extension RecordOwners {
    /// The `add`s of a record that are not void.
    func additions(of record: RecordEntry) throws -> Additions {
        if let known = memory.additions.all[record.number] { return known }
        let firsts = try firstAdditions(of: record.number)
        let isAdded = try cell(.presence(of: record.number), complete: true).writes.contains {
            $0.isAddition && $0.effect == .effective
        }
        let sorted = try firsts.sorted { try precedence.isPlaced($0, before: $1) }
        let found = Additions(sorted, isAdded: isAdded)
        memory.additions.all[record.number] = found
        return found
    }

    /// Notes a write that was just put into a cell: nearly always an `add` comes after all others.
    func noteAddition(_ write: CellWrite, at key: CellKey) throws {
        guard key.field.isEmpty, write.isAddition,
            var known = memory.additions.all.removeValue(forKey: key.record)
        else { return }
        if known.note(write) {
            memory.additions.all[key.record] = known
            return
        }
        var place = known.all.endIndex
        while place > 0,
            try Precedence.isPlaced(entry(write.diff), before: entry(known.all[place - 1].diff))
        {
            place -= 1
        }
        known.insert(write, at: place)
        memory.additions.all[key.record] = known
    }

    /// Forgets what is known of the `add`s of a record: a verdict on one has changed, or its place, or it has gone.
    func forgetAdditions(of record: Int) { memory.additions.all[record] = nil }
}
