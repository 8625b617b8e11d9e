public import ConcordAudit
import ConcordEncoding
import ConcordFiles
import ConcordModel

extension Replica {
    /// What the status says of all findings now: totals by standard and grade, and how many notices there are.
    ///
    /// What each finding adds is kept in a file beside the replica, so that asking again costs what has changed since,
    /// however many findings there are. Nothing waits for it: where the file cannot be used, everything is counted.
    ///
    /// ```swift
    /// let figures = try await replica.figures()
    /// print("\(figures.findings) findings, \(figures.errors) errors before sign-off")
    /// ```
    ///
    /// - Throws: `ReplicaFailure`.
    public func figures() throws -> AuditFigures {
        try ReplicaFailure.mapping {
            try store.read { try FigureQuery($0).figures(keptAt: FileBeside.figures.of(path)) }
        }
    }

    /// As `figures()` in synchronous code, without blocking the caller.
    ///
    /// - Throws: `ReplicaFailure`.
    public func figures() async throws -> AuditFigures { try await perform { try $0.figures() } }
}

extension Moment {
    /// What the status says of all findings as of this moment, with the help of the file beside a replica.
    package func figures(keptBeside replica: String) throws -> AuditFigures {
        try read { try FigureQuery($0).figures(keptAt: FileBeside.figures.of(replica)) }
    }
}

extension Snapshot {
    /// What the status says of all findings of this snapshot, counted from its records: for one that is at hand.
    /// `Replica.figures()` says the same and reads what has changed.
    public var figures: AuditFigures {
        let state = PlannedTeam.joined(labels.labelling(standing))
        let audit = Audit(state: state, unanswered: unanswered)
        let totals = AuditTotals(
            of: state,
            as: audit,
            conflicts: conflicts,
            proposals: proposals.map(\.path),
            unanswered: unanswered
        )
        let contested = Set(conflicts.map(\.path.record))
        return AuditFigures(
            totals.count(),
            Notices(audit, catalogues: .shipped, contested: contested)
        )
    }
}
