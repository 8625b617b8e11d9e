import ConcordTesting
import Testing

@testable import ConcordText

/// An edit is taken out of a text by what it typed and deleted, whatever reads the same beside it.
@Suite("Taking an edit out of a text") struct TextTakingOutTests {
    private let start = TextEvent(
        parents: [],
        agent: 0,
        seq: 1,
        splices: [TextSplice(at: 0, delete: 0, insert: "The plan is tested yearly.")]
    )

    private func edit(_ agent: Int, seen: [Int], _ splices: TextSplice...) -> TextEvent {
        TextEvent(parents: seen, agent: agent, seq: 2, splices: splices)
    }

    @Test func whatWasReplacedComesBackWhereItsReplacementStands() {
        let events = [
            start, edit(1, seen: [0], TextSplice(at: 12, delete: 13, insert: "untested")),
            edit(2, seen: [1], TextSplice(at: 20, delete: 0, insert: ", said MH")),
        ]

        let taken = splices(takingOut: 1, with: [1], of: events)

        #expect(taken.from == "The plan is untested, said MH.")
        #expect(taken.to == "The plan is tested yearly, said MH.")
        #expect(taken.splices == [TextSplice(at: 12, delete: 8, insert: "tested yearly")])
    }

    @Test func whatStandsBeforeAReplacementStaysBeforeIt() {
        let events = [
            start, edit(1, seen: [0], TextSplice(at: 12, delete: 13, insert: "untested")),
            edit(2, seen: [1], TextSplice(at: 12, delete: 0, insert: "still ")),
        ]

        #expect(
            splices(takingOut: 1, with: [1], of: events).to == "The plan is still tested yearly."
        )
    }

    @Test func wordsOfSomebodyElseThatReadTheSameStay() {
        let events = [
            start, edit(1, seen: [0], TextSplice(at: 0, delete: 0, insert: "late late ")),
            edit(2, seen: [0], TextSplice(at: 0, delete: 0, insert: "late ")),
        ]

        let taken = splices(takingOut: 1, with: [1], of: events)

        #expect(taken.from == "late late late The plan is tested yearly.")
        #expect(taken.to == "late The plan is tested yearly.")
        // Those of the lower key stand first.
        #expect(taken.splices == [TextSplice(at: 0, delete: 10, insert: "")])
    }

    @Test func whatWasOnlyDeletedComesBackWhereItStood() {
        let events = [
            start, edit(1, seen: [0], TextSplice(at: 11, delete: 14, insert: "")),
            edit(2, seen: [1], TextSplice(at: 11, delete: 0, insert: " not known")),
        ]

        let taken = splices(takingOut: 1, with: [1], of: events)

        #expect(taken.from == "The plan is not known.")
        #expect(taken.to.unicodeScalars.count == taken.from.unicodeScalars.count + 14)
        #expect(taken.to.contains(" tested yearly"))
    }

    /// Whatever is taken out of whatever history: the splices lead from the merged text to the text that is told, and
    /// that holds what the text merged without the edit holds.
    @Test(arguments: Size.seeds(20, inFull: 200))
    func theSplicesLeadToTheTextMergedWithoutTheEdit(seed: UInt64) {
        var random = RandomHistory(seed: seed, habits: .init(voids: seed % 2 == 0))
        random.grow(to: 20)
        let history = random.events
        for target in history.indices {
            var rest = history
            rest[target].hasEffect = false

            let taken = splices(takingOut: target, with: [target], of: history)

            #expect(taken.from == mergeText(history).text)
            var text = Array(taken.from.unicodeScalars)
            for splice in taken.splices {
                text.replaceSubrange(
                    splice.at..<splice.at + splice.delete,
                    with: Array(splice.insert.unicodeScalars)
                )
            }
            #expect(text == Array(taken.to.unicodeScalars))
            #expect(
                taken.to.unicodeScalars.sorted() == mergeText(rest).text.unicodeScalars.sorted(),
                "event \(target) of seed \(seed)"
            )
        }
    }
}
