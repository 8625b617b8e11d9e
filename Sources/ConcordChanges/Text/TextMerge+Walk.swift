// Walking a stretch event by event, each on the view its author had.

extension TextMerge {
    /// What the walk of a stretch leaves behind for finding what touches.
    struct Stretch {
        let range: Range<Int>
        let ancestry: TextAncestry
        let twins: TextTwins
        /// The number of each event in the walk.
        var numbers: [Int: Int] = [:]
        /// The view, and what of each chain was walked; where there are few chains.
        var view: TextView?
        /// For each event, the items that each of its splices inserted.
        var inserted: [Int: [Items]] = [:]
        /// The items that events deleted.
        var deleted: [(event: Int, items: Items)] = []
        /// How long the text was that the author saw.
        var lengths: [Int: Int] = [:]
        /// What the current view leaves out, as long as it stays the same.
        var omitted: [Omission] = []
        /// What the view of each event left out.
        var omissions: [Int: [Omission]] = [:]
    }

    /// Items that were numbered together.
    struct Items: Hashable {
        var id: Int
        var length: Int
        /// Which splice of its event inserted them.
        var splice: Int
    }

    /// Something seen that a view does not show.
    enum Omission: Hashable {
        /// All that an event did.
        case event(Int)
        /// What the first splices of an event inserted: an earlier twin shows it.
        case twin(Int, splices: Int)
    }

    /// Walks the events of a range over a text that all of them had seen.
    mutating func walk(_ range: Range<Int>, baseLength: Int) {
        walker.reset(baseLength: baseLength)
        var stretch = Stretch(
            range: range,
            ancestry: TextAncestry(events, in: range),
            twins: TextTwins(events, in: range)
        )
        stretch.view = TextView(of: stretch.ancestry)
        let knownEnd = max(range.lowerBound, min(known, range.upperBound))
        for index in TextOutline.order(events, in: range.lowerBound..<knownEnd) {
            visit(index, in: &stretch, isKnown: true)
        }
        if isCollecting {
            excess = walker.tracker.resultLength - length
            for index in stretch.lengths.keys { stretch.lengths[index, default: 0] -= excess }
            concealKnownTwins(in: stretch)
        }
        for index in TextOutline.order(events, in: knownEnd..<range.upperBound) {
            visit(index, in: &stretch, isKnown: false)
        }
        excess = 0
        findTouching(in: stretch)
    }

    private mutating func visit(_ index: Int, in stretch: inout Stretch, isKnown: Bool) {
        let event = events[index]
        current = index
        let parents = event.parents.compactMap { stretch.numbers[$0] }.map(Int32.init)
        let number = begin(parents, of: index, in: &stretch)
        stretch.numbers[index] = number
        let length = walker.tracker.viewLength - excess
        stretch.lengths[index] = length
        let isFine =
            isKnown
            ? !malformed.contains(index)
            : event.isWellFormed(length: length, lengthMax: lengthMax)
        guard isFine else {
            malformed.insert(index)
            return
        }
        walker.rank(agent: event.agent, seq: event.seq, event: index)
        let limit = isKnown ? known : events.count
        let hidden = twinSplices(of: index, in: stretch) {
            events[$0].hasEffect && $0 < limit
        }
        for (number, splice) in event.splices.enumerated() {
            let isShown = event.hasEffect && number >= hidden
            delete(splice, of: index, in: &stretch, isKnown: isKnown)
            let scalars = splice.insert.unicodeScalars.count
            guard scalars > 0 else { continue }
            let place = walker.insert(scalars, at: splice.at, isShown: isShown)
            let items = Items(id: walker.lastInserted, length: scalars, splice: number)
            stretch.inserted[index, default: []].append(items)
            if isShown, !isKnown {
                insert(splice.insert, at: place)
            }
        }
    }

    /// Takes out of the text what an arrived twin will show from now on.
    private mutating func concealKnownTwins(in stretch: Stretch) {
        for member in stretch.twins.members where member < known && events[member].hasEffect {
            let hidden = twinSplices(of: member, in: stretch) { events[$0].hasEffect }
            for items in stretch.inserted[member, default: []] where items.splice < hidden {
                walker.tracker.conceal(items.id, items.length)
                takeRemovals()
            }
        }
    }

