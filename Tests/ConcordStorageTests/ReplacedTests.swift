import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@testable import ConcordStorage

/// What is told of what a colleague replaced or ended, and what is not.
@Suite struct ReplacedTests {
    private let state = cell("/finding/f1/state")
    private let grade = cell("/criterion/c1/grade")
    private let evidence = cell("/finding/f1/evidence")

    /// Two leaders, ann and dan, and two auditors, of whom ben raised a nonconformity.
    private func team() throws -> (Team, ann: Device, ben: Device, cem: Device, dan: Device) {
        let team = try Team(["ann", "ben", "cem", "dan"])
        let all = team.devices
        try all[0].set("/member/dan/role", "lead")
        try all[0].save(add("/evidence/v1"), add("/evidence/v2"))
        try all[1].save(
            add("/finding/f1", ["state": "draft", "statement": "No list was shown."]),
            add(
                "/criterion/c1",
                ["finding": "f1", "standard": "iso", "clause": "8.1", "grade": "minor"]
            )
        )
        try team.syncAll()
        for device in all { #expect(try device.inbox().filter { $0.kind != .team }.isEmpty) }
        return (team, all[0], all[1], all[2], all[3])
    }

    private func told(_ device: Device) throws -> [InboxItem] {
        try device.inbox().filter { $0.kind != .team }
    }

    /// A step that goes on from a colleague's takes nothing back.
    @Test func theNextStepReplacesNothing() throws {
        let (team, ann, ben, _, _) = try team()
        try ben.edit { $0.set(state, to: "submitted") }
        try team.syncAll()
        try ann.edit { $0.set(state, to: "confirmed") }
        try team.syncAll()

        #expect(try told(ben).map(\.kind) == [.decided])
    }

    /// Of two who wrote something else the one who had seen it has replaced it.
    @Test func whoHadNotSeenItReplacedNothing() throws {
        let (team, ann, ben, _, dan) = try team()
        try ben.edit { $0.set(grade, to: "observation") }
        try team.sync(ben)
        try team.sync(ann)
        let last = try ann.edit { $0.set(grade, to: "ofi") }
        for unit in ["HR", "IT", "HR", "IT"] {
            try dan.edit { $0.set(cell("/finding/f1/unit"), to: .string(WireText(unit))) }
        }
        try dan.edit { $0.set(grade, to: "major") }
        try team.syncAll()

        #expect(try dan.value("/criterion/c1/grade") == "major")
        let replaced = try told(ben).filter { $0.kind == .replaced && $0.mine.path == grade }
        #expect(replaced.map(\.by?.diff) == [last?.id])
    }

    /// Who only took words out has typed nothing that could be gone.
    @Test func whoOnlyTookWordsOutIsNotTold() throws {
        let (team, ann, ben, _, _) = try team()
        try ben.edit { $0.setText(cell("/finding/f1/statement"), to: "No list shown.") }
        try team.syncAll()
        try ann.edit { $0.setText(cell("/finding/f1/statement"), to: "") }
        try team.syncAll()

        #expect(try told(ben).isEmpty)
    }

    /// Who wrote in what ends is told beside the newest of it that counts and says something.
    @Test func whatEndsIsToldBesideTheNewestThatCounts() throws {
        let (team, _, ben, cem, _) = try team()
        try cem.edit { $0.insert("v1", into: evidence) }
        try cem.edit { $0.insert("v2", into: evidence) }
        try cem.edit { $0.remove("v2", from: evidence) }
        // Without the right.
        try cem.edit { $0.set(grade, to: "major") }
        try team.syncAll()
        try ben.edit(reason: "not so") { $0.set(state, to: "withdrawn") }
        try team.syncAll()

        let ended = try told(cem).filter { $0.kind == .decided }
        #expect(ended.map(\.mine.path) == [cell("/finding/f1/evidence/v2")])
        #expect(ended.map(\.mine.value) == [true])
    }

    /// Who cites what is removed is told, and nobody else.
    @Test func whoCitesNothingThatIsRemovedIsNotTold() throws {
        let (team, ann, ben, cem, _) = try team()
        try cem.edit { $0.insert("v1", into: evidence) }
        try team.syncAll()
        try ann.edit { $0.hide(kind: "evidence", id: "v1") }
        try team.syncAll()

        #expect(try told(cem).map(\.kind) == [.citedRemoved])
        #expect(try told(ben).isEmpty)
    }
}
