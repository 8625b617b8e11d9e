import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordTesting
import Foundation
import GRDB
import GRDBSQLite
import Testing

@testable import ConcordStorage

/// Several processes that commit and checkpoint at once lose nothing of what was acknowledged.
///
/// The processes are this test program again, which then runs the worker alone. SQLite before 3.51.3 loses
/// commits here without the lock of ours.
@Suite(.serialized) struct ManyProcessesTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// The file that a worker works on; set in workers alone.
    private static let file = environment["CONCORD_WORKER_FILE"]
    /// How long the processes work; more with `CONCORD_SOAK_SECONDS`.
    private static let seconds = environment["CONCORD_SOAK_SECONDS"].flatMap(Int.init) ?? 4

    @Test func nothingAcknowledgedIsLost() throws {
        let team = try Team(["ann"])
        let path = team.devices[0].path
        let kinds = ["save", "save", "checkpoint", "checkpoint"]
        let workers = try kinds.indices.map { try worker(kinds[$0], number: $0, path) }
        for worker in workers {
            worker.waitUntilExit()
            #expect(worker.terminationStatus == 0)
        }

        let store = try ReplicaStore.open(at: path, verifier: HashVerifier())
        let faults = try store.pool.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(faults == ["ok"])
        #expect(try store.checkState().differences == [])
        var here: Set<String> = []
        try store.read { reader in
            try reader.log { line in
                here.insert(try UnverifiedDiff(envelope: line.envelope).id.base64url)
            }
        }
        var acknowledged = 0
        for number in kinds.indices where kinds[number] == "save" {
            let text = try String(contentsOfFile: "\(path).\(number)", encoding: .utf8)
            let ids = text.split(separator: "\n").map(String.init)
            #expect(ids.filter { !here.contains($0) } == [])
            #expect(ids.count > 10, "each worker comes to its turn")
            acknowledged += ids.count
        }
        print("\(acknowledged) saves of two processes in \(Self.seconds) s, none lost")
    }

    /// Processes that open the file, save and close it, while others put a new file in its place.
    @Test func nothingIsLostBesideRebuilds() throws {
        let team = try Team(["ann"])
        let path = team.devices[0].path
        try team.devices[0].store.release()
        let kinds = ["open", "open", "open", "rebuild", "rebuild"]
        let workers = try kinds.indices.map { try worker(kinds[$0], number: $0, path) }
        for worker in workers {
            worker.waitUntilExit()
            #expect(worker.terminationStatus == 0)
        }

        let store = try ReplicaStore.open(at: path, verifier: HashVerifier())
        #expect(try store.integrityFaults() == [])
        #expect(try store.checkState().differences == [])
        var here: Set<String> = []
        try store.read { reader in
            try reader.log { line in
                here.insert(try UnverifiedDiff(envelope: line.envelope).id.base64url)
            }
        }
        var noted: [String: Int] = [:]
        for number in kinds.indices {
            let text = try String(contentsOfFile: "\(path).\(number)", encoding: .utf8)
            let ids = text.split(separator: "\n").map(String.init)
            noted[kinds[number], default: 0] += ids.count
            if kinds[number] == "open" { #expect(ids.filter { !here.contains($0) } == []) }
        }
        #expect(noted["open", default: 0] > 10)
        #expect(noted["rebuild", default: 0] > 2)
        print("\(noted) in \(Self.seconds) s, none lost")
    }

    /// Starts this program again as a worker.
    private func worker(_ kind: String, number: Int, _ path: String) throws -> Process {
        try WorkerProcess.start(
            "ManyProcessesTests/" + (["open", "rebuild"].contains(kind) ? "passer" : "worker"),
            [
                "CONCORD_WORKER_FILE": path, "CONCORD_WORKER_KIND": kind,
                "CONCORD_WORKER_NUMBER": String(number),
            ]
        )
    }

    private func notes(_ path: String, _ number: String) throws -> FileHandle {
        #expect(FileManager.default.createFile(atPath: "\(path).\(number)", contents: nil))
        return try #require(FileHandle(forWritingAtPath: "\(path).\(number)"))
    }

    /// Opens the file for each save, or rebuilds it, as commands do; who finds it busy tries again.
    @Test(.enabled(if: file != nil, "runs in the processes that the other test starts"))
    func passer() throws {
        let path = try #require(Self.file)
        let number = try #require(Self.environment["CONCORD_WORKER_NUMBER"])
        let rebuilds = Self.environment["CONCORD_WORKER_KIND"] == "rebuild"
        let notes = try notes(path, number)
        let end = Date().addingTimeInterval(Double(Self.seconds))
        var count = 0
        while Date() < end {
            usleep(.random(in: 0..<400_000))
            count += 1
            do {
                let note = try rebuilds ? rebuild(path) : save("p\(number)-\(count)", path)
                try notes.write(contentsOf: Data("\(note)\n".utf8))
            } catch let failure as StorageFailure where failure.code == .busy {
                continue
            }
        }
    }

    private func save(_ name: String, _ path: String) throws -> String {
        let signer = HashSigner("ann")
        let store = try ReplicaStore.open(at: path, verifier: HashVerifier())
        let world = ReplicaEnvironment.standing
        let result = try store.save(signer: signer, world) { _ in
            [add("/finding/\(name)", ["unit": "IT"])]
        }
        try store.release()
        return try #require(result).id.base64url
    }

    private func rebuild(_ path: String) throws -> String {
        let result = try ReplicaStore.rebuild(at: path, verifier: HashVerifier())
        try OwnFile.remove(result.kept)
        return "rebuilt"
    }

    @Test(.enabled(if: file != nil, "runs in the processes that the other test starts"))
    func worker() throws {
        let path = try #require(Self.file)
        let number = try #require(Self.environment["CONCORD_WORKER_NUMBER"])
        let signer = HashSigner("ann")
        let store = try ReplicaStore.open(at: path, verifier: HashVerifier())
        let end = Date().addingTimeInterval(Double(Self.seconds))
        if Self.environment["CONCORD_WORKER_KIND"] == "checkpoint" {
            while Date() < end {
                store.testingOnlyCarryOver()
                store.testingOnlyCarryOver()
                usleep(.random(in: 0..<300))
            }
            return
        }
        let notes = try notes(path, number)
        var count = 0
        while Date() < end {
            count += 1
            let world = ReplicaEnvironment.standing
            let result = try store.save(signer: signer, world) { _ in
                [add("/finding/p\(number)-\(count)", ["unit": "IT"])]
            }
            try notes.write(contentsOf: Data("\(try #require(result).id.base64url)\n".utf8))
        }
        // As a program that just ends.
    }
}
