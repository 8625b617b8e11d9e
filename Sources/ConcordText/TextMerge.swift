/// Merges the events of one text by all rules: void events, views that leave something out, twins.
///
/// The history is cut where it can be (`TextOutline`). A stretch of one event is applied as it stands, any other is
/// walked, event by event, each on the view that its author had (`TextStretch`); afterwards the tracker still has all
/// characters of the stretch in their order, from which follows which events touch (`TextTouch`).
struct TextMerge: ~Copyable {
    private let events: [TextEvent]
    /// How many events are in the text already.
    private let known: Int
    /// With how many splices a row is long.
    private let pairsMax: Int
    /// How long an author may make a text, in Unicode scalars.
    private let lengthMax: Int
    /// Whether everything is looked at after each event.
    private let isChecked: Bool

    /// The text, or the changes of it.
    private(set) var output: TextOutput
    /// The events that do not fit the text that their authors had.
    private(set) var malformed: Set<Int>
    /// What touches.
    private let touching = TouchingEvents()
    /// Whether so much was deleted by known events that the length of the base cannot be guessed.
    private(set) var isBeyondGuessing = false

    private var walker = TextWalker()
    /// Base characters beyond the real ones: where the length of the base has to be guessed.
    private var excess = 0
    /// The parents of the event that is being walked, by their numbers in the walk.
    private var parents: [Int32] = []

    /// The items of a walk are numbered in 32 bits, guessed ones too.
    static let deletedMax = 1 << 29

    /// Merges into an empty text.
    init(
        _ events: [TextEvent],
        pairsMax: Int = TextRows.pairsMax,
        lengthMax: Int = TextLimits.scalars,
        tracingOrigins: Bool = false,
        isChecked: Bool = false
    ) {
        self.events = events
        self.pairsMax = pairsMax
        self.lengthMax = lengthMax
        self.isChecked = isChecked
        known = 0
        malformed = []
        output = TextOutput(tracingOrigins: tracingOrigins)
    }

    /// Merges the events from the number `known` on into a text of which only the length is known.
    init(
        _ events: [TextEvent],
        known: Int,
        malformed: Set<Int>,
        length: Int,
        pairsMax: Int = TextRows.pairsMax,
        lengthMax: Int = TextLimits.scalars
    ) {
        self.pairsMax = pairsMax
        self.lengthMax = lengthMax
        self.malformed = malformed
        self.events = events
        self.known = known
        isChecked = false
        output = TextOutput(length: length)
    }

    /// Merges everything into the text.
    mutating func walkAll() { walk(from: 0, upTo: TextOutline(events).cuts) }

    /// Merges everything and answers what comes of it.
    mutating func merged() -> MergedText {
        walkAll()
        return MergedText(
            text: output.buffer.text,
            openPairs: openPairs(),
            malformed: malformed.sorted()
        )
    }

    /// Merges the events that are not known yet into a text of which only the length is known.
    mutating func walkArrivals() {
        guard known < events.count else { return }
        let cuts = TextOutline(events).cuts.filter { $0 > known }
        guard known > 0 else { return walk(from: 0, upTo: cuts) }
        // The base is not shorter than what is left of it and what could have been deleted of it.
        var deleted = 0
        for index in 0..<known where !malformed.contains(index) {
            guard events[index].isWellFormed(length: Self.deletedMax, lengthMax: .max) else {
                isBeyondGuessing = true
                return
            }
            deleted += events[index].splices.reduce(0) { $0 + $1.delete }
        }
        // Where it cannot be guessed, all has to be merged from the beginning.
        guard deleted < Self.deletedMax else {
            isBeyondGuessing = true
            return
        }
        let end = cuts.first ?? events.count
        walk(0..<end, baseLength: output.length + deleted)
        walk(from: end, upTo: cuts.dropFirst())
    }

    /// Merges the events from one cut on, stretch by stretch.
    private mutating func walk(from start: Int, upTo cuts: some Sequence<Int>) {
        var start = start
        for end in Array(cuts) + [events.count] where start < end {
            let current = output.length
            if end > start + 1 || !apply(start, length: current) {
                walk(start..<end, baseLength: current)
            }
            start = end
        }
    }

    /// Applies an event whose author had the text as it is; returns false if it has to be walked.
    private mutating func apply(_ index: Int, length: Int) -> Bool {
        let event = events[index]
        guard event.isWellFormed(length: length, lengthMax: lengthMax) else {
            malformed.insert(index)
            return true
        }
        guard event.hasEffect else { return false }
        for splice in event.splices {
            output.remove(splice.delete, at: splice.at)
            output.insert(splice.insert, at: splice.at, by: index)
        }
        return true
    }

    /// The touching pairs that no effective event names whose author had seen both.
    borrowing func openPairs() -> [TextPair] { touching.openPairs(events, malformed: malformed) }

    /// Whether an arrival tells less than a merge of everything would.
    var takesAll: Bool { !touching.hasOnlyPairs || isBeyondGuessing }

    // MARK: Walking a stretch.

