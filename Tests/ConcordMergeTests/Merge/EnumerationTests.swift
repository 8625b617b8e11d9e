import ConcordDiff
import Testing

@Suite("Every order of a few diffs")
struct EnumerationTests {
    @Test(arguments: Histories.all.map(\.name))
    func everyOrderShowsWhatTheObviousFoldShows(name: String) throws {
        let history = try #require(Histories.all.first { $0.name == name }).make()

        let count = try history.check()

        #expect(count.arrivals > (History.triesAll ? 40 : 8), "too few orders to mean anything")
    }

    @Test(arguments: Histories.all.map(\.name))
    func aFoldThatForgetsGoesOnFromItsStore(name: String) throws {
        let history = try #require(Histories.all.first { $0.name == name }).make()
        let short = History(shortening: history, to: 3)

        _ = try short.check(forgetful: true)
    }
}
