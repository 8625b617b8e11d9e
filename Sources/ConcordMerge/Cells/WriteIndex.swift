import ConcordText

/// The writes of a cell that count, so that those are found at once that survive in what somebody had seen.
///
/// A cell may have any number of writes, and what an author had before them is asked at each of their diffs: so
/// it must not cost a look at all writes, nor a copy of them. On one branch each diff has seen all before it,
/// so that the newest effective write of each branch is all that can survive of it, with the newest proposal
/// after that; whether another write names it is asked of the first one on each branch that does.
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

    /// Writes that are left out, as if they were void, by somebody who asks again and again with more of them, always
    /// for what the same person had seen.
    ///
    /// Steps that wait are found one after the other, on one branch from the newest on: so it is remembered how far each
    /// list is left out from its ends, or N of them would be passed N times.
    struct LeftOut {
        private(set) var places: Set<BranchSeq> = []
        /// By a list's number: after which place all are left out, and before which.
        fileprivate var ends: [Int: Int] = [:]
        fileprivate var starts: [Int: Int] = [:]

        mutating func insert(_ place: BranchSeq) { places.insert(place) }
    }

    /// Items of one branch in their authors' chains and one of what is said, by the latter's numbers.
    private struct List {
        /// A number of its own among the lists of the index.
        let number: Int
        private(set) var items: [Item] = []

        init(number: Int) { self.number = number }

        /// Adds an item after the others; false if it belongs before some of them.
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
        func newest(upTo newest: Int, but leftOut: inout LeftOut) -> Item? {
            var end = count(upTo: newest)
            if !leftOut.places.isEmpty {
                end = min(end, leftOut.ends[number] ?? end)
                while end > 0, leftOut.places.contains(items[end - 1].at) { end -= 1 }
                leftOut.ends[number] = end
            }
            var found: Item?
            for item in items[..<end].reversed() {
                if let found, found.at.seq >= item.greatest { break }
                if leftOut.places.contains(item.at) { continue }
                if found.map({ $0.at.seq < item.at.seq }) ?? true { found = item }
            }
            return found
        }

        /// Whether any is said up to a number.
        func hasAny(upTo newest: Int, but leftOut: inout LeftOut) -> Bool {
            guard let first = items.first, first.said <= newest else { return false }
            if leftOut.places.isEmpty { return true }
            var start = leftOut.starts[number] ?? 0
            while start < items.count, leftOut.places.contains(items[start].at) { start += 1 }
            leftOut.starts[number] = start
            return start < items.count && items[start].said <= newest
        }
    }

    /// Lists of items, each of one branch of writes and one branch on which they are said.
    private struct Lists {
        private struct Key: Hashable {
            /// The branch of the writes.
            let branch: Int
            /// The branch on which they are said.
            let said: Int
        }

        private var lists: [Key: List] = [:]
        /// Once there are many: the branches on which something is said, and whose writes that are. Else everybody
        /// who had seen few of them would have to look at all.
        private var many: (said: SeenVector, branches: [Int: [Int]])?

        /// Adds an item after the others of its branches; false if it belongs before some of them.
        ///
        /// - Parameter count: how many lists the index has; a new one is numbered by it.
        mutating func append(_ item: Item, said: Int, _ count: inout Int) -> Bool {
            let key = Key(branch: item.at.branch, said: said)
            if lists[key] == nil {
                lists[key] = List(number: count)
                count += 1
            }
            let isLast = lists[key]?.append(item) ?? true
            if many != nil {
                if lists[key]?.items.count == 1 { note(key) }
            } else if lists.count > SeenVector.width {
                many = (SeenVector(), [:])
                for key in lists.keys { note(key) }
            }
            return isLast
        }

        private mutating func note(_ key: Key) {
            many?.said.insert(BranchSeq(branch: key.said, seq: 1))
            many?.branches[key.said, default: []].append(key.branch)
        }

        mutating func removeLast(of branch: Int, said: Int, ifAt place: Int) {
            lists[Key(branch: branch, said: said)]?.removeLast(ifAt: place)
        }

        /// Goes through the lists on whose branches somebody had seen anything, with how much that was, until a
        /// function answers true; whether it did.
        func contains(
            seenBy seen: SeenVector?,
            where isFound: (_ branch: Int, _ newest: Int, List) -> Bool
        ) -> Bool {
            guard let seen else { return lists.contains { isFound($0.branch, .max, $1) } }
            guard let many else {
                return lists.contains { isFound($0.branch, seen.newest(of: $0.said), $1) }
            }
            return seen.branches(seenToo: many.said).contains { said in
                let newest = seen.newest(of: said)
                return (many.branches[said] ?? []).contains { branch in
                    lists[Key(branch: branch, said: said)].map { isFound(branch, newest, $0) }
                        ?? false
                }
            }
        }

        /// The newest of each branch of writes.
        func newest(seenBy seen: SeenVector?, but leftOut: inout LeftOut) -> [Int: Item] {
            var found: [Int: Item] = [:]
            _ = contains(seenBy: seen) { branch, newest, list in
                if let item = list.newest(upTo: newest, but: &leftOut),
                    found[branch].map({ $0.at.seq <= item.at.seq }) ?? true
                {
                    found[branch] = item
                }
                return false
            }
            return found
        }
    }

    private var listCount = 0
    private var effective = Lists()
    private var proposals = Lists()
    /// Those that name a write in `over`.
    private var effectiveNaming: [BranchSeq: Lists] = [:]
    private var proposalsNaming: [BranchSeq: Lists] = [:]

    /// Adds a write.
    ///
    /// - Parameters:
    ///   - place: its place among the writes of the cell.
    ///   - said: its place in the history, or that of its admission.
    /// - Returns: false if it belongs before one that is here: then the index must be rebuilt.
    mutating func insert(_ write: CellWrite, at place: Int, said: BranchSeq) -> Bool {
        guard write.effect.counts else { return true }
        let isProposal = write.effect == .proposal
        let item = Item(said: said.seq, at: write.at, place: place, greatest: write.at.seq)
        var isLast =
            isProposal
            ? proposals.append(item, said: said.branch, &listCount)
            : effective.append(item, said: said.branch, &listCount)
        for named in write.over {
            let isLastNaming =
                isProposal
                ? proposalsNaming[named, default: Lists()].append(
                    item,
                    said: said.branch,
                    &listCount
                )
                : effectiveNaming[named, default: Lists()].append(
                    item,
                    said: said.branch,
                    &listCount
                )
            isLast = isLast && isLastNaming
        }
        return isLast
    }

    /// Takes out a write that was added last.
    mutating func removeLast(_ write: CellWrite, at place: Int) {
        let branch = write.at.branch
        effective.removeLast(of: branch, said: branch, ifAt: place)
        proposals.removeLast(of: branch, said: branch, ifAt: place)
        for named in write.over {
            effectiveNaming[named]?.removeLast(of: branch, said: branch, ifAt: place)
            proposalsNaming[named]?.removeLast(of: branch, said: branch, ifAt: place)
        }
    }

    /// The places of the writes that survive among those that somebody had seen, ascending.
    ///
    /// - Parameters:
    ///   - seen: what they had seen; nil foreverything.
    ///   - leftOut: writes that are left out, as if they were void.
    func surviving(
        in seen: SeenVector?,
        but leftOut: inout LeftOut,
        _ branches: Branches
    ) -> [Int] {
        let effective = self.effective.newest(seenBy: seen, but: &leftOut)
        let proposals = self.proposals.newest(seenBy: seen, but: &leftOut)
        var cover = ChainCover()
        for item in effective.values { cover.insert(before: item.at, in: branches) }
        var beneath = ChainCover()
        for item in proposals.values { beneath.insert(before: item.at, in: branches) }
        var places: [Int] = []
        for item in effective.values where !cover.contains(item.at) {
            if isNamed(item, by: effectiveNaming, in: seen, but: &leftOut) { continue }
            places.append(item.place)
        }
        for item in proposals.values where !cover.contains(item.at) && !beneath.contains(item.at) {
            if isNamed(item, by: effectiveNaming, in: seen, but: &leftOut) { continue }
            if isNamed(item, by: proposalsNaming, in: seen, but: &leftOut) { continue }
            places.append(item.place)
        }
        return places.sorted()
    }

    private func isNamed(
        _ item: Item,
        by naming: [BranchSeq: Lists],
        in seen: SeenVector?,
        but leftOut: inout LeftOut
    ) -> Bool {
        naming[item.at]?.contains(seenBy: seen) { _, newest, list in
            list.hasAny(upTo: newest, but: &leftOut)
        } ?? false
    }
}
