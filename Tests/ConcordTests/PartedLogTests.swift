import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSigning
import ConcordSync
import ConcordTesting
import Foundation
import Testing

/// Servers that were set back or exchanged, wrong ones, and devices that were restored.
@Suite struct PartedLogTests {
    /// A server that adds an entry of its own behind every answer that ends its log.
    private struct Adding: SyncTransport {
        let server: MemoryTransport
        let entry: [UInt8]

        func exchange(
            _ request: SyncRequest,
            by signer: RequestSigner
        ) async throws(SyncFailure) -> SyncResponse {
            var response = try await server.exchange(request, by: signer)
            guard !response.more else { return response }
            response.entries.append(.envelope(entry))
            response.size += 1
            return response
        }
    }

    /// A diff of somebody who was never admitted.
    private func foreignDiff(_ engagement: DiffID) throws -> [UInt8] {
        let key = try #require(SigningKey(seed: Array(repeating: 7, count: 32)))
        let head = Head(
            author: key.author,
            seq: 1,
            engagement: engagement,
            parents: [engagement],
            time: sampleTime,
            body: SHA256Digest(hashing: [])
        )
        let path = CellPath.finding("zz", .title)
        let body = Body(operations: [Operation(.add("x"), at: path)])
        return try UnverifiedDiff(head: head, body: body, signer: key).envelope
    }

    @Test func anEntryOfAStrangerIsRefusedAndTheWorkReachesTheTeam() async throws {
        let team = try await Team()
        _ = try addFinding(team.tomas, title: "work of a day")
        let engagement = team.tomas.engagement
        let wrong = Adding(
            server: try team.transport.copy(of: engagement, entries: 5),
            entry: try foreignDiff(engagement)
        )

        let failure = await #expect(throws: ReplicaFailure.self) {
            try await team.tomas.sync(through: wrong)
        }

