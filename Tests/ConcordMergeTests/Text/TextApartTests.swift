import ConcordTesting
import Testing

@testable import ConcordText

/// Edits of one text by a few people who saw the same of it and nothing of each other.
struct TextApartTests {
    private static let base = (0..<120).map { "\($0 % 10)" }.joined()

    /// Chains of edits in turn, each mostly in a part of the text of its own.
    private func chains(_ generator: inout SeededGenerator) -> [TextEvent] {
        let count = 1 + generator.below(4)
        var tips = [Int?](repeating: nil, count: count)
        var lengths = [Int](repeating: Self.base.count, count: count)
        var events: [TextEvent] = []
        for index in 0..<(1 + generator.below(12)) {
            let author = generator.below(count)
            var splices: [TextSplice] = []
            for _ in 0..<(1 + generator.below(3)) {
                // Now and then in the part of somebody else.
                let part = generator.oneIn(12) ? generator.below(count) : author
                let start = min(part * 30 + generator.below(24), lengths[author])
                let delete = generator.below(min(6, lengths[author] - start) + 1)
                let insert = generator.pick(["", "a", "xyz", "中é", "😀"])
                splices.append(TextSplice(at: start, delete: delete, insert: insert))
                lengths[author] += insert.unicodeScalars.count - delete
            }
            events.append(
                TextEvent(
                    parents: tips[author].map { [$0] } ?? [],
                    agent: author,
                    seq: index,
                    splices: splices
                )
            )
            tips[author] = index
        }
        return events
    }

    /// The same above an event that everybody saw, which brings the text.
    private func history(_ events: [TextEvent]) -> [TextEvent] {
        let splice = TextSplice(at: 0, delete: 0, insert: Self.base)
        let first = TextEvent(parents: [], agent: 9, seq: 0, splices: [splice])
        return [first]
            + events.map { event in
                var event = event
                event.parents = event.parents.isEmpty ? [0] : event.parents.map { $0 + 1 }
                return event
            }
    }

    @Test func whatKeepsApartComesToWhatTheWalkComesTo() throws {
        var counts = (apart: 0, walked: 0)
        for seed in 0..<3000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let events = chains(&generator)
            let known = generator.below(events.count + 1)
            let before = mergeText(history(Array(events[..<known]))).text
            let length = before.unicodeScalars.count

            guard let splices = mergeApart(events, known: known, into: length, lengthMax: .max)
            else {
                counts.walked += 1
                continue
            }

            counts.apart += 1
            let all = mergeText(history(events))
            try #require(splices.reduce(before, applying) == all.text, "seed \(seed)")
            try #require(all.openPairs.isEmpty, "seed \(seed)")
            try #require(all.malformed.isEmpty, "seed \(seed)")
        }
        #expect(counts.apart > 500)
        #expect(counts.walked > 500)
    }

    @Test(arguments: [(at: 10, isApart: false), (at: 11, isApart: true), (at: 4, isApart: true)])
    func oneCharacterBetweenIsEnough(at: Int, isApart: Bool) {
        // One deletes the five characters before the tenth, the other types.
        let events = [
            TextEvent(
                parents: [],
                agent: 0,
                seq: 0,
                splices: [TextSplice(at: 5, delete: 5, insert: "")]
            ),
            TextEvent(
                parents: [],
                agent: 1,
                seq: 1,
                splices: [TextSplice(at: at, delete: 0, insert: "x")]
            ),
        ]

        let splices = mergeApart(events, known: 1, into: Self.base.count - 5, lengthMax: .max)

        #expect((splices != nil) == isApart)
    }

    @Test func whatAWalkAloneCanTellIsLeftToIt() {
        func event(
            _ at: Int,
            parents: [Int] = [],
            _ change: (inout TextEvent) -> Void = { _ in }
        )
            -> TextEvent
        {
            let splice = TextSplice(at: at, delete: 0, insert: "x")
            var event = TextEvent(parents: parents, agent: at, seq: at, splices: [splice])
            change(&event)
            return event
        }
        let other = event(50)
        func isApart(_ event: TextEvent, before: [TextEvent]) -> Bool {
            mergeApart(before + [event], known: before.count, into: 120, lengthMax: .max) != nil
        }

        #expect(isApart(event(10), before: [other]))
        #expect(!isApart(event(10) { $0.hasEffect = false }, before: [other]))
        #expect(!isApart(event(10, parents: [0]) { $0.without = [0] }, before: [other]))
        #expect(!isApart(event(10) { $0.erasure = Array("1@a".utf8) }, before: [other]))
        #expect(!isApart(event(10, parents: [0, 1]), before: [other, event(80)]))
        #expect(!isApart(event(10, parents: [0]), before: [other, event(60, parents: [0])]))
        #expect(!isApart(event(500), before: [other]))
        #expect(!isApart(event(50), before: [other]))
    }
}
