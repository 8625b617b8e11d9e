package import ConcordDiff
import GRDB

extension ReplicaStore {
    /// Goes back to the first `entries` entries of the server's log, in one transaction: what stands
    /// behind them has no place in the log any more and waits to be offered to the server again, own
    /// diffs and others', in the order that it had. The state is folded from what is left. No diff is lost.
    ///
    /// For a log that parts from the server's: the server was set back, or another one had given entries
    /// that this one does not have.
    ///
    /// - Returns: how many entries have lost their places.
    @discardableResult
    package func goBack(to entries: Int) throws -> Int {
        precondition(entries >= 0, "a log has no fewer entries than none")
        let before = try read { try $0.logSize }
        guard entries < before else { return 0 }
        try mappingFailures("going back in", path) {
            try pool.writeWithoutTransaction { db in
                try withWriter(db) { writer in
                    writer.start = nil
                    try writer.statements.transaction {
                        try Rebuild.inPlace(
                            writer.statements,
                            entries: entries,
                            verifier: verifier
                        )
                    }
                }
            }
        }
        carryOver()
        ticks.tick()
        return before - entries
    }
}

extension ReplicaReader {
    /// The identities of the log's entries at these positions; those that are not here are left out.
    package func identities(at positions: [Int]) throws -> [Int: DiffID] {
        let query = try statements("SELECT id FROM diff WHERE position = ?1")
        var identities: [Int: DiffID] = [:]
        for position in positions {
            query.bind(position, at: 1)
            identities[position] = try query.first { try $0.digest(0) }
        }
        return identities
    }
}
