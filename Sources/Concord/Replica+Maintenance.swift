public import ConcordDiff
import ConcordFiles
import ConcordSigning
public import ConcordStorage

/// The result of a full check of the log.
public struct VerifyReport: Hashable, Sendable {
    /// A diff that failed.
    public struct Fault: Hashable, Sendable {
        /// Which line of the log, from 0.
        public let line: Int
        /// What is wrong.
        public let refusal: DiffError
    }

    /// How many diffs were checked.
    public let diffs: Int
    /// How many signatures were checked.
    public let signatures: Int
    /// What failed.
    public let faults: [Fault]
}

extension Replica {
    /// The version of SQLite that keeps the replicas, such as `3.40.1`.
    public static var sqliteVersion: String { ReplicaStore.sqliteVersion }

    /// Closes the file and lets go of every lock on it: before the system suspends an app, or before the
    /// file is moved.
    ///
    ///     try await replica.perform { try $0.close() }
    ///
    /// What was asked for before is finished first. Nothing can be done with this replica afterwards:
    /// its functions throw, and its observers end with an error. Open it again instead.
    ///
    /// - Throws: `ReplicaFailure`.
    public func close() throws {
        try ReplicaFailure.mapping { try store.close() }
    }

    /// Rebuilds the state from the whole log, and compares it with the stored state or replaces
    /// that.
    ///
    /// The file must be undamaged; `Replica.rebuild(at:)` accepts damaged ones too.
    ///
    /// - Parameter check: only compare.
    /// - Throws: `ReplicaFailure`.
    public func rebuild(check: Bool) throws -> RebuildReport {
        try ReplicaFailure.mapping {
            let report = try store.checkState()
            if !check, !report.isSame { try store.rebuild() }
            return report
        }
    }

    /// Rebuilds a replica from its log, even if the rest of its file is damaged.
    ///
    /// If the file is undamaged and its state is the one that the log gives, nothing is changed.
    /// Otherwise a new file, built from what can be read of the log, takes the place of the old
    /// one, which is kept under another name. No other program may have the replica open at that
    /// time.
    ///
    /// - Throws: `ReplicaFailure`, for example `busy`; then nothing was changed.
    public static func rebuild(at path: String) throws -> RebuildReport {
        try ReplicaFailure.mapping {
            try RegularFile.require(path, withParts: parts)
            var differences: [String] = []
            do {
                let store = try ReplicaStore.open(at: path, verifier: DiffVerifier())
                let faults = try store.integrityFaults()
                differences = try store.checkState().differences
                try store.release()
                if faults.isEmpty, differences.isEmpty {
                    return RebuildReport(differences: [], isSame: true)
                }
            } catch let failure as StorageFailure where failure.code == .corrupted {
                differences.append(failure.description)
            }
            let rebuilt = try ReplicaStore.rebuild(at: path, verifier: DiffVerifier())
            return RebuildReport(differences: differences, isSame: false, rebuilt: rebuilt)
        }
    }

    /// Checks every hash, every chain and every single signature.
    ///
    /// - Parameter progress: called now and then with the number of diffs checked so far.
    /// - Throws: `ReplicaFailure`.
    public func verify(progress: (Int) -> Void = { _ in }) throws -> VerifyReport {
        var faults: [VerifyReport.Fault] = []
        var known: [DiffID: WriteReference] = [:]
        var line = 0
        let verifier = DiffVerifier()
        try log { logLine in
            defer { line += 1 }
            if line.isMultiple(of: 500) { progress(line) }
            do {
                let diff = try UnverifiedDiff(envelope: logLine.envelope, mayBeErased: true)
                try Self.check(diff, known: known, engagement: engagement)
                guard verifier.isSigned(diff) else { throw DiffError(.badSignature) }
                known[diff.id] = diff.reference
            } catch let refusal as DiffError {
                faults.append(VerifyReport.Fault(line: line, refusal: refusal))
            }
        }
        return VerifyReport(diffs: line, signatures: line - faults.count, faults: faults)
    }

    /// Checks what a diff says of its past.
    private static func check(
        _ diff: UnverifiedDiff,
        known: [DiffID: WriteReference],
        engagement: DiffID
    ) throws {
        guard diff.engagement == engagement else { throw DiffError(.wrongEngagement) }
        for parent in diff.head.parents where known[parent] == nil {
            throw DiffError(.missingParent)
        }
        guard diff.head.seq > 1 else { return }
        let previous = diff.head.parents.first.flatMap { known[$0] }
        guard previous == WriteReference(seq: diff.head.seq - 1, author: diff.head.author) else {
            throw DiffError(.brokenChain)
        }
    }
}
