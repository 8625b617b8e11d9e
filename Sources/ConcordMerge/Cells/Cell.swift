import ConcordDiff
import ConcordEncoding
import ConcordText

/// A cell as far as it has been loaded, with what must be written back.
///
/// A cell may have any number of writes, and most new ones come after all others. So what one more write
/// asks for (which writes survive, which claim is the first) is remembered from one to the next, and is
/// looked for again only after something else has changed.
package struct Cell: Sendable {
    /// The writes: all of them if `isComplete`, else those that survive or are void.
    package var writes: [CellWrite] {
        didSet { known = nil }
    }
    /// Whether `writes` holds the replaced ones too.
    package var isComplete: Bool
    /// The diffs whose rows have changed or are new.
    package var changed: Set<Int> = []
    /// The diffs whose rows are to go.
    package var removed: Set<Int> = []
    /// What is remembered of the writes.
    private var known: Known?

    private struct Known {
        /// The places of those that survive.
        var surviving: [Int]
        /// Whether one counts in a text that is not known.
        var isText: Bool
        /// The place of the claim that is the first, of what is written once, if it was looked for.
        var firstClaim: Int?
        /// The places of all writes by their diffs, once somebody admits some.
        var places: [Int: Int]?
        /// The same by author and number, which two branches of a forked chain may share, once a conflict's are looked at.
        var named: [WriteReference: [Int]]?
        /// What the effective writes replace, once somebody admits some.
        var beneath: Beneath?
        /// Those that count, once somebody asks what an author had before them.
        var index: WriteIndex?
        /// The place of the first addition of each branch, once somebody asks whose a record is.
        var additions: [Int: Int]?
        /// The places of those that are void until somebody admits them, by author, once an author's save is
        /// undone.
        var waiting: [Author: [Int]]?
        /// The values of those that count, once somebody asks whether one is among them.
        var values: Set<JSON?>?
    }

    /// The places that the effective writes of a cell replace: those they name and those that stand before
    /// them in their chains; of a text, those that their authors had seen.
    struct Beneath {
        private var named: Set<BranchSeq> = []
        private var cover = ChainCover()
        private var seen = SeenVector()

        func contains(_ place: BranchSeq) -> Bool {
            named.contains(place) || cover.contains(place) || seen.contains(place)
        }

        /// Adds what an effective write replaces; of a text, a proposal too.
        ///
        /// - Parameter seen: of a text, what its author had seen; else nil.
        mutating func insert(_ write: CellWrite, seen: SeenVector?, _ branches: Branches) {
            if let seen { return self.seen.formUnion(seen) }
            named.formUnion(write.over)
            cover.insert(before: write.at, in: branches)
        }
    }

    package init(writes: [CellWrite], isComplete: Bool) {
        self.writes = writes
        self.isComplete = isComplete
    }

    /// The effective writes that nothing replaced.
    package var survivors: [CellWrite] {
        if let known { return known.surviving.map { writes[$0] } }
        return writes.filter { $0.standing == .surviving }
    }

    /// Whether a write counts in a field that is not known and that is a text.
    var holdsText: Bool {
        known?.isText ?? writes.contains { $0.marks.contains(.inText) }
    }

    /// Of what is written once, the claim that is the first in the order, if that is known.
    var firstClaim: CellWrite? {
        get { known?.firstClaim.map { writes[$0] } }
        set {
            var found = look()
            found.firstClaim = newValue.flatMap { claim in
                writes.firstIndex { $0.diff == claim.diff }
            }
            known = found
        }
    }

    /// Adds a write after the others.
    ///
    /// - Parameter seen: of a text, what its author had seen; else nil.
    mutating func append(_ write: CellWrite, seen: SeenVector?, _ branches: Branches) {
        var found = look()
        known = nil
        found.places?[write.diff] = writes.count
        found.named?[branches.reference(to: write.at), default: []].append(writes.count)
        if write.effect == .effective || seen != nil && write.effect.counts {
            found.beneath?.insert(write, seen: seen, branches)
        }
        if write.standing == .surviving { found.surviving.append(writes.count) }
        if write.marks.contains(.inText) { found.isText = true }
        // What is just written is not admitted yet.
        if found.index?.insert(write, at: writes.count, said: write.at) == false {
            found.index = nil
        }
        if write.isAddition, found.additions?[write.at.branch] == nil {
            found.additions?[write.at.branch] = writes.count
        }
        if write.effect.counts { found.values?.insert(write.value) }
        if write.effect.canBeAdmitted { found.waiting = nil }
        writes.append(write)
        changed.insert(write.diff)
        removed.remove(write.diff)
        known = found
    }

    /// Takes those for replaced that a further write replaces, and answers which these are.
    mutating func replace(
        where isReplaced: (CellWrite) throws -> Bool
    ) rethrows -> [CellWrite] {
        var found = look()
        known = nil
        var replaced: [CellWrite] = []
        var surviving: [Int] = []
        surviving.reserveCapacity(found.surviving.count)
        for index in found.surviving {
            guard try isReplaced(writes[index]) else {
                surviving.append(index)
                continue
            }
            replaced.append(writes[index])
            writes[index].standing = .replaced
            changed.insert(writes[index].diff)
        }
        found.surviving = surviving
        known = found
        return replaced
    }

    /// The place of a diff's write.
    mutating func find(_ diff: Int) -> Int? {
        var found = look()
        if found.places == nil {
            found.places = Dictionary(
                writes.enumerated().map { ($1.diff, $0) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        known = found
        return found.places?[diff]
    }

    /// The writes of diffs with an author and a number, of a cell that must be complete: of a forked chain one of each
    /// branch.
    mutating func writes(
        namedBy reference: WriteReference,
        _ branches: Branches
    ) -> [CellWrite] {
        var found = look()
        if found.named == nil {
            found.named = Dictionary(grouping: writes.indices) {
                branches.reference(to: writes[$0].at)
            }
        }
        known = found
        return (found.named?[reference] ?? []).map { writes[$0] }
    }

    /// An author's writes that are void until somebody admits them, of a cell that must be complete.
    mutating func waiting(of author: Author, _ branches: Branches) -> [CellWrite] {
        var found = look()
        if found.waiting == nil {
            let places = writes.indices.filter { writes[$0].effect.canBeAdmitted }
            found.waiting = Dictionary(grouping: places) { branches[writes[$0].at.branch].author }
        }
        known = found
        return (found.waiting?[author] ?? []).map { writes[$0] }
    }

    /// Of a presence: the first addition of each branch, which must be complete. Anyone who had seen a later one had seen
    /// that, and anyone who wrote a later one knew what that one knew.
    mutating func firstAdditions() -> [CellWrite] {
        var found = look()
        if found.additions == nil {
            var additions: [Int: Int] = [:]
            for (place, write) in writes.enumerated() where write.isAddition {
                let known = additions[write.at.branch].map { writes[$0].at.seq }
                if known ?? .max > write.at.seq { additions[write.at.branch] = place }
            }
            found.additions = additions
        }
        known = found
        return (found.additions ?? [:]).values.map { writes[$0] }
    }

    /// Whether a write that counts has this value, of a cell that must be complete.
    mutating func holds(_ value: JSON) -> Bool {
        var found = look()
        if found.values == nil {
            found.values = Set(writes.lazy.filter(\.effect.counts).map(\.value))
        }
        known = found
        return found.values?.contains(value) ?? false
    }

    /// Whether the writes are indexed.
    var isIndexed: Bool { known?.index != nil }

    /// Indexes the writes, which must be complete.
    ///
    /// - Parameter said: the place of each from which on others may have seen it.
    mutating func makeIndex(said: [BranchSeq]) {
        var found = look()
        var index = WriteIndex()
        let order = writes.indices.sorted { left, right in
            (said[left].seq, left) < (said[right].seq, right)
        }
        for place in order { _ = index.insert(writes[place], at: place, said: said[place]) }
        found.index = index
        known = found
    }

    /// The writes that survive among those that somebody had seen, of a cell whose writes are indexed.
    func surviving(
        in seen: SeenVector?,
        but leftOut: inout WriteIndex.LeftOut,
        _ branches: Branches
    ) -> [CellWrite] {
        let places = known?.index?.surviving(in: seen, but: &leftOut, branches) ?? []
        return places.map { writes[$0] }
    }

    /// Whether it is known what the effective writes replace.
    var knowsWhatIsBeneath: Bool { known?.beneath != nil }

    /// Notes what the effective writes replace; needed before `admit`.
    mutating func note(_ beneath: Beneath) {
        var found = look()
        found.beneath = beneath
        known = found
    }

    /// Gives effect to a write that was void, without looking at all the others: what it replaces, and
    /// whether another one replaces it, is known (`note`).
    ///
    /// - Returns: the writes that stand differently now.
    mutating func admit(
        _ write: CellWrite,
        at place: Int,
        seen: SeenVector?,
        said: BranchSeq,
        _ branches: Branches,
        where isReplaced: (CellWrite) -> Bool
    ) -> [CellWrite] {
        var turned = replace(where: isReplaced)
        var found = look()
        known = nil
        var write = write
        let isBeneath = found.beneath?.contains(write.at) ?? false
        write.standing = isBeneath ? .replaced : .surviving
        writes[place] = write
        changed.insert(write.diff)
        turned.append(write)
        if !isBeneath {
            let index = found.surviving.firstIndex { $0 > place } ?? found.surviving.endIndex
            found.surviving.insert(place, at: index)
        }
        found.beneath?.insert(write, seen: seen, branches)
        if found.index?.insert(write, at: place, said: said) == false { found.index = nil }
        found.additions = nil
        found.waiting = nil
        found.values?.insert(write.value)
        known = found
        return turned
    }

    /// Changes the last write, which was just added, where the claim that is the first stays so.
    mutating func settleLastClaim(as effect: Effect) {
        guard var found = known, let last = writes.indices.last else { return }
        known = nil
        if !effect.counts { found.index?.removeLast(writes[last], at: last) }
        found.values = nil
        found.waiting = nil
        writes[last].effect = effect
        writes[last].standing = effect.counts ? .surviving : .void
        if !effect.counts, found.surviving.last == last { found.surviving.removeLast() }
        known = found
    }

    /// Finds once what would be looked for again each time that somebody asks.
    mutating func know() { known = look() }

    private func look() -> Known {
        if let known { return known }
        return Known(
            surviving: writes.indices.filter { writes[$0].standing == .surviving },
            isText: writes.contains { $0.marks.contains(.inText) },
            firstClaim: nil
        )
    }
}
