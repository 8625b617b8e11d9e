import ConcordDiff
import ConcordTesting
import ConcordText
import Testing

/// The engine against the definition, over random histories; the seed is the argument.
struct TextFuzzTests {
    @Test(arguments: Size.seeds(15, inFull: 60))
    func plainHistoriesMergeAsDefined(seed: UInt64) {
        var history = RandomHistory(seed: seed)
        history.grow(to: 40)

        let expected = history.slow.text
        let (events, shuffled) = (withoutTwins(history.events), withoutTwins(history.shuffled()))

        #expect(testingOnlyMergeChecked(events).text == expected)
        #expect(testingOnlyMergeChecked(shuffled).text == expected)
        #expect(arrived(events) == expected)
        #expect(arrived(shuffled) == expected)
    }

    @Test(arguments: Size.seeds(15, inFull: 60))
    func voidOmittedAndTwinEventsMergeAsDefined(seed: UInt64) {
        var history = RandomHistory(
            seed: seed,
            habits: .init(voids: seed % 4 != 1, malformed: true, twins: seed % 4 != 2)
        )
        history.grow(to: 30)

        let merged = testingOnlyMergeChecked(history.events)
        let shuffled = mergeText(history.shuffled())

        #expect(merged.text == history.slow.text)
        #expect(merged.malformed == history.slow.malformed.sorted())
        #expect(merged.openPairs == history.slow.openPairs())
        // Rows that are taken for long ones after a few splices.
        for pairsMax in [0, 3, 8] {
            let long = mergeText(history.events, pairsMax: pairsMax)
            #expect(long.openPairs == history.slow.openPairs(pairsMax: pairsMax))
        }
        #expect(shuffled.text == merged.text)
        for index in history.events.indices where !history.slow.malformed.contains(index) {
            #expect(textAfter(index, in: history.events) == history.slow.textAfter(index))
        }
    }

    /// More authors than branches are walked in the order in which they came.
    @Test(arguments: Size.seeds(10, inFull: 60))
    func whatManyTypeAtOncePlaceByPlaceMergesAsDefined(seed: UInt64) {
        var history = RandomHistory(
            seed: seed,
            habits: .init(voids: seed % 4 == 1, twins: seed % 4 != 1, authors: 12...24)
        )
        history.grow(to: 36)

        let merged = testingOnlyMergeChecked(history.events)
        let shuffled = history.shuffled()

        #expect(merged.text == history.slow.text)
        #expect(merged.openPairs == history.slow.openPairs())
        #expect(mergeText(shuffled).text == merged.text)
        #expect(arrived(shuffled) == merged.text)
    }

    /// An edit of which so many authors had left another one out: of one more than the limit it is not asked which touch.
    @Test(arguments: [true, false])
    func ofWhatManyLeftOutItIsNotAskedWhichTouch(isOneMore: Bool) {
        let pairsMax = 8
        let count = isOneMore ? pairsMax + 1 : pairsMax
        var slow = SlowText(twins: true)
        func append(_ agent: Int, _ parents: [Int], at: Int, _ insert: String, without: [Int] = [])
        {
            let splice = TextSplice(at: at, delete: 0, insert: insert)
            var event = TextEvent(
                parents: parents,
                agent: agent,
                seq: slow.events.count,
                splices: [splice]
            )
            event.without = without
            slow.append(event)
        }
        append(0, [], at: 0, "Logs are kept.")
        append(1, [0], at: 0, "Today: ")
        for place in 0..<count { append(2, [place + 1], at: 14 + place, "!", without: [1]) }

        let merged = mergeText(slow.events, pairsMax: pairsMax)
        let sides = (1...count + 1).map { TextPair($0, $0) }

        #expect(merged.openPairs == (isOneMore ? sides : []))
        #expect(merged.openPairs == slow.openPairs(pairsMax: pairsMax))
    }

