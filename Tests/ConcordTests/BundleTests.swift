import Concord
import ConcordAudit
import ConcordSigning
import ConcordSync
import ConcordTesting
import Foundation
import Testing

/// Work that travels by hand.
@Suite struct BundleTests {
    private static func signed() async throws -> TestEngagement {
        try await TestEngagement(server: MemoryTransport(logKey: SigningKey.generate()))
    }

    private static func raise(_ replica: Replica, _ title: WireText) async throws -> WireText {
        try await replica.raise(FindingDraft(title: title)).id
    }

    private static func photo(_ folder: TemporaryFolder, bytes count: Int) throws -> String {
        let path = folder.file("photo.jpg")
        var random = SeededGenerator(seed: 5)
        try Data([0xFF, 0xD8, 0xFF] + random.bytes(count)).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func whatIsCarriedByHandIsThereAndCheckedAndOnlyOnce() async throws {
        let engagement = try await Self.signed()
        let colleague = try await engagement.join("Tomas", as: .auditor)
        try await engagement.syncAll()
        let folder = try TemporaryFolder()
        let file = folder.file("audit.bundle")
        // One finding has a place in the log, the other one and the photo have none.
        _ = try await Self.raise(engagement.leader, "On the server")
        _ = try await engagement.leader.sync(through: engagement.server)
        let id = try await Self.raise(engagement.leader, "Only here")
        try await engagement.leader.evidence.add(
            try Self.photo(folder, bytes: 3 << 20),
            for: [id]
        )

        let export = try engagement.leader.exportBundle(to: file)
        let first = try await colleague.importBundle(from: file)
        let second = try await colleague.importBundle(from: file)

        #expect(export.files == 1)
        #expect(first.new > 0 && first.files.received == 1)
        #expect(second.new == 0 && second.files.received == 0)
        let (mine, theirs) = try await (engagement.leader.snapshot(), colleague.snapshot())
        #expect(mine.digest == theirs.digest)
        #expect(try colleague.status().log == engagement.leader.status().log)
        // The colleague is back first, and brings the leader's work to the server.
        _ = try await colleague.sync(through: engagement.server)
        _ = try await engagement.leader.sync(through: engagement.server)
        #expect(try engagement.leader.status().pending == 0)
    }

    @Test func anEmptyServerIsFilledFromABundle() async throws {
        let key = try SigningKey.generate()
        let engagement = try await TestEngagement(server: MemoryTransport(logKey: key))
        let colleague = try await engagement.join("Tomas", as: .auditor)
        try await engagement.syncAll()
        _ = try await Self.raise(engagement.leader, "Carried")
        let folder = try TemporaryFolder()
        let file = folder.file("audit.bundle")
        _ = try engagement.leader.exportBundle(to: file)
        _ = try await colleague.importBundle(from: file)
        // A server that has lost its disk, and kept its key.
        let other = MemoryTransport(logKey: key)

        _ = try await colleague.sync(through: other)

        #expect(other.envelopes(of: colleague.engagement).count == (try colleague.status().diffs))
    }

    @Test func whateverIsChangedInABundleNothingWrongComesIn() async throws {
        let engagement = try await Self.signed()
        let colleague = try await engagement.join("Tomas", as: .auditor)
        try await engagement.syncAll()
        let folder = try TemporaryFolder()
        let file = folder.file("audit.bundle")
        let changed = folder.file("changed.bundle")
        let id = try await Self.raise(engagement.leader, "On the server")
        try await engagement.leader.evidence.add(try Self.photo(folder, bytes: 2000), for: [id])
        _ = try await engagement.leader.sync(through: engagement.server)
        _ = try engagement.leader.exportBundle(to: file, from: try colleague.status().log)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        let before = try await colleague.snapshot().digest
        var random = SeededGenerator(seed: 9)
        var refused = 0

        for _ in 0..<150 {
            var copy = bytes
            if random.oneIn(4) {
                copy.removeLast(1 + random.below(copy.count - 1))
            } else {
                copy[random.below(copy.count)] ^= 1 << UInt8(random.below(8))
            }
            try Data(copy).write(to: URL(fileURLWithPath: changed))
            do {
                let report = try await colleague.importBundle(from: changed)
                // The photo alone was changed.
                #expect(report.files.received == 0)
            } catch {
                refused += 1
                #expect(error is BundleRefusal || error is ImportRefusal || error is ReplicaFailure)
                #expect(try await colleague.snapshot().digest == before)
            }
            if try await colleague.snapshot().digest != before { break }
        }

        #expect(refused > 0)
        _ = try await colleague.importBundle(from: file)
        let (mine, theirs) = try await (engagement.leader.snapshot(), colleague.snapshot())
        #expect(mine.digest == theirs.digest)
        #expect(try colleague.verify().faults.isEmpty)
    }

    @Test func aBundleThatBeginsTooLateOrIsOfAnotherEngagementIsRefused() async throws {
        let engagement = try await Self.signed()
        let colleague = try await engagement.join("Tomas", as: .auditor)
        try await engagement.syncAll()
        for number in 0..<3 {
            _ = try await Self.raise(engagement.leader, "Finding \(number)")
            _ = try await engagement.leader.sync(through: engagement.server)
        }
        let folder = try TemporaryFolder()
        let late = folder.file("late.bundle")
        let held = try colleague.status().log
        _ = try engagement.leader.exportBundle(to: late, from: held + 1)
        let other = folder.file("other.bundle")
        _ = try await Self.signed().leader.exportBundle(to: other)
        let none = folder.file("none.bundle")
        try Data("no bundle".utf8).write(to: URL(fileURLWithPath: none))

        await #expect(throws: BundleRefusal.gap(from: held + 1, held: held)) {
            try await colleague.importBundle(from: late)
        }
        await #expect(throws: BundleRefusal.otherEngagement) {
            try await colleague.importBundle(from: other)
        }
        await #expect(throws: BundleRefusal.self) { try await colleague.importBundle(from: none) }
    }

    /// The server shows the leader another history than the colleague: the bundle brings it to light.
    @Test func aBundleWithAnotherHistoryIsEvidence() async throws {
        let key = try SigningKey.generate()
        let engagement = try await TestEngagement(server: MemoryTransport(logKey: key))
        let colleague = try await engagement.join("Tomas", as: .auditor)
        try await engagement.syncAll()
        let size = try colleague.status().log
        let other = try engagement.server.copy(
            of: colleague.engagement,
            entries: size,
            logKey: key
        )
        _ = try await Self.raise(engagement.leader, "One")
        _ = try await Self.raise(colleague, "Other")
        _ = try await engagement.leader.sync(through: engagement.server)
        _ = try await colleague.sync(through: other)
        _ = try await Self.raise(engagement.leader, "Two")
        _ = try await engagement.leader.sync(through: engagement.server)
        let folder = try TemporaryFolder()
        let file = folder.file("audit.bundle")
        _ = try engagement.leader.exportBundle(to: file)

        let failure = await #expect(throws: ReplicaFailure.self) {
            try await colleague.importBundle(from: file)
        }

        #expect(failure?.code == .logContradiction)
        #expect(try !colleague.contradictions().isEmpty)
    }
}
