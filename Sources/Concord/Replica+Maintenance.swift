public import ConcordChanges
import ConcordSigning
import ConcordStorage

/// What folding the log anew has shown.
public struct RebuildReport: Hashable, Sendable {
    /// The rows that differ, each with the table it is in.
    public let differences: [String]
    /// Whether what was stored is what the log gives.
    public var isSame: Bool { differences.isEmpty }
}

/// What a full check of the log has shown.
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
    /// Folds the whole log anew; compares with what is stored, or replaces it.
    ///
    /// - Parameter check: only compare.
    /// - Throws: `ReplicaFailure`.
    public func rebuild(check: Bool) throws -> RebuildReport {
        try ReplicaFailure.mapping {
            let result = try store.checkState()
            if !check, !result.isSame { try store.rebuild() }
            return RebuildReport(differences: result.differences)
        }
    }

    /// Checks every hash, every chain and every single signature.
    ///
    /// - Parameter progress: told how many diffs are checked, from time to time.
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