    /// Where an author makes a text too long that diff writes nothing; what several write at the same time may
    /// add up to more, and be shortened.
    @Test(arguments: Size.seeds(15, inFull: 60))
    func textsThatBecomeTooLongMergeAsDefined(seed: UInt64) {
        let lengthMax = 6 + Int(seed % 3) * 5
        var history = RandomHistory(
            seed: seed,
            habits: .init(voids: seed % 2 == 0, twins: true, lengthMax: lengthMax)
        )
        history.grow(to: 30)
        let events = history.events
        let known = Int(seed % 30)

        let merged = mergeText(events, lengthMax: lengthMax)
        let shuffled = mergeText(history.shuffled(), lengthMax: lengthMax)
        let before = mergeText(Array(events[..<known]), lengthMax: lengthMax)
        let cut = plainTextCount(events, upTo: known)
        let arrival = mergeArrivals(
            shifted(events, by: cut),
            known: known - cut,
            malformed: Set(before.malformed.filter { $0 >= cut }.map { $0 - cut }),
            into: before.text.unicodeScalars.count,
            lengthMax: lengthMax
        )

        #expect(merged.text == history.slow.text)
        #expect(merged.malformed == history.slow.malformed.sorted())
        #expect(merged.openPairs == history.slow.openPairs())
        #expect(shuffled.text == merged.text)
        #expect(arrival.splices.reduce(before.text, applying) == merged.text)
        #expect(arrival.malformed.map { $0 + cut } == merged.malformed.filter { $0 >= known })
    }

    @Test func aTextIsAsLongAsItsLimitAndNoLonger() {
        let limit = TextLimits.scalars
        let part = String(repeating: "é", count: limit / 4)
        var events = (0..<4).map { number in
            TextEvent(
                parents: number == 0 ? [] : [number - 1],
                agent: 0,
                seq: number + 1,
                splices: [TextSplice(at: 0, delete: 0, insert: part)]
            )
        }
        func add(_ agent: Int, _ parents: [Int], _ splice: TextSplice) {
            events.append(
                TextEvent(parents: parents, agent: agent, seq: 9, splices: [splice])
            )
        }
        add(1, [3], TextSplice(at: 0, delete: 0, insert: "x"))
        add(2, [3], TextSplice(at: 0, delete: 1, insert: "y"))
        add(3, [3], TextSplice(at: limit - 2, delete: 1, insert: "zzz"))
        // Two take the last place: together they are longer than one may make it.
        add(4, [3], TextSplice(at: limit / 2, delete: 0, insert: "w"))
        add(1, [4, 5, 7], TextSplice(at: 0, delete: 1, insert: "q"))
        add(2, [4, 5, 7], TextSplice(at: 0, delete: 0, insert: "r"))
        events[3].splices = [TextSplice(at: 0, delete: 0, insert: String(part.dropLast()))]

        let merged = mergeText(events)

        #expect(merged.malformed == [6, 9])
        #expect(merged.text.unicodeScalars.count == limit + 1)
    }

    @Test func equalEditsOfTextsThatDifferAreNotTwins() {
        func text(without: [Int]) -> String {
            let start = TextSplice(at: 0, delete: 0, insert: "abc")
            let more = TextSplice(at: 3, delete: 0, insert: "d")
            let edit = TextSplice(at: 0, delete: 0, insert: "Q")
            func event(
                _ agent: Int,
                _ parents: [Int],
                _ splice: TextSplice,
                _ without: [Int]
            )
                -> TextEvent
            {
                TextEvent(
                    parents: parents,
                    agent: agent,
                    seq: parents.count + 1,
                    splices: [splice],
                    hasEffect: true,
                    without: without,
                    over: []
                )
            }
            return mergeText([
                event(0, [], start, []), event(0, [0], more, []), event(1, [1], edit, without),
                event(2, [1], edit, []),
            ]).text
        }

        #expect(text(without: []) == "Qabcd")
        #expect(text(without: [1]) == "QQabcd")
    }

