import ConcordText

/// Some writes on a record, in which those that a diff's author had not seen are found without looking
/// at each.
///
/// On one branch each diff has seen all before it. So of a branch's writes those that a diff had not
/// seen are at the end, and of these the ones whose authors had not seen the diff stand first: what is
/// unseen by it, or concurrent with it, is one stretch of each branch, found by halving.
struct ConcurrentWrites {
    private var chains: [Int: [LocatedWrite]] = [:]
    /// Whether writes count too whose authors had seen the diff.
    private let countsLater: Bool

    init(_ writes: [LocatedWrite], countsLater: Bool = false) {
        self.countsLater = countsLater
        for write in writes { chains[write.at.branch, default: []].append(write) }
        for branch in chains.keys {
            chains[branch]?.sort { $0.at.seq < $1.at.seq }
        }
    }

    /// The stretches of each branch that a diff had not seen, and that had not seen it.
    private func stretches(
        beside entry: DiffEntry,
        in fold: some FoldPart
    ) throws -> [(branch: Int, range: Range<Int>)] {
        var stretches: [(branch: Int, range: Range<Int>)] = []
        // What else the diff's own branch holds its author had seen, or wrote later.
        for (branch, writes) in chains where countsLater || branch != entry.at.branch {
            let isOwn = branch == entry.at.branch
            let newest = isOwn ? entry.at.seq : entry.seen.newest(of: branch)
            let start = writes.partition { $0.at.seq > newest }
            guard start < writes.count else { continue }
            if countsLater {
                stretches.append((branch, start..<writes.count))
                continue
            }
            let end = try writes[start...].partition { write in
                try fold.entry(write.diff).seen.contains(entry.at)
            }
            if start < end { stretches.append((branch, start..<end)) }
        }
        return stretches
    }

    /// Whether a diff meets any.
    func hasAny(beside entry: DiffEntry, in fold: some FoldPart) throws -> Bool {
        try !stretches(beside: entry, in: fold).isEmpty
    }

    /// Those that any of some diffs meets, each once.
    func all(besideAnyOf entries: [DiffEntry], in fold: some FoldPart) throws -> [LocatedWrite] {
        var ranges: [Int: [Range<Int>]] = [:]
        for entry in entries {
            for (branch, range) in try stretches(beside: entry, in: fold) {
                ranges[branch, default: []].append(range)
            }
        }
        var all: [LocatedWrite] = []
        for (branch, ranges) in ranges {
            guard let writes = chains[branch] else { continue }
            var next = 0
            for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound })
            where range.upperBound > next {
                all += writes[max(next, range.lowerBound)..<range.upperBound]
                next = range.upperBound
            }
        }
        // What was admitted together with the only one that it meets stands in one diff with it.
        return all.filter { write in
            guard write.at != write.write.at else { return true }
            return entries.contains {
                $0.number != write.write.diff && !$0.seen.contains(write.at)
            }
        }
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index for whose element, and for those of all after it, something holds; the end if for
    /// none.
    func partition(
        where holds: (Element) throws -> Bool
    ) rethrows -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if try holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
