import ConcordMerge
import ConcordTesting
import ConcordText
import Testing

/// Whose words a text holds after resolutions that took what one side had written; the seed of random histories is
/// the argument.
@Suite("Whose words a text that was taken holds") struct TextAuthorsTests {
    /// Each person types characters that nobody else types; resolutions type them again.
    @Test(arguments: Size.seeds(60, inFull: 400))
    func wordsAreTheirsWhoTypedThemFirst(seed: UInt64) {
        var history = DecidedHistory(seed: seed)
        history.grow(to: 40)

        var authors = TextAuthors(history.events)
        for (event, text) in authors.stretches() {
            for scalar in text.unicodeScalars {
                #expect(DecidedHistory.typed(by: event) == scalar)
            }
        }
        #expect(history.events.contains { !$0.over.isEmpty })
    }

    /// What all sides of a resolution knew does not come from any of them: only one is looked at.
    @Test func manyResolutionsThatAllKnewAWordAreNotLookedAt() {
        var events = [TextEvent.typed([], 0, TextSplice(at: 0, delete: 0, insert: "ab"))]
        for round in 0..<300 {
            let last = events.count - 1
            events.append(.typed([last], 1, TextSplice(at: 0, delete: 1, insert: "x")))
            events.append(.typed([last], 2, TextSplice(at: 0, delete: 1, insert: "y")))
            let sides = [last + 1, last + 2]
            events.append(
                .typed(sides, 0, TextSplice(at: round % 2, delete: 1, insert: ""), over: sides)
            )
        }
        var authors = TextAuthors(events)
        #expect(authors.stretches().map(\.event) == [events.count - 3, 0])
        #expect(authors.compared == 1)
    }

    /// Each resolution types again all that the one before it has: only the newest are looked at.
    @Test func ofManyThatTypeEverythingAgainTheNewestAreLookedAt() {
        let decisions = TextAuthors.resolutionsMax + 3
        var events = [TextEvent.typed([], 0, TextSplice(at: 0, delete: 0, insert: "a"))]
        for _ in 0..<decisions {
            let last = events.count - 1
            events.append(.typed([last], 1, TextSplice(at: 0, delete: 0, insert: "")))
            events.append(.typed([last], 2, TextSplice(at: 1, delete: 0, insert: "y")))
            let sides = [last + 1, last + 2]
            events.append(
                .typed(sides, 0, TextSplice(at: 0, delete: 2, insert: "a"), over: sides)
            )
        }
        var authors = TextAuthors(events)
        let owner = authors.stretches().map(\.event)
        // What the oldest three typed again stays that of the third.
        #expect(owner == [9])
    }
}

/// Three people who type, meet, and take what one of them has written.
private struct DecidedHistory {
    private(set) var events: [TextEvent] = []
    private var random: SeededGenerator
    private var heads: [[Int]] = [[], [], []]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func grow(to count: Int) {
        while events.count < count { step() }
    }

    /// The character that an event types, unless it is a resolution.
    static func typed(by event: Int) -> Unicode.Scalar? { Unicode.Scalar(UInt32(0x4E00 + event)) }

    private mutating func step() {
        let author = Int.random(in: 0..<3, using: &random)
        let other = Int.random(in: 0..<3, using: &random)
        let sides = heads[author] + heads[other]
        let apart = Set(sides).filter { side in
            !sides.contains { past([$0]).contains(side) && $0 != side }
        }
        guard apart.count > 1 else { return type(by: author) }
        heads[author] = apart.sorted()
        if Int.random(in: 0..<3, using: &random) > 0 { take(heads[author], by: author) }
    }

    private mutating func type(by author: Int) {
        let text = text(of: heads[author])
        let at = Int.random(in: 0...min(text.count, 4), using: &random)
        let delete = Int.random(in: 0...min(2, text.count - at), using: &random)
        let scalar = Self.typed(by: events.count).map { String($0) } ?? ""
        append(TextSplice(at: at, delete: delete, insert: scalar), by: author)
    }

    /// Writes what makes of the merged text what one side had left.
    private mutating func take(_ sides: [Int], by author: Int) {
        let merged = text(of: sides)
        let taken = text(of: [sides[Int.random(in: 0..<sides.count, using: &random)]])
        let common = zip(merged, taken).prefix { $0 == $1 }.count
        let (rest, other) = (merged.dropFirst(common), taken.dropFirst(common))
        let end = zip(rest.reversed(), other.reversed()).prefix { $0 == $1 }.count
        let insert = String(String.UnicodeScalarView(other.dropLast(end)))
        append(
            TextSplice(at: common, delete: rest.count - end, insert: insert),
            by: author,
            over: sides
        )
    }

    private mutating func append(_ splice: TextSplice, by author: Int, over: [Int] = []) {
        events.append(.typed(heads[author], author, splice, seq: events.count + 1, over: over))
        heads[author] = [events.count - 1]
    }

    private func past(_ tips: [Int]) -> Set<Int> {
        var past = Set(tips)
        for event in events.indices.reversed() where past.contains(event) {
            past.formUnion(events[event].parents)
        }
        return past
    }

    private func text(of tips: [Int]) -> [Unicode.Scalar] {
        let view = past(tips).sorted()
        let part = view.map { index in
            var event = events[index]
            event.parents = event.parents.compactMap(view.firstIndex)
            event.over = event.over.compactMap(view.firstIndex)
            return event
        }
        return Array(mergeText(part).text.unicodeScalars)
    }
}

extension TextEvent {
    fileprivate static func typed(
        _ parents: [Int],
        _ agent: Int,
        _ splice: TextSplice,
        seq: Int? = nil,
        over: [Int] = []
    ) -> TextEvent {
        let seq = seq ?? (parents.max() ?? 0) + 1
        return TextEvent(parents: parents, agent: agent, seq: seq, splices: [splice], over: over)
    }
}
