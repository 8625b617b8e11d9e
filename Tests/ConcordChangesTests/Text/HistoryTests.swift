import ConcordChanges
import Testing

struct HistoryTests {
    @Test func allRecordedHistoriesMergeAsRecorded() throws {
        let histories = try EditingTrace.histories()
        #expect(histories.count == 220)

        for (number, history) in histories.enumerated() {
            let graph = TextGraph(history.events)
            #expect(graph.merged().text == history.endContent, "history \(number)")
            #expect(arrived(history.events) == history.endContent, "history \(number)")
        }
    }

    @Test func theDefinitionMergesAllRecordedHistoriesAsRecorded() throws {
        for (number, history) in try EditingTrace.histories().enumerated() {
            #expect(
                SlowText(history.events, twins: false).text == history.endContent,
                "history \(number)"
            )
        }
    }

    @Test(arguments: ["friendsforever.json.gz", "sveltecomponent.json.gz"])
    func realSessionsMergeAsRecorded(_ name: String) throws {
        let trace = try EditingTrace.compressed(name)

        let merged = TextGraph(trace.events).merged().text
        let arrived = arrived(trace.events)

        #expect(merged == trace.endContent)
        #expect(arrived == trace.endContent)
    }

    @Test(arguments: 1...3)
    func aRealSessionMergesAlikeInWhateverOrderItArrives(seed: UInt64) throws {
        let trace = try EditingTrace.compressed("friendsforever.json.gz")
        var generator = SeededGenerator(seed: seed)

        let shuffled = causallyShuffled(trace.events, &generator)

        #expect(TextGraph(shuffled).merged().text == trace.endContent)
        #expect(arrived(shuffled) == trace.endContent)
    }
}
