import ConcordDiff
import ConcordEncoding

/// Every diff that was ever made in a run, with what its author had seen, worked out again from the
/// parents alone: what the replicas say about causality is checked against it.
struct DiffRegistry {
    /// A diff and its past.
    struct Known {
        let diff: UnverifiedDiff
        let number: Int
        /// The numbers of all that its author had seen.
        let past: Set<Int>
        let depth: Int
    }

    private(set) var all: [Known] = []
    private var numbers: [DiffID: Int] = [:]
    private var byReference: [WriteReference: [Int]] = [:]
    /// The records that somebody wrote on, in the order of their first write.
    private(set) var records: [CellPath] = []
    private var recordSet: Set<CellPath> = []

    /// The cells of each diff that did not count on its author's own replica when it was saved.
    private var keptVoid: [DiffID: Set<CellPath>] = [:]

    /// Notes what of a diff its author saved although it did not count.
    mutating func note(keptVoid paths: [CellPath], of diff: DiffID) {
        keptVoid[diff, default: []].formUnion(paths)
    }

    /// Whether a diff's author heard, when they saved it, that it does not count at a place.
    func isKeptVoid(_ diff: DiffID, at path: CellPath) -> Bool {
        keptVoid[diff]?.contains(path) ?? false
    }

    subscript(id: DiffID) -> Known? { numbers[id].map { all[$0] } }

    mutating func note(_ diff: UnverifiedDiff) {
        guard numbers[diff.id] == nil else { return }
        var past: Set<Int> = []
        var depth = 0
        for parent in diff.head.parents {
            guard let parent = self[parent] else { preconditionFailure("a parent is made first") }
            past.formUnion(parent.past)
            past.insert(parent.number)
            depth = max(depth, parent.depth)
        }
        numbers[diff.id] = all.count
        byReference[diff.reference, default: []].append(all.count)
        all.append(Known(diff: diff, number: all.count, past: past, depth: depth + 1))
        for operation in diff.body.operations {
            let record = CellPath(kind: operation.path.kind, record: operation.path.record)
            if recordSet.insert(record).inserted { records.append(record) }
        }
    }

    /// Whether the author of `later` had seen `earlier`.
    func has(_ later: DiffID, seen earlier: DiffID) -> Bool {
        guard let later = self[later], let earlier = self[earlier] else { return false }
        return later.past.contains(earlier.number)
    }

    /// Whether a diff is before another one in one chain.
    func isInChain(_ earlier: DiffID, before later: DiffID) -> Bool {
        var next = self[later].flatMap(previous)
        while let known = next {
            if known.diff.id == earlier { return true }
            next = previous(known)
        }
        return false
    }

    private func previous(_ known: Known) -> Known? {
        known.diff.head.seq > 1 ? known.diff.head.parents.first.flatMap { self[$0] } : nil
    }

    /// Whether neither of two authors had seen the other's diff.
    func areConcurrent(_ left: DiffID, _ right: DiffID) -> Bool {
        left != right && !has(left, seen: right) && !has(right, seen: left)
    }

    /// The diffs that `reference` names for the author of `id`.
    func named(_ reference: WriteReference, by id: DiffID) -> [DiffID] {
        guard let writer = self[id] else { return [] }
        return (byReference[reference] ?? []).filter(writer.past.contains).map { all[$0].diff.id }
    }
}
