import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordTesting
import Foundation
import GRDB
import GRDBSQLite
import Synchronization
import Testing

@testable import ConcordStorage

/// The fault of SQLite that our lock is for, step by step: a checkpoint has read how long the log is; a commit
/// begins the log again; the checkpoint goes on with the old length.
@Suite(.serialized) struct WALResetTests {
    /// What happens in the middle of the next checkpoint; the function below takes no context.
    private static let pause = Mutex<(@Sendable () -> Void)?>(nil)

    @Test func aCommitInTheMiddleOfACheckpointIsNotLost() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        let other = try ReplicaStore.open(at: ann.path, verifier: HashVerifier())
        try other.pool.writeWithoutTransaction { try Self.interpose(on: $0) }
        let long = JSON.string(String(repeating: "x", count: 20_000))
        for number in 0..<5 { try ann.save(add("/finding/a\(number)", ["title": long])) }
        // The whole log is carried over: the next commit may begin it again.
        ann.store.testingOnlyCarryOver()
        try ann.store.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA busy_timeout = 50")
        }

        let acknowledged = Mutex<[DiffID]>([])
        let save: @Sendable (String) -> Void = { [store = ann.store, signer = ann.signer] name in
            let world = ReplicaEnvironment.standing
            do {
                let saved = try store.save(signer: signer, world) { _ in [add("/finding/\(name)")] }
                if let saved { acknowledged.withLock { $0.append(saved.id) } }
            } catch {
                // It was told that the file is busy: nothing was promised.
                return
            }
        }
        Self.pause.withLock { $0 = { save("during") } }
        other.testingOnlyCarryOver()
        Self.pause.withLock { $0 = nil }
        for number in 0..<5 { save("after\(number)") }

        let store = try ReplicaStore.open(at: ann.path, verifier: HashVerifier())
        #expect(try store.integrityFaults() == [])
        #expect(try store.checkState().differences == [])
        for id in acknowledged.withLock({ $0 }) {
            #expect(try store.read { try $0.diff(id) } != nil)
        }
    }

    /// Has a connection's next checkpoint stop where it has read the log's length.
    ///
    /// SQLite lets go of mapped pages there if the log has changed since it last looked (`xUnfetch` with no
    /// page), which nothing else does at that place.
    private static func interpose(on db: Database) throws {
        guard let connection = db.sqliteConnection,
            let file = try DatabaseFile.file(SQLITE_FCNTL_FILE_POINTER, of: connection),
            let methods = file.pointee.pMethods
        else { throw DamagedRow("connection") }
        UnsafeMutablePointer(mutating: methods).pointee.xUnfetch = { _, _, _ in
            let pause = WALResetTests.pause.withLock { pause in
                defer { pause = nil }
                return pause
            }
            pause?()
            return SQLITE_OK
        }
    }
}
