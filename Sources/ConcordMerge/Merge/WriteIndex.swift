import ConcordText

/// The writes of a cell that count, so that those are found at once that survive in what somebody had seen.
///
/// A cell may have any number of writes, and what an author had before them is asked at each of their diffs: so
/// it must not cost a look at all writes, nor a copy of them. On one branch each diff has seen all before
/// it, so that the newest effective write of each branch is all that can survive of it, with the newest proposal
/// behind that; whether another write names it is asked of the first one on each branch that does.
///
/// What gives the same answer with a look at all writes: `Fold.replaced(among:)`.
struct WriteIndex {
    /// A write at the place from which on others may have seen it: its own, or that of its admission.
    private struct Item {
        /// The number of that place on its branch.
        let said: Int
        /// Its place in its author's chain.
        let at: BranchSeq
        /// Its place among the writes of the cell.
        let place: Int
        /// The greatest number in its author's chain from the list's beginning up to here.
        var greatest: Int
    }

    /// Items of one branch in their authors' chains and one of what is said, by the latter's numbers.
    private struct List {
        private(set) var items: [Item] = []

        /// Adds an item behind the others; false if it belongs before some of them.
        mutating func append(_ item: Item) -> Bool {
            var item = item
            if let last = items.last {
                guard last.said <= item.said else { return false }
                item.greatest = max(item.greatest, last.greatest)
            }
            items.append(item)
            return true
        }

        mutating func removeLast(ifAt place: Int) {
            if items.last?.place == place { items.removeLast() }
        }

        /// How many are said up to a number.
        private func count(upTo newest: Int) -> Int {
            guard let first = items.first, first.said <= newest else { return 0 }
            var low = 1
            var high = items.count
            while low < high {
                let middle = low + (high - low) / 2
                if items[middle].said > newest { high = middle } else { low = middle + 1 }
            }
            return low
        }

        /// The newest of those that are said up to a number, in its author's chain.
        func newest(upTo newest: Int, but excluded: Set<BranchSeq>) -> Item? {
            var found: Item?
            for item in items[..<count(upTo: newest)].reversed() {
                if let found, found.at.seq >= item.greatest { break }
                if excluded.contains(item.at) { continue }
                if found.map({ $0.at.seq < item.at.seq }) ?? true { found = item }
            }
            return found
        }

        /// Whether any is said up to a number.
        func hasAny(upTo newest: Int, but excluded: Set<BranchSeq>) -> Bool {
            for item in items {
                guard item.said <= newest else { return false }
                if !excluded.contains(item.at) { return true }
            }
            return false
        }
    }

    private struct Lists: Hashable {
        /// The branch of the write.
        let branch: Int
        /// The branch on which it is said.
        let said: Int
    }

    private var effective: [Lists: List] = [:]
    private var proposals: [Lists: List] = [:]
    /// Those that name a write in `over`, by the branch on which they are said.
    private var effectiveNaming: [BranchSeq: [Int: List]] = [:]
    private var proposalsNaming: [BranchSeq: [Int: List]] = [:]

    /// Adds a write.
    ///
    /// - Parameters:
    ///   - place: its place among the writes of the cell.
    ///   - said: its place in the history, or that of its admission.
    /// - Returns: false if it belongs before one that is here: then the index must be made anew.
    mutating func insert(_ write: CellWrite, at place: Int, said: BranchSeq) -> Bool {
        guard write.effect.counts else { return true }
        let isProposal = write.effect == .proposal
        let item = Item(said: said.seq, at: write.at, place: place, greatest: write.at.seq)
        let key = Lists(branch: write.at.branch, said: said.branch)
        var isLast =
            isProposal
            ? proposals[key, default: List()].append(item)
            : effective[key, default: List()].append(item)
        for named in write.over {
            let isLastNaming =
                isProposal
                ? proposalsNaming[named, default: [:]][said.branch, default: List()].append(item)
                : effectiveNaming[named, default: [:]][said.branch, default: List()].append(item)
            isLast = isLast && isLastNaming
        }
        return isLast
    }

    /// Takes out a write that was added last.
    mutating func removeLast(_ write: CellWrite, at place: Int) {
        let key = Lists(branch: write.at.branch, said: write.at.branch)
        effective[key]?.removeLast(ifAt: place)
        proposals[key]?.removeLast(ifAt: place)
        for named in write.over {
            effectiveNaming[named]?[write.at.branch]?.removeLast(ifAt: place)
            proposalsNaming[named]?[write.at.branch]?.removeLast(ifAt: place)
        }
    }

    /// The places of the writes that survive among those that somebody had seen, ascending.
    ///
    /// - Parameters:
    ///   - seen: what they had seen; nil for everything.
    ///   - excluded: writes that are left out, as if they were void.
    func surviving(
        in seen: SeenVector?,
        but excluded: Set<BranchSeq>,
        _ branches: Branches
    ) -> [Int] {
        let effective = Self.newest(of: self.effective, in: seen, but: excluded)
        let proposals = Self.newest(of: self.proposals, in: seen, but: excluded)
        var cover = ChainCover()
        for item in effective.values { cover.insert(before: item.at, in: branches) }
        var beneath = ChainCover()
        for item in proposals.values { beneath.insert(before: item.at, in: branches) }
        var places: [Int] = []
        for item in effective.values where !cover.contains(item.at) {
            if isNamed(item, by: effectiveNaming, in: seen, but: excluded) { continue }
            places.append(item.place)
        }
        for item in proposals.values where !cover.contains(item.at) && !beneath.contains(item.at) {
            if isNamed(item, by: effectiveNaming, in: seen, but: excluded) { continue }
            if isNamed(item, by: proposalsNaming, in: seen, but: excluded) { continue }
            places.append(item.place)
        }
        return places.sorted()
    }

    /// The newest of each branch.
    private static func newest(
        of lists: [Lists: List],
        in seen: SeenVector?,
        but excluded: Set<BranchSeq>
    ) -> [Int: Item] {
        var found: [Int: Item] = [:]
        for (key, list) in lists {
            let newest = seen?.newest(of: key.said) ?? .max
            guard let item = list.newest(upTo: newest, but: excluded) else { continue }
            if let known = found[key.branch], known.at.seq > item.at.seq { continue }
            found[key.branch] = item
        }
        return found
    }

    private func isNamed(
        _ item: Item,
        by naming: [BranchSeq: [Int: List]],
        in seen: SeenVector?,
        but excluded: Set<BranchSeq>
    ) -> Bool {
        naming[item.at]?.contains { branch, list in
            list.hasAny(upTo: seen?.newest(of: branch) ?? .max, but: excluded)
        } ?? false
    }
}
