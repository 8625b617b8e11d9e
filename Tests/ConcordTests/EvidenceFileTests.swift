import Concord
import ConcordEvidence
import ConcordFiles
import ConcordSigning
import ConcordTesting
import Foundation
import Synchronization
import Testing

@Suite("Files of evidence are kept with their records, and travel after them")
struct EvidenceFileTests {
    let engagement: TestEngagement
    let folder: TemporaryFolder

    init() async throws {
        engagement = try await TestEngagement()
        folder = try TemporaryFolder()
    }

    private var replica: Replica { engagement.leader }

    private func put(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
        return folder.file(name)
    }

    private func random(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        return random.fileBytes(count)
    }

    private func item(_ id: WireText, of replica: Replica) throws -> EvidenceRecord {
        try #require(try items(of: replica).first { $0.id == id })
    }

    private func items(of replica: Replica) throws -> [EvidenceRecord] {
        try replica.snapshot().audit.evidence
    }

    @Test func aFileIsKeptAndItsRecordSaysWhichItIs() async throws {
        let raised = try await replica.raise(FindingDraft(title: "No rollback plan"))
        let bytes = [0xFF, 0xD8, 0xFF, 0xE0] + random(2_000_000, seed: 1)
        let photo = try put("rack-4.jpg", bytes)

        let id = try await replica.evidence.add(photo, for: [raised.id]) {
            $0.place = "Server room"
        }
        try FileManager.default.removeItem(atPath: photo)

        let item = try item(id, of: replica)
        let file = try #require(item.file)
        #expect(item.kind == "photo")
        #expect(item.title == "rack-4.jpg")
        #expect(item.fileName == "rack-4.jpg")
        #expect(item.mediaType == "image/jpeg")
        #expect(item.place == "Server room")
        #expect(item.fileModifiedAt != nil)
        #expect(file.sha256 == SHA256Digest(hashing: bytes))
        #expect(file.size == bytes.count)
        #expect(try replica.evidence.state(of: file) == .here)
        #expect(try replica.evidence.verify(file))
        let path = try #require(try replica.evidence.path(of: file))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(bytes))
    }

    @Test func whatCannotBeRecordedLeavesNoFile() async throws {
        let photo = try put("a", [1, 2, 3])
        await #expect(throws: ActRefusal.self) {
            try await replica.evidence.add(photo, for: ["no-such-finding"])
        }
        let folder = replica.path + ".files"
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func anExportedFileIsTheOriginal() async throws {
        let bytes = random(1_500_000, seed: 2)
        let original = try put("log.txt", bytes)
        let time = Date(timeIntervalSince1970: 1_700_000_000.5)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: original)
        let item = try item(try await replica.evidence.add(original), of: replica)
        let file = try #require(item.file)
        let target = folder.file("copy.txt")

        let modified = item.fileModifiedAt.flatMap { Timestamp($0) }
        try replica.evidence.export(file, to: target, modifiedAt: modified)

