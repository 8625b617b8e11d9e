import ConcordTesting
import ConcordText
import Testing

/// What becomes of a contested text: only what touches is in question.
@Suite struct ContestedEventsTests {
    /// A history in which each event inserts a character of its own, and the sides of its conflict.
    private func history(_ seed: UInt64) -> (events: [TextEvent], sides: Set<Int>) {
        var history = RandomHistory(seed: seed)
        history.grow(to: 12)
        var events = history.events
        for index in events.indices {
            for place in events[index].splices.indices {
                let count = events[index].splices[place].insert.unicodeScalars.count
                events[index].splices[place].insert = String(
                    repeating: Self.letter(index),
                    count: count
                )
            }
        }
        return (events, Set(mergeText(events).openPairs.flatMap { [$0.first, $0.second] }))
    }

    private static func letter(_ event: Int) -> String {
        Unicode.Scalar(UInt32(0x4E00 + event)).map { String(Character($0)) } ?? ""
    }

    private func count(_ event: Int, in text: String) -> Int {
        text.unicodeScalars.count { String(Character($0)) == Self.letter(event) }
    }

    @Test(arguments: Size.seeds(60, inFull: 600))
    func nothingGoesButWhatIsInQuestion(_ seed: UInt64) {
        let (events, sides) = history(seed)
        guard !sides.isEmpty else { return }
        let merged = mergeText(events).text
        let contested = ContestedEvents(events, sides: sides)
        let seen = events.indices.map { index in
            Set(events.indices.filter { textIsSeen($0, by: index, events) })
        }

        let meanwhile = contested.textMeanwhile
        for index in events.indices {
            if sides.contains(index) {
                #expect(count(index, in: meanwhile) == 0, "seed \(seed)")
            } else {
                #expect(count(index, in: meanwhile) >= count(index, in: merged), "seed \(seed)")
            }
        }
        for side in sides {
            let text = contested.text(taking: side)
            for index in events.indices {
                let goes = sides.contains(index) && index != side && !seen[side].contains(index)
                if goes {
                    #expect(count(index, in: text) == 0, "seed \(seed), side \(side)")
                } else {
                    #expect(
                        count(index, in: text) >= count(index, in: merged),
                        "seed \(seed), side \(side)"
                    )
                }
            }
        }
    }

    /// Who edits what stands meanwhile finds it there, and takes nothing from any side.
    @Test(arguments: Size.seeds(60, inFull: 600))
    func anEditMeanwhileLeavesTheSides(_ seed: UInt64) {
        let (events, sides) = history(seed)
        guard !sides.isEmpty else { return }
        let merged = mergeText(events).text
        let contested = ContestedEvents(events, sides: sides)
        var scalars = Array(contested.textMeanwhile.unicodeScalars)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2 {
            scalars.insert("Z", at: Int.random(in: 0...scalars.count, using: &generator))
        }
        let typed = String(String.UnicodeScalarView(scalars))

        // What is only put in can be said, unless it stands between words that a side deletes.
        let isDeleted = events.indices.contains { count($0, in: typed) > count($0, in: merged) }
        guard let splices = contested.splices(whereMeanwhileBecomes: typed) else {
            #expect(isDeleted, "seed \(seed)")
            return
        }

        var tips = Set(events.indices)
        for event in events { tips.subtract(event.parents) }
        let edit = TextEvent(parents: tips.sorted(), agent: 9, seq: 99, splices: splices)
        let all = events + [edit]
        let after = mergeText(all)
        #expect(after.malformed.isEmpty, "seed \(seed)")
        for index in events.indices {
            #expect(count(index, in: after.text) == count(index, in: merged), "seed \(seed)")
        }
        #expect(Set(after.openPairs.flatMap { [$0.first, $0.second] }) == sides, "seed \(seed)")
        #expect(ContestedEvents(all, sides: sides).textMeanwhile == typed, "seed \(seed)")
    }

    /// The words over which two disagree come back with the sides left out, so nobody else deletes them.
    @Test func whatASideDeletesIsDeletedByNobodyElseMeanwhile() {
        func event(_ agent: Int, _ parents: [Int], _ splice: TextSplice) -> TextEvent {
            TextEvent(parents: parents, agent: agent, seq: parents.count + 1, splices: [splice])
        }
        let events = [
            event(0, [], TextSplice(at: 0, delete: 0, insert: "One two three.")),
            event(0, [0], TextSplice(at: 4, delete: 3, insert: "2")),
            event(1, [0], TextSplice(at: 4, delete: 3, insert: "TWO")),
        ]
        let contested = ContestedEvents(events, sides: [1, 2])
        #expect(contested.textMeanwhile == "One two three.")

        #expect(contested.splices(whereMeanwhileBecomes: "Something else.") == nil)
        #expect(contested.splices(whereMeanwhileBecomes: "One two four.") != nil)
    }

    private func textIsSeen(_ other: Int, by event: Int, _ events: [TextEvent]) -> Bool {
        events[event].parents.contains { $0 == other || textIsSeen(other, by: $0, events) }
    }
}
