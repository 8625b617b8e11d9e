// Where an insertion goes among the concurrent ones at the same place.
//
// An item's left origin is the item before the cursor in the text its author saw. Its right origin
// is the next item that its author had inserted or seen, if that has the same left origin, and
// otherwise none. Between the two stand only items that the author had not seen. They are passed
// one by one: what hangs on an item further left ends the search; what hangs further right belongs
// to something already passed; of siblings (the same left origin) the one whose right origin stands
// further right comes first, and among equals agent, then sequence number decide.
//
// Somebody may have typed any number of characters there, each before the last, and another one as many next
// to them: then nobody passes all of them for each. What stands between an item and its right origin hangs on
// the left one, so an item that outranks all others with its right origin stands right before that.

extension TextTracker {
    /// Inserts `length` new items at a position of the view; returns their place in the result.
    ///
    /// Their numbers, from `id` on, are new; the last rank is theirs.
    mutating func insert(_ length: Int, at position: Int, id: Int, isShown: Bool) -> Int {
        noteRank(at: id)
        var new = Run(
            id: Int32(id),
            length: Int32(length),
            left: Self.none,
            right: Self.none,
            result: isShown ? 0 : Self.hidden
        )
        guard position > 0 else {
            let first = Place(leaf: tree.firstLeaf, slot: 0)
            let next = runCounts.base[0] > 0 ? first : nil
            return arrange(&new, at: first, next: next, result: 0)
        }
        let found = locate(view: position - 1)
        let run = run(at: found.place)
        let offset = found.offset + 1
        new.left = run.pointee.id + Int32(found.offset)
        let result = found.before + (run.pointee.result == 0 ? offset : 0)
        let cursor = Place(leaf: found.place.leaf, slot: found.place.slot + 1)
        if offset < Int(run.pointee.length) {
            new.right = new.left + 1
            let first = split(found.place, at: offset)
            noteAnchor(of: new)
            settle(new, at: Place(leaf: first.leaf, slot: first.slot + 1))
            return result
        }
        let next = place(after: found.place)
        if run.pointee.id + run.pointee.length == new.id, run.pointee.result == new.result,
            mayExtend(next, left: new.left)
        {
            run.pointee.length += new.length
            count(view: length, result: isShown ? length : 0, seen: length, in: found.place.leaf)
            return result
        }
        return arrange(&new, at: cursor, next: next, result: result)
    }

    /// Whether an item typed after another may join its run: then nothing unseen is after it that
    /// would have to be passed, and its right origin is none.
    @inline(__always)
    private func mayExtend(_ next: Place?, left: Int32) -> Bool {
        guard let next else { return true }
        let run = run(at: next)
        return isSeen(next) && run.pointee.left != left
    }

    @inline(__always)
    private mutating func settle(_ new: Run, at place: Place) {
        let place = put(new, at: place)
        let length = Int(new.length)
        count(view: length, result: new.resultWidth, seen: length, in: place.leaf)
    }

    /// Finds the right origin and the place of a run whose cursor is at a seam, and puts it there.
    private mutating func arrange(
        _ new: inout Run,
        at cursor: Place,
        next: Place?,
        result: Int
    ) -> Int {
        guard let next else {
            settle(new, at: cursor)
            return result
        }
        let run = run(at: next)
        if isSeen(next) {
            new.right = run.pointee.left == new.left ? run.pointee.id : Self.none
            noteAnchor(of: new)
            settle(new, at: cursor)
            return result
        }
        if let seen = firstSeen(from: next), self.run(at: seen).pointee.left == new.left {
            new.right = self.run(at: seen).pointee.id
            let isLast = outranksOthers(new)
            noteAnchor(of: new)
            guard isLast else {
                return integrate(new, at: cursor, from: next, result: result)
            }
            let result = resultWidth(before: seen)
            settle(new, at: seen)
            return result
        }
        // What hangs on the left origin stands right after it.
        guard run.pointee.left == new.left else {
            settle(new, at: cursor)
            return result
        }
        return integrate(new, at: cursor, from: next, result: result)
    }

    /// Whether no other item with its right origin comes after it.
    private func outranksOthers(_ new: Run) -> Bool {
        guard anchors.contains(Int(new.right)) else { return true }
        return ranks(greatest.base[Int(new.right)], before: new.id)
    }

    /// Notes whose right origin an item is.
    @inline(__always)
    private func noteAnchor(of new: Run) {
        guard new.right >= 0 else { return }
        let right = Int(new.right)
        if anchors.contains(right), !ranks(greatest.base[right], before: new.id) { return }
        anchors.insert(right)
        greatest.base[right] = new.id
    }

    private mutating func integrate(
        _ new: Run,
        at cursor: Place,
        from start: Place,
        result: Int
    ) -> Int {
        var target = cursor
        var result = result
        var passed = result
        var isScanning = false
        var previous: Run?
        var scan: Place? = start
        while let place = scan {
            let other = run(at: place).pointee
            if isSeen(place) { break }
            let next = self.place(after: place)
            if other.left != new.left {
                // Of the seen items none stands between the cursor and this one, and no item further left
                // that was not seen has anything hanging on it after one that was.
                if !isAmongPassed(other.left, previous) { break }
            } else if other.right == new.right {
                if ranks(new.id, before: other.id) { break }
                isScanning = false
            } else {
                // A right origin that was seen stands no further left than the new one's.
                isScanning =
                    other.right >= 0
                    && (new.right < 0 || isNext(other.right, next) || !isSeen(item: other.right))
            }
            passed += other.resultWidth
            previous = other
            scan = next
            if !isScanning {
                target = Place(leaf: place.leaf, slot: place.slot + 1)
                result = passed
            }
        }
        settle(new, at: target)
        return result
    }

    /// Whether an item begins the next run and the author had not seen it: then it stands before their right
    /// origin. Of what somebody typed backwards at one place, each stands right before the one before.
    @inline(__always)
    private func isNext(_ item: Int32, _ next: Place?) -> Bool {
        guard let next else { return false }
        return run(at: next).pointee.id == item && !isSeen(next)
    }

    /// Whether a left origin is one of the items that were passed, none of which the author had seen: what was
    /// typed after something hangs on the run before it. The start is none of them.
    @inline(__always)
    private func isAmongPassed(_ item: Int32, _ previous: Run?) -> Bool {
        if item < 0 { return false }
        if let previous, item >= previous.id, item < previous.id + previous.length { return true }
        return !isSeen(item: item)
    }

    /// Whether the author had seen an item.
    private func isSeen(item: Int32) -> Bool {
        let found = locate(id: Int(item))
        return isSeen(Place(leaf: found.leaf, slot: found.slot))
    }

    /// Whether one item's author and sequence number come before another's.
    private func ranks(_ left: Int32, before right: Int32) -> Bool {
        let (a, b) = (rank(of: left), rank(of: right))
        return (a.agent, a.seq, a.event) < (b.agent, b.seq, b.event)
    }

    /// The rank of an item: that of the insertion it belongs to.
    func rank(of id: Int32) -> Rank {
        ranks[Int(rankOf.base[insertions.last(upTo: Int(id))])]
    }
}
