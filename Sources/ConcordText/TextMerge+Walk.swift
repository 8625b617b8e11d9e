// Walking a stretch event by event, each on the view its author had.

extension TextMerge {
    /// What the walk of a stretch keeps for finding the edits that touch.
    ///
    /// A class, since it is asked from many places, and copying it would cost more than what is asked.
    final class Stretch {
        let range: Range<Int>
        let ancestry: TextAncestry
        let twins: TextTwins
        /// What is known of each event of the range once it is walked.
        private var walked: [Walked]
        /// The items that splices inserted, event by event, in the order of the walk.
        fileprivate(set) var inserted: [(event: Int, items: Items)] = []
        /// The items that events deleted.
        fileprivate(set) var deleted: [(event: Int, items: Items)] = []
        /// What the current view leaves out, as long as it stays the same.
        fileprivate(set) var omitted: [Omission] = []
        /// What the view of each event left out; where there are twins.
        fileprivate(set) var omissions: [Int: [Omission]] = [:]
        /// How many of its first splices a twin shows that ranks before an event, as far as it was asked: by how many
        /// events are looked at, then by event.
        fileprivate(set) var shownByTwins: [Int: [Int: Int]] = [:]
        /// The view, and what of each chain was walked; where there are few chains.
        fileprivate(set) var view: TextView?
        /// The event that was walked last.
        fileprivate(set) var last = -1

        private struct Walked {
            /// Its number in the walk; -1 before it is walked.
            var number: Int32 = -1
            /// How long the text was that its author saw.
            var length = 0
            /// Which of the inserted items are its own.
            var inserted = 0..<0
        }

        init(_ events: [TextEvent], in range: Range<Int>) {
            self.range = range
            ancestry = TextAncestry(events, in: range)
            twins = TextTwins(events, in: range)
            walked = Array(repeating: Walked(), count: range.count)
            view = TextView(of: ancestry)
        }

        /// Notes an event as walked.
        func note(_ event: Int, number: Int, length: Int) {
            walked[event - range.lowerBound] = Walked(
                number: Int32(number),
                length: length,
                inserted: inserted.count..<inserted.count
            )
        }

        /// Notes how many of their first splices twins show that rank before some events, of the first `limit` events.
        func note(shownByTwins found: [Int: Int], before limit: Int) {
            shownByTwins[limit, default: [:]].merge(found) { _, new in new }
        }

        /// Notes what a splice of the event that is being walked has inserted.
        func noteInserted(_ items: Items, by event: Int) {
            inserted.append((event: event, items: items))
            let end = inserted.count
            let start = walked[event - range.lowerBound].inserted.lowerBound
            walked[event - range.lowerBound].inserted = start..<end
        }

        /// The number of an event in the walk; nil for one that is not walked, or stands before.
        func number(of event: Int) -> Int? {
            guard event >= range.lowerBound else { return nil }
            let number = walked[event - range.lowerBound].number
            return number < 0 ? nil : Int(number)
        }

        /// How long the text was that the author of an event saw; 0 before it is walked.
        func length(before event: Int) -> Int { walked[event - range.lowerBound].length }

        /// Corrects how long the walked events saw the text: its base was shorter than it was taken for.
        func shorten(by excess: Int) {
            for index in walked.indices where walked[index].number >= 0 {
                walked[index].length -= excess
            }
        }

        /// The items that the splices of an event inserted.
        func inserted(by event: Int) -> ArraySlice<(event: Int, items: Items)> {
            inserted[walked[event - range.lowerBound].inserted]
        }
    }

    /// Items that were numbered together.
    struct Items: BitwiseCopyable {
        var id: Int
        var length: Int
        /// Which splice of its event inserted them.
        var splice: Int
    }

    /// Something seen that a view does not show.
    enum Omission: Hashable {
        /// All that an event did.
        case event(Int)
        /// The first splices of an event: an earlier twin shows their insertions.
        case twin(Int, splices: Int)
    }

    /// Walks the events of a range over a text that all of them had seen.
    mutating func walk(_ range: Range<Int>, baseLength: Int) {
        walker.reset(baseLength: baseLength)
        let stretch = Stretch(events, in: range)
        let knownEnd = max(range.lowerBound, min(known, range.upperBound))
        for index in TextOutline.order(events, in: range.lowerBound..<knownEnd) {
            visit(index, in: stretch, isKnown: true)
        }
        if isCollecting {
            excess = walker.tracker.resultLength - length
            // The known events cannot have made the text that is here.
            guard excess >= 0 else {
                isBeyondGuessing = true
                return
            }
            stretch.shorten(by: excess)
            concealKnownTwins(in: stretch)
        }
        for index in TextOutline.order(events, in: knownEnd..<range.upperBound) {
            visit(index, in: stretch, isKnown: false)
        }
        excess = 0
        findTouching(in: stretch)
    }