        #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Data(bytes))
        let facts = try FileManager.default.attributesOfItem(atPath: target)
        #expect(facts[.modificationDate] as? Date == time)
        let failure = #expect(throws: ReplicaFailure.self) {
            try replica.evidence.export(file, to: original)
        }
        #expect(failure?.code == .alreadyExists)
    }

    @Test(
        "Over a connection that is cut every three parts, files come whole, and nearly nothing is sent twice"
    )
    func cutConnectionsCostLittle() async throws {
        let colleague = try await engagement.join("Tomas", as: .auditor)
        let sizes = [4_000_000, 2_500_000, 4_000_000, 100, 3_300_000, 0, 1 << 20]
        for (index, size) in sizes.enumerated() {
            let bytes = random(size, seed: UInt64(index + 10))
            try await replica.evidence.add(try put("\(index).bin", bytes))
        }
        try await engagement.syncAll()
        let every = 3 << 20
        let server = MemoryFileServer(folder: folder.file("server"), cutEvery: every)
        let total = sizes.reduce(0, +)

        let sent = try await replica.syncFiles(through: server)
        #expect(sent.waiting.isEmpty)
        #expect(server.cuts >= total / every)
        #expect(Double(server.bytes) <= 1.05 * Double(total))
        let before = server.bytes

        let received = try await colleague.syncFiles(through: server)
        #expect(received.waiting.isEmpty)
        #expect(received.received == sizes.count)
        #expect(Double(server.bytes - before) <= 1.05 * Double(total))

        for item in try items(of: colleague) {
            let file = try #require(item.file)
            #expect(try colleague.evidence.state(of: file) == .here)
            #expect(try colleague.evidence.verify(file))
        }
        let done = server.bytes
        #expect(try await replica.syncFiles(through: server) == FileSyncSummary())
        #expect(server.bytes == done)
    }

    @Test(
        "Cut anywhere, also within requests, a file arrives",
        arguments: [700, 1000, 5000, 77_777, 700_001]
    )
    func cutsAnywhere(_ every: Int) async throws {
        let colleague = try await engagement.join("Tomas", as: .auditor)
        let size = min(every * 20, 3_000_000)
        try await replica.evidence.add(try put("a", random(size, seed: 5)))
        try await engagement.syncAll()
        let server = MemoryFileServer(folder: folder.file("server"), cutEvery: every)

        for replica in [replica, colleague] {
            for _ in 0..<200 {
                do {
                    if try await replica.syncFiles(through: server).waiting.isEmpty { break }
                } catch let failure as ReplicaFailure where failure.code == .server {
                    continue
                }
            }
        }

        let file = try #require(try items(of: colleague).first?.file)
        #expect(try colleague.evidence.state(of: file) == .here)
        #expect(try colleague.evidence.verify(file))
    }

    @Test func aPromisedFileSaysHowMuchOfItIsHere() async throws {
        let colleague = try await engagement.join("Tomas", as: .auditor)
        let id = try await replica.evidence.add(try put("a", random(5_000_000, seed: 6)))
        try await engagement.syncAll()
        let file = try #require(try item(id, of: colleague).file)
        #expect(try colleague.evidence.state(of: file) == .promised(bytes: 0))
        #expect(try colleague.evidence.path(of: file) == nil)
        let server = MemoryFileServer(folder: folder.file("server"))

        let early = try await colleague.syncFiles(through: server)
        #expect(early.waiting.map(\.reason) == [.notOnServer])
        _ = try await replica.syncFiles(through: server)
        // The last part does not come: its bytes are wrong each time.
        server.spoil(100)
        let spoilt = try await colleague.syncFiles(through: server)

        #expect(spoilt.waiting.map(\.reason) == [.refused])
        guard case .promised(let bytes) = try colleague.evidence.state(of: file) else {
            Issue.record("a file with wrong bytes is here")
            return
        }
        #expect(bytes < file.size)
        server.spoil(0)
        _ = try await colleague.syncFiles(through: server)
        #expect(try colleague.evidence.state(of: file) == .here)
    }

    @Test func aFullServerTakesNoFileAndFilesWait() async throws {
        try await replica.evidence.add(try put("a", random(10_000, seed: 7)))
        try await replica.evidence.add(try put("b", random(20_000, seed: 8)))
        let server = MemoryFileServer(folder: folder.file("server"))
        server.setFull(true)

        let full = try await replica.syncFiles(through: server)
        #expect(full.waiting.map(\.reason) == [.serverFull, .serverFull])
        server.setFull(false)
        let later = try await replica.syncFiles(through: server)

        #expect(later.sent == 2)
        #expect(later.waiting.isEmpty)
    }

    @Test(
        "What findings cite goes first, by their most severe grade, and of equals the shorter file"
    )
    func whatIsMostUrgentGoesFirst() async throws {
        func add(_ size: Int, _ grade: Grade?) async throws -> SHA256Digest {
            var findings: [WireText] = []
            if let grade {
                var draft = FindingDraft(title: "A finding")
                draft.criteria = [.init("iso-iec-20000-1-2011", "9.2", grade: grade)]
                findings = [try await replica.raise(draft).id]
            }
            let bytes = random(size, seed: UInt64(size))
            let id = try await replica.evidence.add(try put("\(size)", bytes), for: findings)
            return try #require(try item(id, of: replica).file?.sha256)
        }
        let long = try await add(3_000, nil)
        let short = try await add(10, nil)
        let minor = try await add(900, .minor)
        let major = try await add(50_000, .major)
        let server = MemoryFileServer(folder: folder.file("server"))

        _ = try await replica.syncFiles(through: server)

        #expect(server.order == [major, minor, short, long])
    }

    @Test func anotherServerGetsTheFilesAgain() async throws {
        try await replica.evidence.add(try put("a", random(10_000, seed: 9)))
        let first = MemoryFileServer(folder: folder.file("first"))
        let second = MemoryFileServer(folder: folder.file("second"))
        _ = try await replica.syncFiles(through: first)
        let file = try #require(try items(of: replica).first?.file)
        #expect(try replica.evidence.isOnServer(file))

        try replica.forgetSentFiles()
        #expect(try !replica.evidence.isOnServer(file))
        _ = try await replica.syncFiles(through: second)

        #expect(try second.holds(file))
    }

    /// A file that is damaged is not given out; a sync brings it again, and so does the original.
    @Test func aDamagedFileIsSetAsideAndComesAgain() async throws {
        let bytes = random(1_500_000, seed: 31)
        let original = try put("a", bytes)
        let id = try await replica.evidence.add(original)
        let file = try #require(try item(id, of: replica).file)
        let server = MemoryFileServer(folder: folder.file("server"))
        _ = try await replica.syncFiles(through: server)
        func damage() throws {
            let path = try #require(try replica.evidence.path(of: file))
            var wrong = bytes
            wrong[700_000] ^= 1
            try Data(wrong).write(to: URL(fileURLWithPath: path))
        }

        try damage()
        let copy = folder.file("copy")
        let failure = #expect(throws: ReplicaFailure.self) {
            try replica.evidence.export(file, to: copy)
        }
        #expect(failure?.code == .corrupted)
        #expect(!FileManager.default.fileExists(atPath: copy))
        #expect(try replica.evidence.setAsideIfDamaged(file))
        #expect(try replica.evidence.state(of: file) == .promised(bytes: 0))
        #expect(try await replica.syncFiles(through: server).received == 1)
        #expect(try replica.evidence.verify(file))
        #expect(try !replica.evidence.setAsideIfDamaged(file))

        try damage()
        try await replica.evidence.add(original)
        #expect(try replica.evidence.verify(file))
    }

    /// A server's word that it has a file is good for a day; a device that may be the only one with it asks again then.
    @Test func whatTheServerHasLostIsSentAgainWithinADay() async throws {
        let days = Mutex<Int64>(0)
        let start = Timestamp(milliseconds: 1_772_000_000_000)
        let system = ReplicaEnvironment.system
        let environment = ReplicaEnvironment(
            now: {
                Timestamp(milliseconds: start.milliseconds + days.withLock { $0 } * 86_400_000)
            },
            randomBytes: system.randomBytes
        )
        let engagement = try await TestEngagement(environment: environment)
        let replica = engagement.leader
        try await replica.evidence.add(try put("a", random(10_000, seed: 30)))
        let file = try #require(try items(of: replica).first?.file)
        let server = MemoryFileServer(folder: folder.file("server"))
        _ = try await replica.sync(through: engagement.server)
        _ = try await replica.syncFiles(through: server)
        try server.remove(file)
        let before = server.bytes

        #expect(try await replica.syncFiles(through: server).sent == 0)
        #expect(server.bytes == before)
        #expect(try !replica.wipeCheck().reasons.contains(.files(1)))
        days.withLock { $0 = 1 }
        #expect(try replica.wipeCheck().reasons.contains(.files(1)))
        #expect(try await replica.syncFiles(through: server).sent == 1)

        #expect(try server.holds(file))
        #expect(try !replica.wipeCheck().reasons.contains(.files(1)))
        // Neither does a clock that was wrong for a while make it forget to ask.
        days.withLock { $0 = 365 }
        _ = try await replica.syncFiles(through: server)
        days.withLock { $0 = 2 }
        try server.remove(file)
        #expect(try await replica.syncFiles(through: server).sent == 1)
        #expect(try server.holds(file))
    }

    @Test func onlyWhatTheLogsKeyHasSignedCountsAsSent() async throws {
        let key = try SigningKey.generate()
        let engagement = try await TestEngagement(server: MemoryTransport(logKey: key))
        let replica = engagement.leader
        try await replica.evidence.add(try put("a", random(1_100_000, seed: 20)))
        let file = try #require(try items(of: replica).first?.file)
        let stranger = MemoryFileServer(
            folder: folder.file("stranger"),
            logKey: try SigningKey.generate()
        )
        let silent = MemoryFileServer(folder: folder.file("silent"))
        let server = MemoryFileServer(folder: folder.file("server"), logKey: key)

        for other in [stranger, silent] {
            let summary = try await replica.syncFiles(through: other)
            #expect(summary.waiting.map(\.reason) == [.noReceipt])
            #expect(try !replica.evidence.isOnServer(file))
            #expect(try replica.evidence.receipt(of: file) == nil)
        }
        let summary = try await replica.syncFiles(through: server)
        #expect(summary.sent == 1)
        #expect(summary.waiting.isEmpty)
        #expect(try replica.evidence.isOnServer(file))
        let receipt = try #require(try replica.evidence.receipt(of: file))
        #expect(receipt.file == file)
        #expect(receipt.engagement == replica.engagement)

        // A server that was restored has to have it again; what was signed stays.
        try replica.forgetSentFiles()
        #expect(try !replica.evidence.isOnServer(file))
        #expect(try replica.evidence.receipt(of: file) == receipt)
    }
}
