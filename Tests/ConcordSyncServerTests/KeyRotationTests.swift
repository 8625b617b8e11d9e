import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSigning
import ConcordSyncClient
import ConcordTesting
import Foundation
import Testing

@testable import ConcordSyncServer

/// A server whose log key is changed, with replicas that sync over a socket.
@Suite(.serialized, .timeLimit(.minutes(5))) struct KeyRotationTests {
    /// Wherever a change of the key stops, the server starts, and everybody goes on: who is there, who was away, who joins
    /// with a code from before, and who joins afterwards.
    @Test(arguments: KeyRotation.Step.allCases)
    func aChangeThatStopsAnywhereLosesNobody(step: KeyRotation.Step) async throws {
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "logs.sqlite").path)
            let team = try await Crew(folder, files)
            let early = try await team.leader.perform { try $0.invite(role: .auditor, name: "Ola") }
            let before = try SigningKey(file: files.logKey).author

            _ = try KeyRotation.rotate(files, upTo: step)
            try await team.work(team.leader, "after the interruption")
            try await team.sync(team.leader)
            let rotation = try KeyRotation.rotate(files)
            try await team.work(team.colleague, "while away")
            try await team.sync(team.colleague)
            let ola = try await team.join(early, "ola")
            let late = try await team.leader.perform { try $0.invite(role: .auditor, name: "Ruth") }
            try await team.sync(team.leader)
            let ruth = try await team.join(late, "ruth")
            try await team.work(ruth, "newcomer")
            let all = [ruth, team.leader, team.colleague, ola]
            for replica in all + all { try await team.sync(replica) }

            let digests = try await all.asyncMap { try await $0.snapshot().digest }
            #expect(Set(digests).count == 1)
            for replica in all {
                #expect(try replica.contradictions().isEmpty)
                #expect(try replica.status().pending == 0)
            }
            #expect(try SigningKey(file: files.logKey).author == rotation.next)
            #expect(try SigningKey(file: rotation.formerFile).author == rotation.former)
            #expect((step == .done) == (rotation.former != before))
            #expect(try LogVerification.verify(files).logs.map(\.faults) == [[]])
            let doctor = ServerDoctor(files).findings().first { $0.subject == .logKey }
            #expect(doctor?.grade == .ok)
        }
    }

    /// Nothing was added since the change: the key is followed all the same, and what the former one signed is signed again.
    @Test func aQuietLogIsSignedByTheNewKey() async throws {
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "logs.sqlite").path)
            let team = try await Crew(folder, files)
            let log = try team.leader.status().log
            for _ in 0..<3 { _ = try KeyRotation.rotate(files) }

            try await team.sync(team.leader)

            #expect(try team.leader.status().log == log)
            let invitation = try await team.leader.perform {
                try $0.invite(role: .auditor, name: "Ola")
            }
            let key = try SigningKey(file: files.logKey).author.publicKey
            #expect(invitation.logKey == key)
            #expect(try LogKeys(files).successions.count == 3)
        }
    }

    @Test func anInterruptedChangeIsToldByTheDoctor() async throws {
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "logs.sqlite").path)
            _ = try await Crew(folder, files)
            _ = try KeyRotation.rotate(files, upTo: .statement)

            let finding = ServerDoctor(files).findings().first { $0.subject == .logKey }

            #expect(finding?.grade == .warning)
            #expect(finding?.detail.contains("rotate-key") == true)
        }
    }

    /// A backup of before the change goes on under the key that follows; without that key nothing starts that clients would
    /// refuse; and a backup of after the change needs no other file.
    @Test func backupsKnowWhichKeyFollows() async throws {
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "logs.sqlite").path)
            let team = try await Crew(folder, files)
            let (old, new) = (folder.path + "/old.backup", folder.path + "/new.backup")
            _ = try ServerBackup.make(of: files, to: old)
            _ = try KeyRotation.rotate(files)
            try ServerDatabase(path: files.database).close()
            _ = try ServerBackup.make(of: files, to: new)

            try FileManager.default.removeItem(atPath: files.database)
            _ = try ServerBackup.restore(old, to: files)
            try await team.sync(team.leader)
            let key = try Data(contentsOf: URL(filePath: files.logKey))
            for path in [files.database, files.logKey, files.keyStatements] {
                try FileManager.default.removeItem(atPath: path)
            }
            _ = try ServerBackup.restore(old, to: files)
            let failure = #expect(throws: ConcordSyncServer.StorageFailure.self) {
                try ServerDatabase(path: files.database)
            }
            #expect(failure?.message.contains("newest key") == true)
            // A start that was refused leaves SQLite's files beside the database.
            for path in ["", "-wal", "-shm"].map({ files.database + $0 }) + [files.logKey]
            where FileManager.default.fileExists(atPath: path) {
                try FileManager.default.removeItem(atPath: path)
            }
            _ = try ServerBackup.restore(new, to: files)
            try await team.work(team.colleague, "after the loss")
            try await team.sync(team.colleague)

            #expect(try Data(contentsOf: URL(filePath: files.logKey)) == key)
            #expect(try LogKeys(files).successions.count == 1)
            #expect(try team.colleague.contradictions().isEmpty)
        }
    }

    @Test func theCommandChangesTheKeyOfAStoppedServerAlone() async throws {
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "logs.sqlite").path)
            let named = ["rotate-key", "--database", files.database]
            let missing = try await ServerProgram.run(named)
            try ServerDatabase(path: files.database).close()
            let before = try SigningKey(file: files.logKey).author

            let refused = try await Self.whileOpen(files) { try await ServerProgram.run(named) }
            #expect(try SigningKey(file: files.logKey).author == before)
            let changed = try await ServerProgram.run(named + ["--json"])

            #expect(missing.status == 73)
            #expect(refused.status == 69)
            #expect(changed.status == 0)
            let after = try SigningKey(file: files.logKey).author
            #expect(changed.output.contains(after.text.string))
            #expect(after != before)
        }
    }

    /// Does something while a server has the database; it is free again afterwards.
    private static func whileOpen<Result>(
        _ files: ServerFiles,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let database = try ServerDatabase(path: files.database)
        let result = try await body()
        try database.close()
        return result
    }

    @Test func thereIsAnEndOfChanges() async throws {
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "logs.sqlite").path)
            try ServerDatabase(path: files.database).close()
            for _ in 0..<16 { _ = try KeyRotation.rotate(files) }

            let failure = #expect(throws: ConcordSyncServer.StorageFailure.self) {
                try KeyRotation.rotate(files)
            }

            #expect(failure?.code == .notOurs)
            try ServerDatabase(path: files.database).close()
        }
    }
}

