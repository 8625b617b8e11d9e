/// Merges the events of one text by all rules: void events, views that leave something out, twins.
///
/// The history is cut where it can be (`TextOutline`). A stretch of one event is applied as it
/// stands, any other is walked (`TextMerge+Walk.swift`); afterwards the tracker still has all
/// characters of the stretch in their order, from which follows which events touch
/// (`TextTouch.swift`).
struct TextMerge: ~Copyable {
    let events: [TextEvent]
    /// How many events are in the text already.
    let known: Int
    /// Base characters beyond the real ones: where the length of the base has to be guessed.
    var excess = 0
    /// Whether changes are collected, or made in the buffer.
    let isCollecting: Bool

    var buffer = TextBuffer()
    var edits: [TextSplice] = []
    var malformed: Set<Int> = []
    var touching: Set<TextPair> = []
    var walker = TextWalker()
    /// The length of the merged text, where changes are collected.
    var length: Int
    /// Whose each character is, where somebody asks.
    var origins: TextOrigins?
    /// The event whose splices are being merged.
    var current = 0

    /// Merges into a text that all events had seen, by default an empty one.
    init(_ events: [TextEvent], over base: String = "") {
        self.events = events
        known = 0
        length = 0
        isCollecting = false
        if !base.isEmpty { buffer = TextBuffer(base) }
    }

    init(_ events: [TextEvent], known: Int, malformed: Set<Int>, length: Int) {
        self.malformed = malformed
        self.events = events
        self.known = known
        self.length = length
        isCollecting = true
    }

    /// Merges everything into the text.
    mutating func walkAll() { walk(from: 0, upTo: TextOutline(events).cuts) }

    /// Merges the events that are not known yet into a text of which only the length is known.
    mutating func walkArrivals() {
        guard known < events.count else { return }
        let cuts = TextOutline(events).cuts.filter { $0 > known }
        guard known > 0 else { return walk(from: 0, upTo: cuts) }
        // The base is not shorter than what is left of it and what could have been deleted of it.
        var deleted = 0
        for index in 0..<known where !malformed.contains(index) {
            deleted += events[index].splices.reduce(0) { $0 + $1.delete }
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
        guard event.isWellFormed(length: length) else {
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

    /// The touching pairs that no effective event names whose author had seen both.
    borrowing func openPairs() -> [TextPair] {
        var settlers: [Int: Set<Int>] = [:]
        for (index, event) in events.enumerated() where event.hasEffect {
            guard event.over.count > 1, !malformed.contains(index) else { continue }
            for other in event.over where other < index {
                settlers[other, default: []].insert(index)
            }
        }
        let open = touching.filter { pair in
            let both = settlers[pair.first, default: []]
                .intersection(settlers[pair.second, default: []])
            return !both.contains { hasSeen($0, pair.first) && hasSeen($0, pair.second) }
        }
        return open.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    /// Whether an event had seen another, looked up backwards: rarely asked.
    private borrowing func hasSeen(_ event: Int, _ other: Int) -> Bool {
        var seen: Set<Int> = []
        var stack = events[event].parents
        while let next = stack.popLast() {
            if next == other { return true }
            if next > other, seen.insert(next).inserted {
                stack += events[next].parents
            }
        }
        return false
    }
}
