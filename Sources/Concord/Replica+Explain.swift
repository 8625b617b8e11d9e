public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordStorage

extension Replica {
    // MARK: Why something is shown.

    /// For each cell of a record: who wrote the value that it shows, what that replaced, and which
    /// other candidates there are. The record's presence comes first, then its fields in the order
    /// of the schema.
    ///
    /// - Parameters:
    ///   - kind: the record's kind.
    ///   - id: the record's id.
    ///   - field: only this field, with all members of a set.
    /// - Throws: `ReplicaFailure`.
    public func blame(kind: WireText, id: WireText, field: WireText? = nil) throws -> [Blame] {
        try ReplicaFailure.mapping {
            try store.read { try $0.blame(kind: kind, id: id, field: field) }
        }
    }

    /// The records that belong to one, present or not: the criteria of a finding.
    ///
    /// - Throws: `ReplicaFailure`.
    public func ownedRecords(kind: WireText, id: WireText) throws -> [CellPath] {
        try ReplicaFailure.mapping { try store.read { try $0.ownedRecords(kind: kind, id: id) } }
    }

    /// A conflict with everything that a person needs to resolve it: the author, time and reason of
    /// each candidate, and what each author saw before writing; nil if there is no conflict at this
    /// path any more.
    ///
    /// - Throws: `ReplicaFailure`.
    public func conflictDetails(at path: CellPath) throws -> ConflictAccount? {
        try ReplicaFailure.mapping { try store.read { try $0.conflictDetails(at: path) } }
    }

    /// Every text in conflict, without the changes in conflict, and with the number of candidates:
    /// what lists and reports show.
    ///
    /// - Throws: `ReplicaFailure`.
    public func contestedTexts() throws -> [ContestedText] {
        try ReplicaFailure.mapping { try store.read { try $0.contestedTexts() } }
    }

    /// Every open proposal, oldest first: one that is shown because nobody else wrote there, a
    /// candidate of a conflict, or one that was made at the same time as a step.
    ///
    /// - Throws: `ReplicaFailure`.
    public func openProposals() throws -> [OpenProposal] {
        try ReplicaFailure.mapping { try store.read { try $0.openProposals() } }
    }

    /// Records in which two members edited different fields at the same time. These are not
    /// conflicts.
    ///
    /// - Parameter all: whether to include edits that were replaced since.
    /// - Throws: `ReplicaFailure`.
    public func parallelEdits(all: Bool = false) throws -> [ParallelEdits] {
        try ReplicaFailure.mapping { try store.read { try $0.parallelEdits(all: all) } }
    }

    // MARK: The past.

    /// A record as it is shown now, with what belongs to it; nil if nobody ever named it.
    ///
    /// - Throws: `ReplicaFailure`.
    public func record(kind: WireText, id: WireText) throws -> RecordPicture? {
        try ReplicaFailure.mapping { try store.read { try $0.record(kind: kind, id: id) } }
    }

    /// A record as it was shown at a point of its history; nil if nobody had named it by then.
    ///
    /// The state is computed again in memory from the diffs that the point includes, which takes a
    /// second for about ten thousand. A diff that was pending then, and has a position in the log
    /// now, is judged at that position.
    ///
    /// - Parameters:
    ///   - kind: the record's kind.
    ///   - id: the record's id.
    ///   - point: a diff and all that its author had seen, or a position of the server's log.
    ///   - progress: called now and then with the number of diffs folded so far.
    /// - Throws: `ReplicaFailure`.
    public func record(
        kind: WireText,
        id: WireText,
        at point: HistoryPoint,
        progress: (Int) -> Void = { _ in }
    ) throws -> RecordPicture? {
        try ReplicaFailure.mapping {
            try store.read {
                try $0.record(kind: kind, id: id, at: point, progress: progress)
            }
        }
    }

    /// The diff at a position of the server's log.
    ///
    /// - Throws: `ReplicaFailure`: `notFound` if the log on this device does not reach so far.
    public func diff(atPosition position: Int) throws -> DiffID {
        try ReplicaFailure.mapping {
            guard let id = try store.read({ try $0.diff(atPosition: position) }) else {
                throw ReplicaFailure(.notFound, "The log has no position \(position) here.")
            }
            return id
        }
    }

    /// The diffs that a name can mean: an identity or its beginning, or `seq@author`, in which the
    /// author may be shortened.
    ///
    /// - Throws: `ReplicaFailure`.
    public func diffs(named name: String) throws -> [DiffSummary] {
        try ReplicaFailure.mapping {
            try store.read { try $0.diffs(named: name) }
        }
    }
}
