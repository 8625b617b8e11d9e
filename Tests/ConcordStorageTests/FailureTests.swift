import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import Foundation
import GRDB
import Testing

@testable import ConcordStorage

@Suite struct FailureTests {
    private let verifier = HashVerifier()

    private func code(_ body: () throws -> some Any) -> StorageFailure.Code? {
        do {
            _ = try body()
            return nil
        } catch let failure as StorageFailure {
            return failure.code
        } catch {
            Issue.record("another error: \(error)")
            return nil
        }
    }

    /// A replica with a few hundred records, closed.
    private func replica(in folder: TemporaryFolder) throws -> String {
        let device = try Device("ann", in: folder)
        try device.save { _ in
            [
                add("/engagement/e"), add("/member/ann", ["role": "lead"]),
                add("/device/\(device.signer.author)", ["member": "ann"]),
            ]
        }
        try device.save { _ in
            (0..<300).map { add("/finding/f\($0)", ["title": "Finding number \($0)"]) }
        }
        try device.store.close()
        return device.path
    }

    @Test func whatIsNotThereIsNotFound() throws {
        let folder = try TemporaryFolder()

        #expect(
            code { try ReplicaStore.open(at: folder.file("none"), verifier: verifier) } == .notFound
        )
        #expect(
            code { try ReplicaStore.create(at: folder.file("no/where"), verifier: verifier) }
                == .notFound
        )
    }

    @Test func anExistingFileIsNotOverwritten() throws {
        let folder = try TemporaryFolder()
        try "mine".write(toFile: folder.file("a"), atomically: true, encoding: .utf8)

        #expect(
            code { try ReplicaStore.create(at: folder.file("a"), verifier: verifier) }
                == .alreadyExists
        )
        #expect(try String(contentsOfFile: folder.file("a"), encoding: .utf8) == "mine")
    }

    @Test func garbageIsCalledDamaged() throws {
        let folder = try TemporaryFolder()
        for (name, bytes) in [
            ("empty", Data()), ("short", Data("SQLite format 3".utf8)),
            ("garbage", Data((0..<9000).map { UInt8(truncatingIfNeeded: $0 &* 31) })),
        ] {
            try bytes.write(to: URL(fileURLWithPath: folder.file(name)))

            #expect(
                code { try ReplicaStore.open(at: folder.file(name), verifier: verifier) }
                    == .corrupted
            )
        }
    }

    @Test func anotherProgramsDatabaseIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let queue = try DatabaseQueue(path: folder.file("other"))
        try queue.write { try $0.execute(sql: "CREATE TABLE t (a)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("other")))

        #expect(
            code { try ReplicaStore.open(at: folder.file("other"), verifier: verifier) }
                == .notAReplica
        )
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("other"))) == before)
    }

    @Test func aNewerVersionIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let path = try replica(in: folder)
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()

        #expect(code { try ReplicaStore.open(at: path, verifier: verifier) } == .newerVersion)
    }

    @Test func aTruncatedFileIsCalledDamaged() throws {
        let folder = try TemporaryFolder()
        let path = try replica(in: folder)
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.truncate(atOffset: 40_000)
        try handle.close()

        #expect(code { try ReplicaStore.open(at: path, verifier: verifier) } == .corrupted)
    }

    @Test func aDamagedPageIsNoticedBeforeItIsBelieved() throws {
        let folder = try TemporaryFolder()
        let path = try replica(in: folder)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let size = Int(whole[16]) << 8 + Int(whole[17])
        let pages = whole.count / size
        let digest = try ReplicaStore.open(at: path, verifier: verifier).read { try $0.digest() }
        var unnoticed: [Int] = []
        let tried = Size.sample(Array(1..<pages), each: 4)
        for page in tried {
            var damaged = whole
            damaged.replaceSubrange(
                page * size..<page * size + 200,
                with: Data(repeating: 0xA5, count: 200)
            )
            let copy = folder.file("page\(page)")
            try damaged.write(to: URL(fileURLWithPath: copy))

            var shown: (digest: String, isSame: Bool)?
            let found = code {
                let store = try ReplicaStore.open(at: copy, verifier: verifier)
                shown = (try store.read { try $0.digest() }, try store.checkState().isSame)
            }
            if found == .corrupted { continue }
            // A page that is read by nothing of this: then everything is as it was.
            unnoticed.append(page)
            #expect(found == nil && shown?.digest == digest, "page \(page)")
        }

        #expect(pages > 20)
        #expect(unnoticed.count * 4 < tried.count, "\(unnoticed) of \(tried)")
    }

    @Test func aFullDiskLosesNothing() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        let before = try ann.digest()
        func limit(_ pages: Int) throws {
            try ann.store.pool.writeWithoutTransaction { db in
                _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
            }
        }
        let pages = try ann.store.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        try limit(pages)

        let long = JSON.string(String(repeating: "x", count: 50_000))
        #expect(code { try ann.save(add("/finding/f1", ["title": long])) } == .diskFull)
        #expect(try ann.digest() == before)
        #expect(try ann.store.checkState().isSame)

        try limit(1_000_000)
        try ann.save(add("/finding/f1", ["title": long]))
        #expect(try ann.value("/finding/f1/title") == long)
        #expect(try ann.store.checkState().isSame)
    }

    @Test func aReplicaThatCannotBeWrittenSaysSo() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 1") }

        #expect(code { try ann.set("/engagement/e/number", "A-2") } == .readOnly)

        try ann.store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 0") }
        try ann.set("/engagement/e/number", "A-2")
        #expect(try ann.value("/engagement/e/number") == "A-2")
    }

    @Test func aFileThatAnotherProcessHoldsIsBusy() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.store.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA busy_timeout = 50")
        }
        let other = try DatabaseQueue(path: ann.path)

        try other.inDatabase { db in
            try db.inTransaction(.immediate) {
                #expect(code { try ann.set("/engagement/e/number", "A-2") } == .busy)
                return .rollback
            }
        }

        try ann.set("/engagement/e/number", "A-2")
        #expect(try ann.value("/engagement/e/number") == "A-2")
    }

    @Test func everyFailureSaysWhatToDoNext() {
        for code in StorageFailure.Code.allCases {
            let failure = StorageFailure(code, while: "opening", "audit.concord")

            #expect(failure.message.hasPrefix("While opening audit.concord: "))
            #expect(failure.message.count > 60)
        }
    }

    /// The files as a process leaves them that is killed in the middle of a save.
    @Test func aSaveThatWasCutOffLeavesNothing() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.set("/engagement/e/number", "A-2")
        let before = try ann.digest()
        let copy = ann.path + ".copy"

        try ann.store.transaction("testing") { session in
            let operations = [add("/finding/f1", ["unit": "IT"])]
            let parents = try session.heads.map { try session.fold.entry($0).id }
            let head = Head(
                author: ann.signer.author,
                seq: 3,
                engagement: session.fold.membership.engagement,
                parents: parents,
                time: Timestamp(milliseconds: 0),
                body: SHA256Digest(hashing: [])
            )
            let diff = try UnverifiedDiff(
                head: head,
                body: Body(operations: operations),
                signer: ann.signer
            )
            _ = try session.fold.order.takeIn(
                pending: VerifiedDiff(unchecked: diff, proof: .signature)
            )
            try session.flush()
            for ending in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: ann.path + ending, toPath: copy + ending)
            }
        }

        let killed = try ReplicaStore.open(at: copy, verifier: verifier)
        #expect(try killed.read { try $0.digest() } == before)
        #expect(try killed.checkState().isSame)
        #expect(try ann.digest() != before)
    }
}
