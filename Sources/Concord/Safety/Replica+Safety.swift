public import ConcordEncoding
import ConcordFiles
import ConcordMerge
public import ConcordStorage

extension Replica {
    /// How many saves are how safe; those of which there are none are left out.
    ///
    /// It costs what the devices are and what only this one has, however long the log is.
    ///
    /// - Throws: `ReplicaFailure`.
    public func safety() throws -> [Safety: Int] {
        try ReplicaFailure.mapping {
            let posted = try posted()
            return try store.read { try SafetyReader($0, posted).counts() }
        }
    }

    /// How safe a record is, with what belongs to it; nil if nobody ever wrote on it.
    ///
    /// ```swift
    /// let isOnServer = try replica.safety(ofKind: "finding", id: id).map { $0.safety >= .durable }
    /// ```
    ///
    /// - Throws: `ReplicaFailure`.
    public func safety(ofKind kind: WireText, id: WireText) throws -> RecordSafety? {
        try ReplicaFailure.mapping {
            let posted = try posted()
            return try store.read { try SafetyReader($0, posted).safety(kind: kind, id: id) }
        }
    }

    /// The records on which something was saved that no second device has, the least safe first.
    ///
    /// - Throws: `ReplicaFailure`.
    public func unsafeRecords() throws -> [RecordSafety] {
        try ReplicaFailure.mapping {
            let posted = try posted()
            return try store.read { try SafetyReader($0, posted).unsafeRecords() }
        }
    }

    /// What this device knows of its own posts.
    func posted() throws -> PostedDiffs { try sentNote.read(of: author) }

    /// The note of what was posted.
    var sentNote: SentNote { SentNote(path: FileBeside.sent.of(path)) }
}
