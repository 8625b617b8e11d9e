import ConcordEncoding
import ConcordMerge
import ConcordTesting
import ConcordText
import Testing

/// Whose the words of a merged text are, and how two texts differ, over random histories; the seed is
/// the argument.
struct TextOriginsTests {
    @Test(arguments: Size.seeds(20, inFull: 90))
    func everyCharacterIsItsAuthors(seed: UInt64) {
        var history = RandomHistory(
            seed: seed,
            habits: .init(voids: seed % 2 == 0, malformed: true, twins: true)
        )
        history.grow(to: 30)
        let slow = history.slow
        let view = Set(slow.events.indices.filter { slow.events[$0].hasEffect })

        let found = textOrigins(history.events).flatMap { stretch in
            stretch.text.unicodeScalars.map { Origin(scalar: $0, event: stretch.event) }
        }

        let expected = slow.order.filter { slow.isShown($0, in: view) }.map { item in
            Origin(scalar: slow.items[item].scalar, event: slow.items[item].event)
        }
        #expect(found == expected)
    }

    /// A text of many pieces, put in and taken out all over it.
    @Test func everyCharacterOfALongTextIsItsAuthors() {
        var random = SeededGenerator(seed: 7)
        var events: [TextEvent] = []
        var owners: [Int] = []
        for event in 0..<600 {
            let at = Int.random(in: 0...owners.count, using: &random)
            let isDeletion = event % 3 == 2
            let length =
                isDeletion ? min(owners.count - at, Int.random(in: 0..<40, using: &random)) : 0
            let inserted = String(repeating: "x", count: Int.random(in: 1..<20, using: &random))
            owners.replaceSubrange(at..<at + length, with: inserted.map { _ in event })
            events.append(
                TextEvent(
                    parents: event == 0 ? [] : [event - 1],
                    agent: 1,
                    seq: event + 1,
                    splices: [TextSplice(at: at, delete: length, insert: inserted)]
                )
            )
        }

        let found = textOrigins(events).flatMap { stretch in
            stretch.text.map { _ in stretch.event }
        }

        #expect(found == owners)
    }

    @Test(arguments: Size.seeds(10, inFull: 30))
    func changesMakeOfOneTextTheOther(seed: UInt64) {
        var history = RandomHistory(seed: seed)
        history.grow(to: 20)
        let (from, to) = (textAfter(9, in: history.events), mergeText(history.events).text)

        let changes = TextChange.between(WireText(from), WireText(to))

        #expect(changes.filter { $0.kind != .inserted }.map(\.text).joined().isExactly(from))
        #expect(changes.filter { $0.kind != .deleted }.map(\.text).joined().isExactly(to))
        #expect(changes.allSatisfy { !$0.text.isEmpty })
    }

    private struct Origin: Equatable {
        let scalar: Unicode.Scalar
        let event: Int
    }
}

extension String {
    fileprivate func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