    /// Walks the events of a range over a text that all of them had seen.
    private mutating func walk(_ range: Range<Int>, baseLength: Int) {
        walker.reset(baseLength: baseLength)
        let stretch = TextStretch(events, in: range)
        let knownEnd = max(range.lowerBound, min(known, range.upperBound))
        for index in TextOutline.order(events, in: range.lowerBound..<knownEnd) {
            visit(index, in: stretch, isKnown: true)
        }
        if output.isCollecting {
            excess = walker.tracker.resultLength - output.length
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
        TextTouch(
            events: events,
            malformed: malformed,
            known: known,
            pairsMax: pairsMax,
            lengthMax: lengthMax,
            found: touching
        ).find(in: stretch, &walker)
    }

    private mutating func visit(_ index: Int, in stretch: TextStretch, isKnown: Bool) {
        let event = events[index]
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
            let items = TextStretch.Items(id: walker.lastInserted, length: scalars, splice: number)
            stretch.noteInserted(items, by: index)
            if isShown, !isKnown {
                output.insert(splice.insert, at: place, by: index)
            }
        }
        if isChecked {
            output.buffer.checkInvariants()
            walker.tracker.checkInvariants()
        }
    }

    /// Takes out of the text what an arrived twin will show from now on.
    private mutating func concealKnownTwins(in stretch: TextStretch) {
        for member in stretch.twins.members where member < known && events[member].hasEffect {
            let hidden = walkedTwins(of: stretch).splicesInEffectEarlier(
                than: member,
                before: events.count
            )
            for (_, items) in stretch.inserted(by: member) where items.splice < hidden {
                walker.conceal(items)
                takeRemovals()
            }
        }
    }

    private mutating func takeRemovals() {
        for slot in 0..<walker.tracker.removals.count {
            let edit = walker.tracker.removals[slot]
            output.remove(edit.length, at: edit.at)
        }
    }

    private mutating func delete(
        _ splice: TextSplice,
        of index: Int,
        in stretch: TextStretch,
        isKnown: Bool
    ) {
        guard splice.delete > 0 else { return }
        let hasEffect = events[index].hasEffect
        walker.delete(splice.delete, at: splice.at, hasEffect: hasEffect)
        for slot in 0..<walker.tracker.targets.count {
            let target = walker.tracker.targets[slot]
            let items = TextStretch.Items(id: target.at, length: target.length, splice: 0)
            stretch.noteDeleted(items, by: index)
        }
        if hasEffect, !isKnown { takeRemovals() }
    }

    /// Moves the view to what the author of an event saw; returns the event's number in the walk.
    private mutating func begin(_ index: Int, in stretch: TextStretch) -> Int {
        let isPlain = events[index].without.isEmpty && stretch.twins.isEmpty
        let wanted = isPlain ? [] : omissions(of: index, in: stretch)
        if !stretch.twins.isEmpty { stretch.note(omissions: wanted, of: index) }
        parents.removeAll(keepingCapacity: true)
        for parent in events[index].parents {
            if let number = stretch.number(of: parent) { parents.append(Int32(number)) }
        }
        let isSame = wanted == stretch.omitted
        if !isSame {
            for omission in stretch.omitted { omit(omission, in: stretch, isOmitted: false) }
        }
        let isNext = parents.count == 1 && events[index].parents.last == stretch.last
        let moves = stretch.move(to: index, isNext: isNext)
        let number = parents.withUnsafeBufferPointer { parents in
            guard let moves else { return walker.begin(parents: parents) }
            return walker.begin(
                parents: parents,
                leaving: moves.leaving,
                entering: moves.entering
            )
        }
        stretch.noteBegun(index, number: number, isNext: isNext)
        if !isSame {
            for omission in wanted { omit(omission, in: stretch, isOmitted: true) }
            stretch.note(omitted: wanted)
        }
        return number
    }

    /// What an author had seen and not in their text.
    private borrowing func omissions(
        of index: Int,
        in stretch: TextStretch
    ) -> [TextStretch.Omission] {
        let without = Set(events[index].without).filter {
            stretch.number(of: $0) != nil && stretch.ancestry.hasSeen(index, $0)
        }
        var list = without.sorted().map { TextStretch.Omission.event($0) }
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
    private borrowing func twinSplices(
        of index: Int,
        in stretch: TextStretch,
        where isInView: (Int) -> Bool
    ) -> Int {
        if stretch.twins.isEmpty { return 0 }
        return walkedTwins(of: stretch).splicesShownEarlier(than: index, where: isInView)
    }

    /// The twins of a stretch as far as it was walked.
    private borrowing func walkedTwins(of stretch: TextStretch) -> WalkedTwins {
        WalkedTwins(
            stretch: stretch,
            events: events,
            malformed: malformed,
            known: known,
            lengthMax: lengthMax
        )
    }

    private mutating func omit(
        _ omission: TextStretch.Omission,
        in stretch: TextStretch,
        isOmitted: Bool
    ) {
        switch omission {
        case .event(let index):
            guard let number = stretch.number(of: index) else { return }
            walker.void(number, isVoid: isOmitted)
        case .twin(let index, let splices):
            for (_, items) in stretch.inserted(by: index) where items.splice < splices {
                walker.adjust(items, isHidden: isOmitted)
            }
        }
    }
}
