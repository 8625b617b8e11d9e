public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordStorage

/// A diff without its contents.
public struct DiffSummary: Hashable, Sendable {
    /// Its identity.
    public let id: DiffID
    /// Its name in `over`.
    public let reference: WriteReference
    /// When its author's clock says it was made (RFC 3339).
    public let time: String
    /// Its place in the server's log, nil while it has none.
    public let position: Int?
}

extension Replica {
    // MARK: Why something is shown.

    /// Who made each cell of a record show what it shows, with what it replaced and what stands beside
    /// it: the record's presence first, then its fields in the order of the schema.
    ///
    /// - Parameter field: only this field, with all members of a set.
    /// - Throws: `ReplicaFailure`.
    public func blame(kind: WireText, id: WireText, field: WireText? = nil) throws -> [Blame] {
        try ReplicaFailure.mapping {
            try store.read { try $0.blame(kind: kind, id: id, field: field) }
        }
    }

    /// The records that belong to one, present or not: the criteria of a finding.
    ///
    /// - Throws: `ReplicaFailure`.
    public func parts(kind: WireText, id: WireText) throws -> [CellPath] {
        try ReplicaFailure.mapping { try store.read { try $0.parts(kind: kind, id: id) } }
    }

    /// A conflict with what a person needs to decide it: who wrote each side, when and why, and what they
    /// had on their screen; nil if there is no conflict at this place any more.
    ///
    /// - Throws: `ReplicaFailure`.
    public func account(ofConflictAt path: CellPath) throws -> ConflictAccount? {
        try ReplicaFailure.mapping { try store.read { try $0.account(ofConflictAt: path) } }
    }

    /// Every contested text, without what is in question, with the number of versions:
    /// what lists and reports show of it.
    ///
    /// - Throws: `ReplicaFailure`.
    public func contestedTexts() throws -> [ContestedText] {
        try ReplicaFailure.mapping { try store.read { try $0.contestedTexts() } }
    }

    /// Every proposal that nobody has decided, oldest first: shown where nobody else wrote, a side of a conflict, or
    /// beside a step that was taken.
    ///
    /// - Throws: `ReplicaFailure`.
    public func openProposals() throws -> [OpenProposal] {
        try ReplicaFailure.mapping { try store.read { try $0.openProposals() } }
    }

    /// Records that two members edited at the same time in different places; no conflicts.
    ///
    /// - Parameter all: also where the edits were replaced since.
    /// - Throws: `ReplicaFailure`.
    public func parallelEdits(all: Bool = false) throws -> [ParallelEdits] {
        try ReplicaFailure.mapping { try store.read { try $0.parallelEdits(all: all) } }
    }

    // MARK: The past.

    /// A record as it is shown now, with what belongs to it; nil if nobody ever named it.
    ///
    /// - Throws: `ReplicaFailure`.
    public func picture(kind: WireText, id: WireText) throws -> RecordPicture? {
        try ReplicaFailure.mapping { try store.read { try $0.picture(kind: kind, id: id) } }
    }

    /// A record as it was shown at a point of its history; nil if nobody had named it by then.
    ///
    /// The diffs that the point includes are folded anew in memory, which takes a second for some ten
    /// thousand. What was pending then and has its place in the log since is judged at that place.
    ///
    /// - Parameter progress: told how many diffs are folded, from time to time.
    /// - Throws: `ReplicaFailure`.
    public func picture(
        kind: WireText,
        id: WireText,
        at point: HistoryPoint,
        progress: (Int) -> Void = { _ in }
    ) throws -> RecordPicture? {
        try ReplicaFailure.mapping {
            try store.read {
                try $0.picture(kind: kind, id: id, at: point, progress: progress)
            }
        }
    }

    /// The diff at a position of the server's log.
    ///
    /// - Throws: `ReplicaFailure`, `notFound` where the log here does not reach so far.
    public func diff(atPosition position: Int) throws -> DiffID {
        try ReplicaFailure.mapping {
            guard let id = try store.read({ try $0.diff(atPosition: position) }) else {
                throw ReplicaFailure(.notFound, "The log has no position \(position) here.")
            }
            return id
        }
    }

    /// The diffs that a name can mean: an identity or its beginning, or `seq@author`, whose author may be
    /// cut short.
    ///
    /// - Throws: `ReplicaFailure`.
    public func diffs(named name: String) throws -> [DiffSummary] {
        try ReplicaFailure.mapping {
            try store.read { reader in
                try reader.diffs(named: name).map { diff in
                    DiffSummary(
                        id: diff.id,
                        reference: diff.reference,
                        time: diff.time,
                        position: diff.position
                    )
                }
            }
        }
    }
}