    private mutating func takeRemovals() {
        for slot in 0..<walker.tracker.removals.count {
            let edit = walker.tracker.removals[slot]
            remove(edit.length, at: edit.at)
        }
    }

    private mutating func delete(
        _ splice: TextSplice,
        of index: Int,
        in stretch: inout Stretch,
        isKnown: Bool
    ) {
        guard splice.delete > 0 else { return }
        let hasEffect = events[index].hasEffect
        walker.delete(splice.delete, at: splice.at, hasEffect: hasEffect)
        for slot in 0..<walker.tracker.targets.count {
            let target = walker.tracker.targets[slot]
            let items = Items(id: target.at, length: target.length, splice: 0)
            stretch.deleted.append((event: index, items: items))
        }
        if hasEffect, !isKnown { takeRemovals() }
    }

    /// Moves the view to what the author of an event saw; returns the event's number in the walk.
    private mutating func begin(
        _ parents: [Int32],
        of index: Int,
        in stretch: inout Stretch
    ) -> Int {
        let wanted = omissions(of: index, in: stretch)
        if !stretch.twins.isEmpty { stretch.omissions[index] = wanted }
        let isSame = wanted == stretch.omitted
        if !isSame {
            for omission in stretch.omitted { omit(omission, in: stretch, isOmitted: false) }
        }
        let moves = stretch.view?.move(to: index, stretch.ancestry)
        let number = parents.withUnsafeBufferPointer { parents in
            guard let moves else { return walker.begin(parents: parents) }
            return walker.begin(
                parents: parents,
                leaving: moves.leaving,
                entering: moves.entering
            )
        }
        stretch.view?.append(number, for: index, stretch.ancestry)
        if !isSame {
            for omission in wanted { omit(omission, in: stretch, isOmitted: true) }
            stretch.omitted = wanted
        }
        return number
    }

    /// What an author had seen and not in his text.
    private borrowing func omissions(of index: Int, in stretch: Stretch) -> [Omission] {
        let without = Set(events[index].without).filter {
            stretch.numbers[$0] != nil && stretch.ancestry.hasSeen(index, $0)
        }
        var list = without.sorted().map { Omission.event($0) }
        guard !stretch.twins.isEmpty else { return list }
        let event = events[index]
        // Of the stretch nothing was seen: no twin either.
        if event.parents.allSatisfy({ stretch.numbers[$0] == nil }) { return list }
        // Who goes on from one event alone has no more twins before them than its author had.
        if event.parents.count == 1, let parent = event.parents.first,
            let omissions = stretch.omissions[parent], events[parent].without == event.without
        {
            return omissions
        }
        let isInView = { (other: Int) in
            stretch.ancestry.hasSeen(index, other) && !without.contains(other)
        }
        for member in stretch.twins.members where isInView(member) {
            let splices = twinSplices(of: member, in: stretch, where: isInView)
            if splices > 0 { list.append(.twin(member, splices: splices)) }
        }
        return list
    }

    /// How many of an event's first splices a twin shows that ranks before it.
    borrowing func twinSplices(
        of index: Int,
        in stretch: Stretch,
        where isInView: (Int) -> Bool
    ) -> Int {
        if stretch.twins.isEmpty { return 0 }
        return walkedTwins(of: stretch).splicesShownEarlier(than: index, where: isInView)
    }

    /// The twins of a stretch as far as it was walked.
    borrowing func walkedTwins(of stretch: Stretch) -> WalkedTwins {
        WalkedTwins(
            twins: stretch.twins,
            events: events,
            malformed: malformed,
            lengths: stretch.lengths,
            known: known,
            lengthMax: lengthMax
        )
    }

    private mutating func omit(_ omission: Omission, in stretch: Stretch, isOmitted: Bool) {
        let more = isOmitted ? TextTracker.hidden : 0 &- TextTracker.hidden
        switch omission {
        case .event(let index):
            guard let number = stretch.numbers[index] else { return }
            walker.void(number, isVoid: isOmitted)
        case .twin(let index, let splices):
            for items in stretch.inserted[index, default: []] where items.splice < splices {
                walker.tracker.adjust(items.id, items.length, by: more)
            }
        }
    }
}
