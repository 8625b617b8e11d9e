import ConcordTesting
import Foundation
import Testing

/// Runs the programs of docs/samples as they were built.
@Suite struct SampleTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ name: String, _ arguments: String...) throws -> [String] {
        let program = URL(fileURLWithPath: CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent(name)
        let (end, output) = try ChildProgram.run(program.path, arguments)
        #expect(end == .exit(0))
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func captureKeepsWhatWasRaisedBefore() throws {
        let path = folder.file("a.concord")

        let first = try run("SampleCapture", path, "Withdrawn procedure in use")
        let second = try run("SampleCapture", path, "No rollback plan")

        #expect(first[0].hasPrefix("Keep this recovery key on paper: "))
        #expect(
            first.dropFirst() == [
                "raised A-01", "A-01 Minor nonconformity Withdrawn procedure in use",
                "not sent yet: 2",
            ]
        )
        #expect(
            second == [
                "raised A-02", "A-01 Minor nonconformity Withdrawn procedure in use",
                "A-02 Minor nonconformity No rollback plan", "not sent yet: 3",
            ]
        )
    }

    @Test(.timeLimit(.minutes(5))) func theConflictDeskShowsBothSidesAndDecides() throws {
        let lines = try run("SampleConflictDesk")

        #expect(lines.filter { $0.hasPrefix("conflict at ") }.count == 1)
        #expect(
            Set(lines.filter { $0.hasPrefix("  ") }) == [
                "  Tomas Ebrel: No plan to roll back", "  Ruth Adair: Rollback was not planned",
            ]
        )
        let ends = lines.suffix(2).map { $0.components(separatedBy: " | inbox: ") }
        #expect(ends[0][0] == ends[1][0])
        #expect(Set(ends.map { $0[1] }) == ["0", "1"])
    }

    @Test func theStatusOfASyncSaysWhatIsProven() throws {
        let lines = try run("SampleBackgroundSync", folder.file("a.concord"))

        #expect(
            lines.filter { !$0.hasPrefix("the run ended early") } == [
                "not synced yet, 1 not sent", "offline, 1 not sent", "up to date",
                "synced before, 1 not sent",
            ]
        )
        #expect(lines.contains { $0.hasPrefix("the run ended early") })
    }

    @Test func everySampleIsTinyAndImportsTheProductsAlone() throws {
        let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/samples")
        let names = try FileManager.default.contentsOfDirectory(atPath: samples.path).filter {
            !$0.hasSuffix(".md")
        }

        #expect(names.sorted() == ["background-sync", "capture", "conflict-desk"])
        for name in names {
            let folder = samples.appendingPathComponent(name)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(files.count == 1)
            let file = folder.appendingPathComponent(try #require(files.first))
            let lines = try String(contentsOf: file, encoding: .utf8)
                .split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= 61, "\(name) has \(lines.count - 1) lines")
            let imports = lines.filter { $0.hasPrefix("import ") }
            #expect(Set(imports).isSubset(of: ["import Concord", "import ConcordTesting"]))
        }
    }
}
