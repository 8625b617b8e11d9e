// Changing what a view shows, and what the result has.

extension TextTracker {
    /// Hides `length` characters of the view from `position` on, and removes them from the result.
    ///
    /// `removals` then says what leaves the result, and `targets` which items were hidden.
    mutating func delete(_ length: Int, at position: Int, hasEffect: Bool) {
        beginDeletion()
        var rest = length
        while rest > 0 {
            let found = locate(view: position)
            var place = found.place
            var before = found.before
            if found.offset > 0 {
                let run = run(at: place).pointee
                before += run.result == 0 ? found.offset : 0
                place = split(place, at: found.offset)
                place.slot += 1
            }
            rest = hide(rest, from: place, before: before, hasEffect: hasEffect)
        }
    }

    /// Hides runs of one leaf; returns how many characters are still to be hidden.
    private mutating func hide(
        _ length: Int,
        from start: Place,
        before: Int,
        hasEffect: Bool
    ) -> Int {
        var (rest, before, place) = (length, before, start)
        var (viewLoss, resultLoss) = (0, 0)
        while rest > 0, place.slot < Int(runCounts.base[place.leaf]) {
            let run = run(at: place)
            guard states(in: place.leaf)[place.slot] == Self.seen else {
                before += run.pointee.resultWidth
                place.slot += 1
                continue
            }
            if Int(run.pointee.length) > rest {
                // The leaf may be split here, so what was found so far is counted first.
                count(view: -viewLoss, result: -resultLoss, in: place.leaf)
                (viewLoss, resultLoss) = (0, 0)
                place = split(place, at: rest)
            }
            let target = self.run(at: place)
            let size = Int(target.pointee.length)
            note(target: Edit(at: Int(target.pointee.id), length: size))
            states(in: place.leaf)[place.slot] &+= Self.hidden
            viewLoss += size
            if hasEffect {
                if target.pointee.result == 0 {
                    resultLoss += size
                    note(removal: size, at: before)
                }
                target.pointee.result |= 1
            } else {
                before += target.pointee.resultWidth
            }
            rest -= size
            place.slot += 1
        }
        count(view: -viewLoss, result: -resultLoss, in: place.leaf)
        return rest
    }

    /// Changes the view state of items: `delta` is added to the state of each.
    ///
    /// Seen and hidden are counted apart, so changes may come in any order as long as the sum is
    /// right in the end.
    mutating func adjust(_ id: Int, _ length: Int, by delta: UInt32) {
        var (id, rest) = (id, length)
        while rest > 0 {
            var place = locate(id: id)
            let offset = id - Int(run(at: place).pointee.id)
            if offset > 0 {
                place = split(place, at: offset)
                place.slot += 1
            }
            if Int(run(at: place).pointee.length) > rest {
                place = split(place, at: rest)
            }
            let length = Int(run(at: place).pointee.length)
            let state = states(in: place.leaf) + place.slot
            let old = state.pointee
            state.pointee &+= delta
            let shown = Self.change(old == Self.seen, state.pointee == Self.seen, length)
            let seen = Self.change(old & Self.seen != 0, state.pointee & Self.seen != 0, length)
            if shown != 0 || seen != 0 {
                count(view: shown, result: 0, seen: seen, in: place.leaf)
            }
            id += length
            rest -= length
        }
    }

    /// What a width changes by where items come to have something or lose it.
    @inline(__always)
    private static func change(_ before: Bool, _ after: Bool, _ length: Int) -> Int {
        before == after ? 0 : after ? length : -length
    }

    /// Takes items out of the result forever, whatever the view; `removals` says what leaves it.
    mutating func conceal(_ id: Int, _ length: Int) {
        adjust(id, length, by: 0)
        beginDeletion()
        var (id, rest) = (id, length)
        while rest > 0 {
            let place = locate(id: id)
            let run = run(at: place)
            if run.pointee.result == 0 {
                note(removal: Int(run.pointee.length), at: resultWidth(before: place))
                count(view: 0, result: -Int(run.pointee.length), in: place.leaf)
            }
            run.pointee.result |= Self.hidden
            id += Int(run.pointee.length)
            rest -= Int(run.pointee.length)
        }
    }
}
