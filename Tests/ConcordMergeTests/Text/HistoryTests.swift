import ConcordTesting
import ConcordText
import Testing

struct HistoryTests {
    @Test func allRecordedHistoriesMergeAsRecorded() throws {
        let histories = try EditingTrace.histories()
        #expect(histories.count == 220)

        for (number, history) in Size.sample(Array(histories.enumerated()), each: 3) {
            let events = withoutTwins(history.events)
            #expect(mergeText(events).text == history.endContent, "history \(number)")
            #expect(arrived(events) == history.endContent, "history \(number)")
        }
    }

    @Test func theDefinitionMergesAllRecordedHistoriesAsRecorded() throws {
        let histories = Array(try EditingTrace.histories().enumerated())
        for (number, history) in Size.sample(histories, each: 10) {
            #expect(
                SlowText(history.events, twins: false).text == history.endContent,
                "history \(number)"
            )
        }
    }

    @Test(arguments: ["friendsforever.json.gz", "sveltecomponent.json.gz"])
    func realSessionsMergeAsRecorded(_ name: String) throws {
        let trace = try EditingTrace.compressed(name)

        let merged = mergeText(trace.events).text
        let arrived = arrived(trace.events, portion: 5000)

        #expect(merged == trace.endContent)
        #expect(arrived == trace.endContent)
    }

    @Test(arguments: Size.seeds(1, inFull: 3))
    func aRealSessionMergesAlikeInWhateverOrderItArrives(seed: UInt64) throws {
        let trace = try EditingTrace.compressed("friendsforever.json.gz")
        var generator = SeededGenerator(seed: seed)

        let shuffled = causallyShuffled(trace.events, &generator)

        #expect(mergeText(shuffled).text == trace.endContent)
        #expect(arrived(shuffled, portion: 5000) == trace.endContent)
    }
}
