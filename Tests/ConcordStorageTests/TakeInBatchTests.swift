import Testing

@testable import ConcordStorage

/// How many entries a transaction takes in.
@Suite struct TakeInBatchTests {
    @Test func whatFitsComesInTogether() {
        for all in [1, 4096, TakeInBatch.most] {
            #expect(TakeInBatch(of: all).count == all)
        }
    }

    @Test func whatDoesNotFitBeginsWithASmallPart() {
        for all in [8193, 9000, 12_000, 16_384, 40_000] {
            let first = TakeInBatch(of: all).count
            var next = TakeInBatch(of: all)

            next.adapt(to: .milliseconds(100), takenIn: first)

            #expect(first <= TakeInBatch.most)
            #expect(first + next.count >= min(all, 2 * TakeInBatch.most))
            #expect(next.count >= first)
        }
        #expect(TakeInBatch(of: 9000).count == 1000)
        #expect(TakeInBatch(of: 12_000).count == 12_000 - TakeInBatch.most)
    }

    @Test func whatIsQuickIsFollowedByMore() {
        var batch = TakeInBatch(of: 500)

        batch.adapt(to: .milliseconds(100), takenIn: 500)
        #expect(batch.count == 4000)
        for _ in 0..<10 { batch.adapt(to: .milliseconds(249), takenIn: 0) }
        #expect(batch.count == TakeInBatch.most)
    }

    @Test func whatIsSlowIsFollowedByLess() {
        var batch = TakeInBatch(of: 4096)

        batch.adapt(to: .milliseconds(1001), takenIn: 0)
        #expect(batch.count == 2048)
        for _ in 0..<10 { batch.adapt(to: .seconds(60), takenIn: 0) }
        #expect(batch.count == TakeInBatch.fewest)
    }

    @Test func aTransactionTakesInHalfOfWhatIsThere() {
        var batch = TakeInBatch(of: 4096)

        batch.adapt(to: .seconds(60), takenIn: 5000)

        #expect(batch.count == 2500)
    }

    @Test func whatIsNeitherIsFollowedByAsMuchAsIsThere() {
        var batch = TakeInBatch(of: 1000)

        for taken in [Duration.milliseconds(250), .milliseconds(700), .seconds(1)] {
            batch.adapt(to: taken, takenIn: 0)
            #expect(batch.count == 1000)
        }
        batch.adapt(to: .milliseconds(700), takenIn: 3000)
        #expect(batch.count == 3000)
        batch.adapt(to: .milliseconds(700), takenIn: 30_000)
        #expect(batch.count == TakeInBatch.most)
    }

    @Test func whatBelongsTogetherIsNotCut() {
        var batch = TakeInBatch(of: 9000, isWhole: true)

        for taken in [Duration.seconds(5), .milliseconds(1)] {
            batch.adapt(to: taken, takenIn: 0)
            #expect(batch.count == 9000)
        }
    }
}
