import Testing

@testable import ConcordStorage

/// How many entries a transaction takes in.
@Suite struct TakeInBatchTests {
    @Test func whatIsQuickIsFollowedByMore() {
        var batch = TakeInBatch()
        #expect(batch.count == 4096)

        batch.adapt(to: .milliseconds(100), takenIn: 0)
        #expect(batch.count == 8192)
        for _ in 0..<10 { batch.adapt(to: .milliseconds(249), takenIn: 0) }
        #expect(batch.count == TakeInBatch.most)
    }

    @Test func whatIsSlowIsFollowedByLess() {
        var batch = TakeInBatch()

        batch.adapt(to: .milliseconds(1001), takenIn: 0)
        #expect(batch.count == TakeInBatch.first / 2)
        for _ in 0..<10 { batch.adapt(to: .seconds(60), takenIn: 0) }
        #expect(batch.count == TakeInBatch.fewest)
    }

    @Test func aTransactionTakesInHalfOfWhatIsThere() {
        var batch = TakeInBatch()

        batch.adapt(to: .seconds(60), takenIn: 5000)

        #expect(batch.count == 2500)
    }

    @Test func whatIsNeitherStaysAsItIs() {
        var batch = TakeInBatch()

        for taken in [Duration.milliseconds(250), .milliseconds(700), .seconds(1)] {
            batch.adapt(to: taken, takenIn: 0)
            #expect(batch.count == TakeInBatch.first)
        }
    }

    @Test func whatBelongsTogetherIsNotCut() {
        var batch = TakeInBatch(whole: 9000)

        for taken in [Duration.seconds(5), .milliseconds(1)] {
            batch.adapt(to: taken, takenIn: 0)
            #expect(batch.count == 9000)
        }
    }
}
