/// Merges the events of one text by all rules: void events, views that leave something out, twins.
///
/// The history is cut where it can be (`TextOutline`). A stretch of one event is applied directly,
/// any other is walked (`TextMerge+Walk.swift`); afterwards the tracker still has all characters of
/// the stretch in their order, from which follows which events touch (`TextTouch.swift`).
struct TextMerge: ~Copyable {
    let events: [TextEvent]
    /// How many events are in the text already.
    let known: Int
    /// Base characters beyond the real ones: where the length of the base has to be guessed.
    var excess = 0
    /// Whether so much was deleted by known events that the length of the base cannot be guessed.
    var isBeyondGuessing = false
    /// The items of a walk are numbered in 32 bits, guessed ones too.
    static let deletedMax = 1 << 29
    /// Whether changes are collected, or made in the buffer.
    let isCollecting: Bool

    var buffer = TextBuffer()
    var edits: [TextSplice] = []
    var malformed: Set<Int> = []
    var touching: Set<TextPair> = []
    /// Where events of long rows touch.
    var regions: [TextRegion] = []
    /// Events whose authors left out many that have effect.
    var manyLeftOut: [ManyLeftOut] = []
    /// With how many splices a row is long.
    let pairsMax: Int
    /// How long an author may make a text, in Unicode scalars.
    let lengthMax: Int
    var walker = TextWalker()
    /// The length of the merged text, where changes are collected.
    var length: Int
    /// Whose each character is, where somebody asks.
    var origins: TextOrigins?
    /// The event whose splices are being merged.
    var current = 0
    /// The parents of the event that is being walked, by their numbers in the walk.
    var parents: [Int32] = []
    /// Whether everything is looked at after each event.
    var isChecked = false

    /// Merges into an empty text.
    init(
        _ events: [TextEvent],
        pairsMax: Int = TextRows.pairsMax,
        lengthMax: Int = TextLimits.scalars
    ) {
        self.events = events
        self.pairsMax = pairsMax
        self.lengthMax = lengthMax
        known = 0
        length = 0
        isCollecting = false
    }

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
        self.length = length
        isCollecting = true
    }

    /// Merges everything into the text.
    mutating func walkAll() { walk(from: 0, upTo: TextOutline(events).cuts) }

    /// Merges everything and answers what comes of it.
    mutating func merged() -> MergedText {
        walkAll()
        return MergedText(
            text: buffer.text,
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
        walk(0..<end, baseLength: length + deleted)
        walk(from: end, upTo: cuts.dropFirst())
    }

    /// Merges the events from one cut on, stretch by stretch.
    private mutating func walk(from start: Int, upTo cuts: some Sequence<Int>) {
        var start = start
        for end in Array(cuts) + [events.count] where start < end {
            let current = isCollecting ? length : buffer.count
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
        current = index
        for splice in event.splices {
            remove(splice.delete, at: splice.at)
            insert(splice.insert, at: splice.at)
        }
        return true
    }

    mutating func insert(_ text: String, at position: Int) {
        guard !text.isEmpty else { return }
        guard isCollecting else {
            buffer.insert(text, at: position)
            origins?.insert(text.unicodeScalars.count, at: position, by: current)
            return
        }
        length += text.unicodeScalars.count
        let last = edits.count - 1
        if last >= 0, edits[last].at == position, edits[last].insert.isEmpty {
            edits[last].insert = text
        } else {
            edits.append(TextSplice(at: position, delete: 0, insert: text))
        }
    }

    mutating func remove(_ length: Int, at position: Int) {
        guard length > 0 else { return }
        guard isCollecting else {
            buffer.delete(length, at: position)
            origins?.delete(length, at: position)
            return
        }
        self.length -= length
        edits.append(TextSplice(at: position, delete: length, insert: ""))
    }

    /// The touching pairs that no effective event names whose author had seen both, and each event of a
    /// long row, or of many that one left out, that touches one with which it is not named, as a pair with itself.
    borrowing func openPairs() -> [TextPair] {
        if touching.isEmpty, regions.isEmpty, manyLeftOut.isEmpty { return [] }
        let settlers = TextSettlers(events, malformed: malformed)
        var open = touching.filter { !settlers.settle($0) }
        for region in regions {
            for event in region.openEvents(settlers) { open.insert(TextPair(event, event)) }
        }
        for item in manyLeftOut {
            for other in item.others where !settlers.settle(TextPair(item.event, other)) {
                open.formUnion([TextPair(item.event, item.event), TextPair(other, other)])
            }
        }
        return open.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }
}
