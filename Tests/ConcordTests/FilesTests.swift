import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordModel
import ConcordTesting
import Foundation
import Testing

@testable import Concord

/// What a replica leaves on the disk, and what it never touches.
@Suite struct FilesTests {
    private func code(_ body: () async throws -> Void) async -> ReplicaFailure.Code? {
        do {
            try await body()
            return nil
        } catch let failure as ReplicaFailure {
            return failure.code
        } catch {
            Issue.record("another error: \(error)")
            return nil
        }
    }

    private let draft = EngagementDraft(leader: "Ines", device: "d")

    @Test func aJoinThatTheServerRefusesLeavesNothingBehind() async throws {
        let team = try await Team()
        let expired = Timestamp(milliseconds: sampleTime.milliseconds - 1000, offsetMinutes: 0)
        let invitation = try team.leader.invite(role: .auditor, expires: expired)
        _ = try await team.leader.sync(through: team.transport)
        let before = try team.folder.names

        let found = await code {
            _ = try await Replica.join(
                at: team.folder.file("late.concord"),
                code: invitation,
                device: "d",
                through: team.transport
            )
        }

        #expect(found == .wrongInvitation)
        #expect(try team.folder.names == before)
    }

    @Test(arguments: [0, 1])
    func aJoinWithoutAServerLeavesNothingBehind(exchanges: Int) async throws {
        let team = try await Team()
        let invitation = try team.leader.invite(role: .auditor)
        if exchanges == 1 { _ = try await team.leader.sync(through: team.transport) }
        let before = try team.folder.names
        team.transport.stop()

        let found = await code {
            _ = try await Replica.join(
                at: team.folder.file("late.concord"),
                code: invitation,
                device: "d",
                through: team.transport
            )
        }

        #expect(found == .server)
        #expect(try team.folder.names == before)
    }

    @Test func aCreationThatFailsLeavesNothingBehind() throws {
        let folder = try TemporaryFolder()
        var draft = draft
        draft.records = [
            EngagementDraft.Record(kind: "scope", id: "s1", fields: [:]),
            EngagementDraft.Record(kind: "scope", id: "s1", fields: [:]),
        ]

        #expect(throws: (any Error).self) {
            _ = try Replica.create(at: folder.file("a.concord"), engagement: draft)
        }

        #expect(try folder.names == [])
    }

    @Test(arguments: ["a.concord", "a.concord.key", "a.concord-wal"])
    func whatStandsThereStaysAsItIs(name: String) async throws {
        let folder = try TemporaryFolder()
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file(name)))

        let found = await code {
            _ = try Replica.create(at: folder.file("a.concord"), engagement: draft)
        }

        #expect(found == .alreadyExists)
        #expect(try folder.names == [name])
        #expect(try String(contentsOfFile: folder.file(name), encoding: .utf8) == "mine")
    }

    /// The files of a process that was killed at each step of making a replica.
    @Test(arguments: 0..<4)
    func whatAKilledCreationLeftIsRemoved(step: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.concord")
        _ = try Replica.create(at: path + ".draft", engagement: draft)
        if step > 0 { try Data().write(to: URL(fileURLWithPath: path + ".draft.draft")) }
        for part in [".key", ".guard"].prefix(max(0, step - 1)) {
            try FileManager.default.moveItem(atPath: path + ".draft" + part, toPath: path + part)
        }

        let replica = try Replica.create(at: path, engagement: draft).replica
        _ = try addFinding(replica, title: "One")

        #expect(try replica.verify().faults == [])
        #expect(
            try folder.names.filter { $0.contains("draft") && !$0.contains("draft.draft") } == []
        )
    }

    /// The files of a process that was killed at each step of giving a joined replica its better name: the next
    /// join stands under that name, and nothing else is left.
    @Test(arguments: 0..<6)
    func whatAKilledRenamingLeftIsRemoved(step: Int) async throws {
        let team = try await Team()
        let invitation = try team.leader.invite(role: .auditor)
        _ = try await team.leader.sync(through: team.transport)
        let before = try team.folder.names
        let (path, better) = (team.folder.file("late.concord"), team.folder.file("A-1.concord"))
        _ = try await Replica.create(at: path + ".draft", engagement: draft)
        for lock in [path, better] { try Data().write(to: URL(fileURLWithPath: lock + ".lock")) }
        let moves = ReplicaDraft.renames(of: path, as: better)
        for (from, to) in moves.prefix(step) {
            try FileManager.default.moveItem(atPath: from, toPath: to)
        }

        let replica = try await Replica.join(
            at: path,
            code: invitation,
            device: "d",
            through: team.transport,
            renaming: { _ in better }
        )

        _ = try addFinding(replica, title: "One")
        #expect(try replica.verify().faults == [])
        #expect(replica.path == better)
        let left = try Set(team.folder.names).subtracting(before)
        #expect(left.allSatisfy { $0.hasPrefix("A-1.concord") && !$0.contains("draft") }, "\(left)")
    }

    @Test func twoProcessesDoNotMakeOneReplica() async throws {
        let folder = try TemporaryFolder()
        let other = FileLock(path: folder.file("a.concord.lock"))
        #expect(try other.take())

        let found = await code {
            _ = try Replica.create(at: folder.file("a.concord"), engagement: draft)
        }

        #expect(found == .busy)
        #expect(try folder.names == ["a.concord.lock"])
    }

    @Test func everyFileIsItsOwnersAlone() throws {
        let folder = try TemporaryFolder()
        let replica = try Replica.create(at: folder.file("a.concord"), engagement: draft).replica
        _ = try addFinding(replica, title: "One")
        try replica.markInboxRead([])

        let names = try folder.names
        #expect(names.contains("a.concord.inbox") && names.contains("a.concord.guard"))
        for name in names { #expect(try folder.mode(name) == 0o600, "\(name)") }
    }

    /// In a folder that others may write to, a link must not lead anything out of it.
    @Test(arguments: [".guard", ".inbox"])
    func linksAreNotFollowed(part: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.concord")
        let made = try Replica.create(at: path, engagement: draft).replica
        _ = try addFinding(made, title: "One")
        let victim = folder.file("letter")
        let text = String(repeating: "Dear Ruth. ", count: 20)
        try Data(text.utf8).write(to: URL(fileURLWithPath: victim))
        if part == ".guard" { try FileManager.default.removeItem(atPath: path + part) }
        try FileManager.default.createSymbolicLink(
            atPath: path + part,
            withDestinationPath: victim
        )
        let replica = try Replica.open(at: path)

        #expect(throws: ReplicaFailure.self) {
            if part == ".inbox" { return try replica.markInboxRead([]) }
            _ = try addFinding(replica, title: "Three")
        }
        // This one has looked at its guard before the link was there.
        _ = try addFinding(made, title: "Two")

        #expect(try String(contentsOfFile: victim, encoding: .utf8) == text)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path + part) == victim)
    }

    @Test func aGuardThatIsNotOursIsTold() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.concord")
        _ = try Replica.create(at: path, engagement: draft)
        try Data("something else\n".utf8).write(to: URL(fileURLWithPath: path + ".guard"))
        let replica = try Replica.open(at: path)

        let failure = #expect(throws: ReplicaFailure.self) {
            _ = try addFinding(replica, title: "One")
        }

        #expect(failure?.message.contains("Move it away") == true)
        try FileManager.default.removeItem(atPath: path + ".guard")
        _ = try addFinding(replica, title: "One")
    }
}