    private mutating func visit(_ index: Int, in stretch: Stretch, isKnown: Bool) {
        let event = events[index]
        current = index
        let number = begin(index, in: stretch)
        let length = walker.tracker.viewLength - excess
        stretch.note(index, number: number, length: length)
        let isFine =
            isKnown
            ? !malformed.contains(index) && event.isWellFormed(length: length, lengthMax: .max)
            : event.isWellFormed(length: length, lengthMax: lengthMax)
        guard isFine else {
            malformed.insert(index)
            return
        }
        walker.rank(agent: event.agent, seq: event.seq, event: index)
        let limit = isKnown ? known : events.count
        // Asked here, since each further function would copy the whole merge.
        let hidden =
            stretch.twins.isEmpty
            ? 0 : walkedTwins(of: stretch).splicesInEffectEarlier(than: index, before: limit)
        for (number, splice) in event.splices.enumerated() {
            let isShown = event.hasEffect && number >= hidden
            delete(splice, of: index, in: stretch, isKnown: isKnown)
            let scalars = splice.insert.unicodeScalars.count
            guard scalars > 0 else { continue }
            let place = walker.insert(scalars, at: splice.at, isShown: isShown)
            let items = Items(id: walker.lastInserted, length: scalars, splice: number)
            stretch.noteInserted(items, by: index)
            if isShown, !isKnown {
                insert(splice.insert, at: place)
            }
        }
        if isChecked { checkInvariants() }
    }

    /// Takes out of the text what an arrived twin will show from now on.
    private mutating func concealKnownTwins(in stretch: Stretch) {
        for member in stretch.twins.members where member < known && events[member].hasEffect {
            let hidden = walkedTwins(of: stretch).splicesInEffectEarlier(
                than: member,
                before: events.count
            )
            for (_, items) in stretch.inserted(by: member) where items.splice < hidden {
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
        in stretch: Stretch,
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
    private mutating func begin(_ index: Int, in stretch: Stretch) -> Int {
        let isPlain = events[index].without.isEmpty && stretch.twins.isEmpty
        let wanted = isPlain ? [] : omissions(of: index, in: stretch)
        if !stretch.twins.isEmpty { stretch.omissions[index] = wanted }
        parents.removeAll(keepingCapacity: true)
        for parent in events[index].parents {
            if let number = stretch.number(of: parent) { parents.append(Int32(number)) }
        }
        let isSame = wanted == stretch.omitted
        if !isSame {
            for omission in stretch.omitted { omit(omission, in: stretch, isOmitted: false) }
        }
        let isNext = parents.count == 1 && events[index].parents.last == stretch.last
        let moves = isNext ? nil : stretch.view?.move(to: index, stretch.ancestry)
        let number = parents.withUnsafeBufferPointer { parents in
            guard let moves else { return walker.begin(parents: parents) }
            return walker.begin(
                parents: parents,
                leaving: moves.leaving,
                entering: moves.entering
            )
        }
        stretch.view?.append(number, for: index, stretch.ancestry, isNext: isNext)
        stretch.last = index
        if !isSame {
            for omission in wanted { omit(omission, in: stretch, isOmitted: true) }
            stretch.omitted = wanted
        }
        return number
    }

    /// What an author had seen and not in their text.
    private borrowing func omissions(of index: Int, in stretch: Stretch) -> [Omission] {
        let without = Set(events[index].without).filter {
            stretch.number(of: $0) != nil && stretch.ancestry.hasSeen(index, $0)
        }
        var list = without.sorted().map { Omission.event($0) }
        guard !stretch.twins.isEmpty else { return list }
        let event = events[index]
        // Of the stretch nothing was seen: no twin either.
        if event.parents.allSatisfy({ stretch.number(of: $0) == nil }) { return list }
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
            stretch: stretch,
            events: events,
            malformed: malformed,
            known: known,
            lengthMax: lengthMax
        )
    }

    private mutating func omit(_ omission: Omission, in stretch: Stretch, isOmitted: Bool) {
        let more = isOmitted ? TextTracker.hidden : 0 &- TextTracker.hidden
        switch omission {
        case .event(let index):
            guard let number = stretch.number(of: index) else { return }
            walker.void(number, isVoid: isOmitted)
        case .twin(let index, let splices):
            for (_, items) in stretch.inserted(by: index) where items.splice < splices {
                walker.tracker.adjust(items.id, items.length, by: more)
            }
        }
    }
}
