package import ConcordDiff
import ConcordEncoding
package import ConcordMerge
import GRDB

/// The result of receiving entries of the server's log.
package struct LogTakeIn: Hashable, Sendable {
    /// How many entries of the log are here now.
    package var position: Int
    /// How many diffs were not here before.
    package var new: Int
    /// The first entry that is refused, by its index, and why; the entries before it are stored.
    package var refused: Refused?

    /// A refused entry.
    package struct Refused: Hashable, Sendable {
        /// Its index among the entries given.
        package var index: Int
        /// Why.
        package var reason: Reason
    }

    /// Why an entry is refused.
    package enum Reason: Hashable, Sendable {
        /// It does not fit what is here.
        case diff(DiffError)
        /// There is another diff at this position, or this diff at another one: the server
        /// contradicts what it said before.
        case contradiction
        /// The entries begin after what is here: something is missing between.
        case gap
    }
}

extension ReplicaStore {
    /// From how many diffs on the file waits until all are in.
    private static let large = 512

    /// Stores entries of the server's log in order, the first of which has this position.
    ///
    /// Each batch is one transaction; stored batches stay, so an interrupted sync continues where it
    /// stopped. Entries that are here already, which another process may have stored, are skipped.
    ///
    /// - Parameter log: what the server has signed of the log up to the last entry, verified; it is kept in the
    ///   transaction of that entry.
    package func takeIn(
        log items: [LogItem],
        from position: Int,
        verified log: ServerLog? = nil
    ) throws -> LogTakeIn {
        try takeIn(log: items, from: position, verified: log, most: TakeInBatch.most)
    }

    /// The same, with at most so many entries in the first transaction.
    func takeIn(
        log items: [LogItem],
        from position: Int,
        verified log: ServerLog? = nil,
        most: Int
    ) throws -> LogTakeIn {
        // What was erased and the order that says so must come in together.
        let isWhole = items.contains(where: \.isErased)
        var size = TakeInBatch(of: items.count, most: most, isWhole: isWhole)
        var result = LogTakeIn(position: position, new: 0)
        var index = 0
        let isLarge = items.count >= Self.large
        let clock = ContinuousClock()
        defer { if isLarge { carryOver() } }
        repeat {
            let start = clock.now
            let batch = items[index..<min(index + size.count, items.count)]
            let isLast = batch.endIndex == items.count
            let part = try takeIn(
                batch,
                from: position + index,
                verified: isLast ? log : nil,
                isLarge: isLarge
            )
            result.position = part.position
            result.new += part.new
            if var refused = part.refused {
                refused.index += index
                result.refused = refused
                return result
            }
            index = batch.endIndex
            size.adapt(to: start.duration(to: clock.now), takenIn: index)
        } while index < items.count
        return result
    }

    /// One transaction; if contents are missing without an order, only the entries before that one.
    private func takeIn(
        _ batch: ArraySlice<LogItem>,
        from position: Int,
        verified log: ServerLog? = nil,
        isLarge: Bool
    ) throws -> LogTakeIn {
        do {
            return try transaction("taking diffs into", isLarge: isLarge) { session in
                let result = try Self.takeIn(batch, from: position, in: &session)
                if let log, result.refused == nil { try Self.keep(log, in: &session) }
                return result
            }
        } catch let unproven as UnprovenErasure {
            let before = batch.prefix(unproven.index)
            var result = try takeIn(before, from: position, isLarge: isLarge)
            if result.refused == nil {
                let reason = LogTakeIn.Reason.diff(DiffError(.bodyMismatch))
                result.refused = .init(index: unproven.index, reason: reason)
            }
            return result
        }
    }

    /// Keeps what was verified, if it is of the log as it is now: another process may have gone on.
    private static func keep(_ log: ServerLog, in session: inout FoldSession) throws {
        try session.flush()
        let range = session.logRange
        guard let newest = log.newest,
            newest.witness == LogWitness(size: range.size, root: range.root)
        else { return }
        let tables = ServerLogTables(session.statements)
        if try tables.read() != log { try tables.write(log) }
    }

