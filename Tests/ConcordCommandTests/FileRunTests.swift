import Foundation
import Testing

@testable import ConcordLab

@Suite("The run over a connection that is cut", .timeLimit(.minutes(5)))
struct FileRunTests {
    @Test(
        "Hardly anything travels twice at the socket, in either direction, and every file comes whole"
    )
    func hardlyAnythingTravelsTwice() async throws {
        let folder =
            FileManager.default.temporaryDirectory.path + "/concord-files-"
            + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = FileRun(
            count: 12,
            bytesOfEach: 4_000_000,
            cutEvery: 3_000_000,
            seed: 3,
            programs: Bundle.main.bundleURL.path,
            folder: folder
        )

        let result = try await run.run()

        #expect(result.verified == run.count)
        for leg in [result.upload, result.download] {
            #expect(leg.cuts >= result.size / run.cutEvery)
            #expect(Double(leg.bytes) <= FilesCommand.target * Double(result.size), "\(leg)")
        }
    }
}
