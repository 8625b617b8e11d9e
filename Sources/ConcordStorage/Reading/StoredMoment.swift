import ConcordDiff
import GRDB

/// A replica's file as it was at one moment: whatever is asked, and however late, the answers fit together.
///
/// What is not asked for is not read. As long as it lives the write-ahead log keeps what it needs, so it
/// is for one command or one screen, not for a whole session.
package final class StoredMoment: @unchecked Sendable {
    private let path: String
    private let snapshot: DatabaseSnapshot
    private let verifier: any SignatureVerifier
    /// Used only on the snapshot's queue.
    private var statements: StatementCache?

    init(
        path: String,
        snapshot: DatabaseSnapshot,
        verifier: any SignatureVerifier
    ) {
        self.path = path
        self.snapshot = snapshot
        self.verifier = verifier
    }

    deinit { statements = nil }

    /// Reads of the moment.
    package func read<Result>(_ body: (ReplicaReader) throws -> Result) throws -> Result {
        try mappingFailures("reading", path) {
            try snapshot.unsafeReentrantRead { db in
                let statements = try self.statements ?? StatementCache(db)
                self.statements = statements
                return try body(ReplicaReader(statements, verifier: verifier))
            }
        }
    }
}