    @Test(arguments: Size.seeds(15, inFull: 60))
    func arrivalsComeToTheSameAsAMergeOfAll(seed: UInt64) {
        var history = RandomHistory(
            seed: seed,
            habits: .init(voids: seed % 2 == 0, malformed: true, twins: true)
        )
        history.grow(to: 30)
        var generator = SeededGenerator(seed: seed)
        let known = Int.random(in: 0...30, using: &generator)

        let events = history.events
        let before = mergeText(Array(events[..<known]))
        let cut = plainTextCount(events, upTo: known)
        let arrival = mergeArrivals(
            shifted(events, by: cut),
            known: known - cut,
            malformed: Set(before.malformed.map { $0 - cut }),
            into: before.text.unicodeScalars.count
        )

        let all = mergeText(events)
        #expect(arrival.splices.reduce(before.text, applying) == all.text)
        let pairs = arrival.openPairs.map { TextPair($0.first + cut, $0.second + cut) }
        #expect(pairs == all.openPairs.filter { $0.second >= known })
        #expect(arrival.malformed.map { $0 + cut } == all.malformed.filter { $0 >= known })

        // With short rows, and few that somebody may leave out, either all is to be merged or it comes to the same.
        let strict = mergeArrivals(
            shifted(events, by: cut),
            known: known - cut,
            malformed: Set(before.malformed.map { $0 - cut }),
            into: before.text.unicodeScalars.count,
            pairsMax: 8
        )
        if strict.takesAll { return }
        let strictPairs = strict.openPairs.map { TextPair($0.first + cut, $0.second + cut) }
        let allPairs = mergeText(events, pairsMax: 8).openPairs
        #expect(strictPairs == allPairs.filter { $0.second >= known })
    }

    /// How long a text was before so much was deleted of it cannot be told from its length and what was
    /// deleted, each time by somebody who did not know of the others: then it is merged from the beginning.
    @Test(arguments: [(32, true), (20, false)])
    func whereALengthCannotBeGuessedAllIsMerged(deleters: Int, takesAll: Bool) {
        let length = 1 << 24
        func deletion(_ index: Int) -> TextEvent {
            TextEvent(
                parents: [],
                agent: index,
                seq: 1,
                splices: [TextSplice(at: 0, delete: length, insert: "")]
            )
        }
        let known = (0..<deleters).map(deletion)
        let late = TextEvent(
            parents: [],
            agent: deleters,
            seq: 1,
            splices: [TextSplice(at: 3, delete: 0, insert: "late")]
        )

        let arrival = mergeArrivals(
            known + [late],
            known: deleters,
            malformed: [],
            into: 0,
            lengthMax: .max
        )

        #expect(arrival.takesAll == takesAll)
        #expect(arrival.splices.map(\.insert) == (takesAll ? [] : ["late"]))
    }
}

/// The events with something erased in each that was in no other: so no two are twins, which the public traces
/// do not know.
func withoutTwins(_ events: [TextEvent]) -> [TextEvent] {
    events.enumerated().map { number, event in
        var event = event
        event.erasure = Array(String(number).utf8)
        return event
    }
}

/// The events from a cut on, as if there were nothing before.
func shifted(_ events: [TextEvent], by cut: Int) -> [TextEvent] {
    events[cut...].map { $0.without(first: cut) }
}

/// A text after a splice.
func applying(_ text: String, _ splice: TextSplice) -> String {
    var scalars = Array(text.unicodeScalars)
    scalars.replaceSubrange(
        splice.at..<(splice.at + splice.delete),
        with: splice.insert.unicodeScalars
    )
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
}

/// The text of a replica that took in so many events at a time, each time merging what arrived into what
/// it showed.
func arrived(_ events: [TextEvent], portion: Int = 1) -> String {
    var text = ""
    for known in stride(from: 0, to: events.count, by: portion) {
        let here = Array(events.prefix(known + portion))
        let cut = plainTextCount(here, upTo: known)
        let arrival = mergeArrivals(
            shifted(here, by: cut),
            known: known - cut,
            malformed: [],
            into: text.unicodeScalars.count
        )
        var buffer = TextBuffer(text)
        for splice in arrival.splices { buffer.apply(splice) }
        text = buffer.text
    }
    return text
}
