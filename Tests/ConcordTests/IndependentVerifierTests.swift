import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Foundation
import Testing

/// The verifier in Python reads what replicas export.
@Suite struct IndependentVerifierTests {
    @Test func theLogOfATeamIsProvenByTheIndependentVerifier() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "Emergency changes")
        try await team.sync()
        var grade = Edit()
        grade.set(gradePath(finding), to: "major")
        try await team.ruth.save(grade)
        try await team.leader.save(grade)
        try await team.sync()
        _ = try addFinding(team.tomas, title: "Not sent yet")

        for replica in team.all {
            let outcome = try verify(replica, in: team.folder)
            #expect(outcome.code == 0, "\(outcome.output)")
        }
    }

    @Test func aChangedByteOfTheLogIsNoticed() async throws {
        let team = try await Team()
        _ = try addFinding(team.ruth, title: "Emergency changes")
        var log = try export(team.ruth)
        let title = try #require(log.firstRange(of: Array("Emergency".utf8)))

        log[title.lowerBound] = UInt8(ascii: "e")

        #expect(try verify(log, in: team.folder).code == 1)
    }

    @Test func aStockJSONPatchGivesTheSameDocumentForASequentialLog() throws {
        let folder = try TemporaryFolder()
        let draft = EngagementDraft(
            leader: "Ines",
            device: "d",
            fields: ["number": "E-1"],
            records: [.init(kind: "process", id: "p1", fields: ["title": "Later kind"])]
        )
        let replica = try Replica.create(at: folder.file("a.concord"), engagement: draft).replica
        let first = try addFinding(replica, title: "Emergency changes")
        let second = try addFinding(replica, title: "To be hidden")
        try editEverything(of: first, hiding: second, in: replica)

        let outcome = try verify(replica, in: folder, "--document")

        #expect(outcome.code == 0, "\(outcome.output)")
        let shown = JSON.object(try replica.snapshot().state).canonicalText
        #expect(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines) == shown)
    }

    /// Every form of operation, one save each.
    private func editEverything(
        of finding: WireText,
        hiding other: WireText,
        in replica: Replica
    ) throws {
        func path(_ field: WireText) -> CellPath {
            CellPath(kind: "finding", record: finding, field: field)
        }
        let changes: [(inout Edit) -> Void] = [
            { $0.set(path("unit"), to: "MH") },
            { $0.set(path("unit"), to: nil) },
            { $0.set(path("title"), to: "Emergency changes without review 👩‍🔧") },
            { $0.setText(path("statement"), to: "Four of fifteen 👩‍🔧.") },
            { $0.setText(path("statement"), to: "Four or five of fifteen 👩‍🔧.") },
            { $0.insert("e1", into: path("evidence")) },
            { $0.insert("e2", into: path("evidence")) },
            { $0.remove("e1", from: path("evidence")) },
            { $0.set(gradePath(finding), to: "major") },
            { $0.set(path("state"), to: "submitted") },
            { $0.hide(kind: "finding", id: other) },
        ]
        for change in changes {
            var edit = Edit(reason: "because")
            change(&edit)
            try replica.save(edit)
        }
    }

    private func export(_ replica: Replica) throws -> [UInt8] {
        var log: [UInt8] = []
        try replica.log { log += $0.exported + [0x0A] }
        return log
    }

    private func verify(
        _ replica: Replica,
        in folder: TemporaryFolder,
        _ options: String...
    ) throws -> PythonVerifier.Outcome {
        try verify(try export(replica), in: folder, options)
    }

    private func verify(
        _ log: [UInt8],
        in folder: TemporaryFolder,
        _ options: [String] = []
    ) throws -> PythonVerifier.Outcome {
        try PythonVerifier.check(nil, log, in: folder, options)
    }
}
