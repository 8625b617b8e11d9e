import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordModel
import ConcordTesting
import Foundation
import Testing

/// The figures that the status tells: kept finding by finding, and the same as all records say.
@Suite struct FigureTests {
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func whatIsKeptSaysWhatAllRecordsSay(seed: UInt64) async throws {
        var work = try await FigureWork(seed: seed)
        var seen: Set<AuditFigures> = []

        for step in 0..<80 {
            let replica = try await work.step()
            let kept = try await replica.figures()
            let counted = try await replica.snapshot().figures
            seen.insert(counted)
            try #require(kept == counted, "step \(step): \(work.story.suffix(6))")
        }

        #expect(seen.count > 10, "the figures changed: \(seen.count)")
        #expect(Set(seen.map(\.errors)).count > 3 && Set(seen.map(\.warnings)).count > 3)
    }
}