    private static func takeIn(
        _ items: ArraySlice<LogItem>,
        from position: Int,
        in session: inout FoldSession
    ) throws -> LogTakeIn {
        var result = LogTakeIn(position: session.fold.logSize, new: 0)
        let known = session.fold.logSize - position
        guard known >= 0 else {
            result.refused = .init(index: 0, reason: .gap)
            return result
        }
        let passed = items.prefix(known)
        if let index = try session.source.firstContradiction(passed.map(\.id), from: position) {
            result.refused = .init(index: index, reason: .contradiction)
            return result
        }
        let new = Array(items.dropFirst(known))
        let refused: (index: Int, error: DiffError)?
        do {
            refused = try session.fold.order.takeIn(log: new)
        } catch let unproven as UnprovenErasure {
            throw UnprovenErasure(index: passed.count + unproven.index)
        }
        if let refused {
            let reason: LogTakeIn.Reason =
                refused.error.code == .duplicate ? .contradiction : .diff(refused.error)
            result.refused = .init(index: passed.count + refused.index, reason: reason)
        }
        result.new = session.fold.changes.newDiffs.count
        result.position = session.fold.logSize
        return result
    }

    /// Stores diffs that have no place in the log as far as is known here: a bundle's, in an order
    /// in which each diff comes after those that it had seen.
    ///
    /// - Returns: for each diff, whether it was stored, was here already, or is refused.
    package func takeIn(pending diffs: [VerifiedDiff]) throws -> [TakeIn] {
        var results: [TakeIn] = []
        results.reserveCapacity(diffs.count)
        var index = 0
        let isLarge = diffs.count >= Self.large
        defer { if isLarge { carryOver() } }
        while index < diffs.count {
            let batch = diffs[index..<min(index + TakeInBatch.most, diffs.count)]
            results += try transaction("taking diffs into", isLarge: isLarge) { session in
                try batch.map { try session.fold.order.takeIn(pending: $0, isFromElsewhere: true) }
            }
            index = batch.endIndex
        }
        return results
    }
}

/// A refused diff without a place, because of which nothing that came with it was stored.
package struct PendingRefusal: Error, Hashable, Sendable {
    /// Its index among the diffs given.
    package var index: Int
    /// Why.
    package var error: DiffError
}

extension ReplicaStore {
    /// Stores diffs that have no place in the log as far as is known here, all of them or none, in an
    /// order in which each diff comes after those that it had seen.
    ///
    /// - Returns: how many were not here before.
    /// - Throws: `PendingRefusal` for the first one that does not fit.
    package func takeInAll(pending diffs: [VerifiedDiff]) throws -> Int {
        let isLarge = diffs.count >= Self.large
        defer { if isLarge { carryOver() } }
        return try transaction("taking diffs into", isLarge: isLarge) { session in
            var new = 0
            for (index, diff) in diffs.enumerated() {
                switch try session.fold.order.takeIn(pending: diff, isFromElsewhere: true) {
                case .taken: new += 1
                case .known: break
                case .refused(let error): throw PendingRefusal(index: index, error: error)
                }
                if (index + 1).isMultiple(of: TakeInBatch.most) { try session.flush() }
            }
            return new
        }
    }

    // MARK: The server's log.

    /// Keeps what is known of the server's log.
    package func keep(_ log: ServerLog) throws {
        try transaction("keeping the server's key in") { session in
            try ServerLogTables(session.statements).write(log)
        }
    }

    /// Forgets doubts of the server, once the key of the log has signed the log as it is here.
    package func settleDoubts() throws {
        if try !read({ try $0.contradictions().contains { $0.sort == .doubt } }) { return }
        try transaction("settling doubts in") { session in
            try ServerLogTables(session.statements).settleDoubts()
        }
    }

    /// Keeps contradictions as evidence.
    package func keep(_ contradictions: [LogContradiction]) throws {
        try transaction("keeping evidence in") { session in
            let tables = ServerLogTables(session.statements)
            for contradiction in contradictions { try tables.add(contradiction) }
        }
    }

    // MARK: Going back.

    /// Goes back to the first `entries` entries of the server's log, in one transaction: later ones no
    /// longer have a place in the log and wait to be offered to the server again, this device's and
    /// others', in their old order. The state is folded from what is left. No diff is lost.
    ///
    /// For a log that differs from the server's: the server was restored from a backup, or another one
    /// had given entries that this one does not have.
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