/// A leader and a colleague, whose server starts for each sync and is stopped again.
private struct Crew {
    let leader: Replica
    let colleague: Replica
    private let folder: URL
    private let database: URL

    init(_ folder: URL, _ files: ServerFiles) async throws {
        (self.folder, database) = (folder, URL(filePath: files.database))
        let leader = try await Replica.create(
            at: folder.path + "/leader.concord",
            engagement: EngagementDraft(leader: "Ines Carrow", device: "leader")
        ).replica
        self.leader = leader
        let code = try await leader.perform { try $0.invite(role: .auditor, name: "Tomas") }
        colleague = try await Self.connected(database) { transport in
            _ = try await leader.sync(through: transport)
            return try await Replica.join(
                at: folder.path + "/tomas.concord",
                code: code,
                device: "tomas",
                through: transport
            )
        }
        for replica in [colleague, leader, colleague] { try await sync(replica) }
    }

    func work(_ replica: Replica, _ title: WireText) async throws {
        var edit = Edit()
        let id = ReplicaEnvironment.system.newID()
        edit.add("finding", id: id, fields: ["state": "draft", "title": .string(title)])
        _ = try await replica.save(edit)
    }

    func sync(_ replica: Replica) async throws {
        try await Self.connected(database) { transport in
            _ = try await replica.sync(through: transport)
        }
    }

    func join(_ code: InvitationCode, _ name: String) async throws -> Replica {
        let path = folder.path + "/\(name).concord"
        return try await Self.connected(database) { transport in
            try await Replica.join(
                at: path,
                code: code,
                device: WireText(name),
                through: transport
            )
        }
    }

    private static func connected<Result: Sendable>(
        _ database: URL,
        _ body: @Sendable (HTTPTransport) async throws -> Result
    ) async throws -> Result {
        try await withServer(at: database) { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            return try await HTTPTransport.withTransport(to: address) { try await body($0) }
        }
    }
}

extension Array {
    fileprivate func asyncMap<Result>(
        _ body: (Element) async throws -> Result
    ) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