        #expect(failure?.code == .contradiction)
        #expect(failure?.message.contains("not-a-member") == true)
        // What stood before it is taken in, and given back to the team once the right server is met.
        #expect(try await team.tomas.snapshot().state["finding"]?["zz"] == nil)
        #expect(try await team.tomas.snapshot().audit.findings.count == 1)
        try await team.sync()
        #expect(try team.digests().count == 1)
        #expect(try await team.leader.snapshot().audit.findings.count == 1)
    }

    @Test func workThatOnlyAWrongServerAcceptedReachesTheTeam() async throws {
        let team = try await Team()
        let wrong = try team.transport.copy(of: team.tomas.engagement, entries: 5)
        _ = try addFinding(team.tomas, title: "sent to the wrong server")
        _ = try await team.tomas.sync(through: wrong)
        #expect(try team.tomas.status().pending == 0)
        _ = try addFinding(team.leader, title: "sent to the right one")
        _ = try addFinding(team.leader, title: "another one")
        _ = try await team.leader.sync(through: team.transport)

        let summary = try await team.tomas.sync(through: team.transport)
        try await team.sync()

        #expect(summary.parted == [PartedLog(position: 6, common: 5, size: 7)])
        #expect(try team.digests().count == 1)
        #expect(try await team.leader.snapshot().audit.findings.count == 3)
        #expect(try team.tomas.rebuild(check: true).differences == [])
    }

    /// Servers that do not hold the key of the log, and what they answer.
    enum Stranger: String, CaseIterable, Sendable {
        case empty, shorter, longer, withoutAKey
    }

    /// Whatever a stranger answers, this device keeps the order of its log and what it shows, hands out nothing where
    /// it asks first, and needs no more than the right server to go on.
    @Test(arguments: Stranger.allCases, [true, false])
    func aStrangerChangesNothingAndGetsNothing(_ sort: Stranger, asksFirst: Bool) async throws {
        let (team, _) = try await LogCheckTests.signedTeam()
        for replica in team.all { _ = try addFinding(replica, title: "before") }
        try await team.sync()
        let engagement = team.leader.engagement
        _ = try addFinding(team.tomas, title: "not sent yet")
        let count = try team.transport.log(of: engagement).count
        let other = sort == .withoutAKey ? nil : try SigningKey.generate()
        let entries =
            switch sort {
            case .empty: 0
            case .shorter, .withoutAKey: count - 2
            case .longer: count
            }
        let wrong = try team.transport.copy(of: engagement, entries: entries, logKey: other)
        let before = (try team.tomas.status(), try await team.tomas.snapshot().digest)

        let failure = await #expect(throws: ReplicaFailure.self) {
            if asksFirst { try await team.tomas.recognize(through: wrong) }
            _ = try await team.tomas.sync(through: wrong)
        }

        #expect(failure?.code == (asksFirst ? .strangeServer : .logContradiction))
        let after = (try team.tomas.status(), try await team.tomas.snapshot().digest)
        #expect(after.0.log == before.0.log && after.0.pending == before.0.pending)
        #expect(after.1 == before.1)
        if asksFirst {
            #expect(try wrong.log(of: engagement).count == entries)
            #expect(try team.tomas.contradictions().isEmpty)
        }
        try await team.tomas.recognize(through: team.transport)
        let summary = try await team.tomas.sync(through: team.transport)
        #expect(summary.parted.isEmpty && summary.pushed == 1)
        #expect(try team.tomas.contradictions().isEmpty)
        try await team.sync()
        #expect(try team.digests().count == 1)
    }

    /// By whichever member comes first: of own diffs the server says the places alone.
    @Test(arguments: [0, 1, 4, 7], [0, 1, 2])
    func aServerThatWasSetBackIsFilledAgainInTheOrderItHad(
        to size: Int,
        by first: Int
    ) async throws {
        let team = try await Team()
        for title in ["one", "two"] {
            for replica in team.all { _ = try addFinding(replica, title: title) }
            try await team.sync()
        }
        let engagement = team.leader.engagement
        let log = try team.transport.log(of: engagement)
        let digest = try team.digests()
        try team.transport.setBack(engagement, to: size)

        let summary = try await team.all[first].sync(through: team.transport)
        let others = try await team.all[(first + 1) % 3].sync(through: team.transport)

        #expect(summary.parted.first?.again == log.count - size)
        #expect(others.parted == [])
        #expect(try team.transport.log(of: engagement) == log)
        try await team.sync()
        #expect(try team.digests() == digest)
        for replica in team.all { #expect(try replica.rebuild(check: true).differences == []) }
    }

    /// Positions in a text that is edited beside a proposal count on the order of the log: where a colleague's work comes
    /// first into a server that was set back, they may count on words that were not there.
    @Test func aTextThatReadsDifferentlyInTheNewOrderIsTold() async throws {
        let team = try await Team()
        let finding = try addFinding(team.tomas, title: "one")
        let statement = CellPath.finding(finding, .statement)
        let state = CellPath.finding(finding, .state)
        func write(_ replica: Replica, _ text: WireText) throws {
            try replica.save { _ in
                var edit = Edit()
                edit.setText(statement, to: text)
                return edit
            }
        }
        func step(_ replica: Replica, _ value: WireText) throws {
            try replica.save { _ in
                var edit = Edit()
                edit.set(state, to: .string(value))
                return edit
            }
        }
        try write(team.tomas, "Four of fifteen changes were not reviewed.")
        try step(team.tomas, "submitted")
        try await team.sync()
        try step(team.leader, "confirmed")
        try await team.sync()
        let size = try team.transport.log(of: team.leader.engagement).count
        try write(team.tomas, "As seen on Monday, four of fifteen changes were not reviewed.")
        _ = try await team.tomas.sync(through: team.transport)
        _ = try await team.leader.sync(through: team.transport)
        try write(team.leader, "Four of sixteen changes were never reviewed.")
        _ = try await team.leader.sync(through: team.transport)
        try team.transport.setBack(team.leader.engagement, to: size)
        _ = try addFinding(team.ruth, title: "two")
        _ = try await team.ruth.sync(through: team.transport)

        let before = try await team.leader.snapshot().audit.finding(finding)?.statement
        let summary = try await team.leader.sync(through: team.transport)
        let after = try await team.leader.snapshot().audit.finding(finding)?.statement

        #expect(before == "Four of sixteen changes were never reviewed.")
        #expect(!summary.parted.isEmpty)
        #expect(summary.reread == (before == after ? [] : [statement]))
        #expect(before != after, "the case shows nothing any more")
        // Who comes back to an order that they knew is told nothing.
        #expect(try await team.ruth.sync(through: team.transport).reread.isEmpty)
    }

    @Test func twoWhoSyncedAfterTheServerWasSetBackComeTogether() async throws {
        let team = try await Team()
        for replica in team.all { _ = try addFinding(replica, title: "before") }
        try await team.sync()
        try team.transport.setBack(team.leader.engagement, to: 5)
        _ = try addFinding(team.tomas, title: "after")
        _ = try addFinding(team.ruth, title: "after too")

        try await team.sync()
        try await team.sync()

        #expect(try team.digests().count == 1)
        #expect(try await team.leader.snapshot().audit.findings.count == 5)
    }

    /// Copies a replica's files, or puts them back.
    private func copyFiles(_ path: String, to target: String) throws {
        for ending in ["", "-wal", "-shm", ".guard", ".key"] {
            if FileManager.default.fileExists(atPath: target + ending) {
                try FileManager.default.removeItem(atPath: target + ending)
            }
            if FileManager.default.fileExists(atPath: path + ending) {
                try FileManager.default.copyItem(atPath: path + ending, toPath: target + ending)
            }
        }
    }

    @Test(arguments: [true, false])
    func aRestoredDeviceTakesItsOwnDiffsBackAndGoesOn(withGuard: Bool) async throws {
        let team = try await Team()
        let path = team.tomas.path
        let backup = team.folder.file("backup.concord")
        _ = try addFinding(team.tomas, title: "one")
        try await team.sync()
        try copyFiles(path, to: backup)
        _ = try addFinding(team.tomas, title: "two")
        try await team.sync()
        let restoredPath = team.folder.file("restored.concord")
        try copyFiles(backup, to: restoredPath)
        if !withGuard {
            try FileManager.default.removeItem(atPath: restoredPath + ".guard")
        }

        let restored = try await Replica.open(at: restoredPath)
        let summary = try await restored.sync(through: team.transport)
        _ = try addFinding(restored, title: "three")
        let second = try await restored.sync(through: team.transport)
        _ = try await team.leader.sync(through: team.transport)

        #expect(summary.restored == 1)
        #expect(second.restored == 0)
        #expect(try await team.leader.snapshot().voids == [])
        #expect(try await team.leader.snapshot().audit.findings.count == 3)
        #expect(try await restored.snapshot().digest == team.leader.snapshot().digest)
    }

    @Test func twoCopiesOfOneDeviceBothGoOnSyncing() async throws {
        let team = try await Team()
        let copyPath = team.folder.file("copy.concord")
        try copyFiles(team.tomas.path, to: copyPath)
        let copy = try await Replica.open(at: copyPath)
        _ = try addFinding(team.tomas, title: "here")
        _ = try addFinding(copy, title: "there")

        for _ in 0..<2 {
            _ = try await team.tomas.sync(through: team.transport)
            _ = try await copy.sync(through: team.transport)
            _ = try await team.leader.sync(through: team.transport)
        }

        let digest = try await team.leader.snapshot().digest
        #expect(try await team.tomas.snapshot().digest == digest)
        #expect(try await copy.snapshot().digest == digest)
    }
}
