import ConcordTesting
import ConcordText
import Testing

/// Whole histories with the text that must result: ours and generated ones, and those that others publish.
struct HistoryTests {
    @Test func historiesThatTellOrdersApartMergeAsTheyMust() throws {
        let histories = try EditingTrace.ownHistories()
        #expect(histories.count == 20)

        try expectMerged(histories)
        for (number, history) in Size.sample(Array(histories.enumerated()), each: 3) {
            #expect(
                SlowText(history.events, twins: false).text == history.endContent,
                "history \(number)"
            )
        }
    }

    @Test(arguments: [1, 2, 5], Size.seeds(1, inFull: 4))
    func sessionsMergeToTheTextThatWasTyped(people: Int, seed: UInt64) {
        let session = TypedSession(people: people, transactions: 6000, seed: seed)
        var generator = SeededGenerator(seed: seed)
        let shuffled = causallyShuffled(session.events, &generator)

        #expect(mergeText(session.events).text == session.text)
        #expect(arrived(session.events, portion: 1000) == session.text)
        #expect(mergeText(shuffled).text == session.text)
        #expect(arrived(shuffled, portion: 1000) == session.text)
    }

    @Test(.enabled(if: EditingTrace.arePublished, "\(PublicData.advice)"))
    func publishedHistoriesMergeAsRecorded() throws {
        let histories = try EditingTrace.publishedHistories()
        #expect(histories.count == 220)

        try expectMerged(histories)
        for (number, history) in Size.sample(Array(histories.enumerated()), each: 10) {
            #expect(
                SlowText(history.events, twins: false).text == history.endContent,
                "history \(number)"
            )
        }
    }

    @Test(
        .enabled(if: EditingTrace.arePublished, "\(PublicData.advice)"),
        arguments: EditingTrace.sessions
    )
    func publishedSessionsMergeAsRecorded(_ name: String) throws {
        let trace = try EditingTrace.session(name)

        let merged = mergeText(trace.events).text
        let arrived = arrived(trace.events, portion: 5000)

        #expect(merged == trace.endContent)
        #expect(arrived == trace.endContent)
    }

    @Test(
        .enabled(if: EditingTrace.arePublished, "\(PublicData.advice)"),
        arguments: Size.seeds(1, inFull: 3)
    )
    func aPublishedSessionMergesAlikeInWhateverOrderItArrives(seed: UInt64) throws {
        let trace = try EditingTrace.session("friendsforever.json.gz")
        var generator = SeededGenerator(seed: seed)

        let shuffled = causallyShuffled(trace.events, &generator)

        #expect(mergeText(shuffled).text == trace.endContent)
        #expect(arrived(shuffled, portion: 5000) == trace.endContent)
    }

    private func expectMerged(_ histories: [EditingTrace]) throws {
        for (number, history) in Size.sample(Array(histories.enumerated()), each: 3) {
            let events = withoutTwins(history.events)
            #expect(mergeText(events).text == history.endContent, "history \(number)")
            #expect(arrived(events) == history.endContent, "history \(number)")
        }
    }
}
