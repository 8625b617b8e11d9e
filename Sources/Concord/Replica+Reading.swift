public import ConcordDiff
public import ConcordEncoding
import ConcordMerge
import ConcordModel
public import ConcordStorage

extension Replica {
    /// What the replica shows now, all read at one moment.
    ///
    /// - Throws: `ReplicaFailure`.
    public func snapshot() throws -> Snapshot {
        try ReplicaFailure.mapping { try store.read { try Snapshot($0) } }
    }

    /// The records of some kinds: `{"finding": {"<id>": {…}}, …}`.
    ///
    /// - Throws: `ReplicaFailure`.
    public func records(of kinds: Set<WireText>) throws -> JSONObject {
        try ReplicaFailure.mapping { try store.read { try $0.document(kinds: kinds) } }
    }

    /// How much the replica holds, and how much of it the server does not have yet.
    ///
    /// - Throws: `ReplicaFailure`.
    public func status() throws -> ReplicaStatus {
        try ReplicaFailure.mapping { try store.read { try $0.status() } }
    }

    /// Every write of a cell, in causal order; a path without field is the record's presence.
    ///
    /// - Throws: `ReplicaFailure`.
    public func history(of path: CellPath) throws -> [HistoryEntry] {
        try ReplicaFailure.mapping { try store.read { try $0.history(of: path) } }
    }

    /// The time of saving by the author's clock (RFC 3339); nil if the replica does not have the diff.
    ///
    /// - Throws: `ReplicaFailure`.
    public func time(of write: WriteReference) throws -> String? {
        try ReplicaFailure.mapping { try store.read { try $0.diffs(write).first?.time } }
    }

    /// The diff itself; nil if the replica does not have it.
    ///
    /// - Throws: `ReplicaFailure`.
    public func diff(_ write: WriteReference) throws -> UnverifiedDiff? {
        try ReplicaFailure.mapping {
            try store.read { reader in
                guard let id = try reader.diffs(write).first?.id,
                    let envelope = try reader.envelope(of: id)
                else { return nil }
                return try UnverifiedDiff(envelope: envelope, mayBeErased: true)
            }
        }
    }

    /// The diff with this identity; nil if the replica does not have it.
    ///
    /// In a fork, two diffs have one name in `over`, and only the identity distinguishes them.
    ///
    /// - Throws: `ReplicaFailure`.
    public func diff(_ id: DiffID) throws -> UnverifiedDiff? {
        try ReplicaFailure.mapping {
            try store.read { reader in
                try reader.envelope(of: id).map {
                    try UnverifiedDiff(envelope: $0, mayBeErased: true)
                }
            }
        }
    }

    /// The diffs of this member in which something has no effect.
    ///
    /// - Throws: `ReplicaFailure`.
    public func ownVoids() throws -> Set<DiffID> {
        try ReplicaFailure.mapping {
            try store.read { reader in
                let devices = try reader.membership.devices
                guard let member = devices[author]?.member else { return [] }
                let own = try reader.voids().filter { devices[$0.write.author]?.member == member }
                return Set(own.map(\.diff))
            }
        }
    }

    /// Every diff: first the server's log in its order, then the diffs without a position, in
    /// causal order.
    ///
    /// - Throws: what `body` throws, or `ReplicaFailure`.
    public func log(_ body: (LogLine) throws -> Void) throws {
        try ReplicaFailure.mapping {
            try store.read { try $0.log(body) }
        }
    }
}
