/// A cell as far as it has been loaded, with what must be written back.
///
/// A cell may have any number of writes, and most new ones come behind all others. So what one more write
/// asks for (which writes survive, which claim is the first) is remembered from one to the next, and is
/// looked for anew only after something else has changed.
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

    /// Adds a write behind the others.
    mutating func append(_ write: CellWrite) {
        var found = look()
        known = nil
        if write.standing == .surviving { found.surviving.append(writes.count) }
        if write.marks.contains(.inText) { found.isText = true }
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

    /// Changes the last write, which was just added, where the claim that is the first stays so.
    mutating func settleLastClaim(as effect: Effect) {
        guard var found = known, let last = writes.indices.last else { return }
        writes[last].effect = effect
        writes[last].standing = effect.counts ? .surviving : .void
        if !effect.counts, found.surviving.last == last { found.surviving.removeLast() }
        known = found
    }

    private func look() -> Known {
        if let known { return known }
        return Known(
            surviving: writes.indices.filter { writes[$0].standing == .surviving },
            isText: writes.contains { $0.marks.contains(.inText) },
            firstClaim: nil
        )
    }
}
