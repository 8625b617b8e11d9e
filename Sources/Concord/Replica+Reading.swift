public import ConcordDiff
public import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage

/// One write in the history of a cell.
public struct HistoryEntry: Hashable, Sendable {
    /// Where a write stands.
    public enum Standing: Hashable, Sendable {
        /// It has effect and nothing replaced it: shown, or a candidate.
        case surviving
        /// A write whose author was shown it replaced it.
        case replaced
        /// It has no effect, and why.
        case void(VoidReason)
    }

    /// Its name in `over`.
    public let write: WriteReference
    /// Its diff.
    public let diff: DiffID
    /// When its author's clock says it was made (RFC 3339).
    public let time: String
    /// The diff's place in the server's log, nil while it has none.
    public let position: Int?
    /// Where it stands.
    public let standing: Standing
    /// Whether it is a proposal.
    public let isProposal: Bool
    /// The value; nil for a removal; a text's splices as `[[at, delete, insert], …]`.
    public let value: JSON?
    /// What it replaces.
    public let over: [WriteReference]
}

/// A line of the change log.
public struct LogLine: Hashable, Sendable {
    /// The place in the server's log, nil while it has none.
    public let position: Int?
    /// The exact bytes of the envelope.
    public let envelope: [UInt8]

    /// The line of an exported log: canonical JSON, in which the envelope's bytes stand as they are.
    public var exported: [UInt8] {
        ExportedLine(position: position, envelope: envelope).bytes
    }
}

extension Replica {
    /// What the replica shows now, all of one moment.
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

    /// How much is here and how much is on its way.
    ///
    /// - Throws: `ReplicaFailure`.
    public func status() throws -> ReplicaStatus {
        try ReplicaFailure.mapping { ReplicaStatus(try store.read { try $0.counts() }) }
    }

    /// Every write of a cell, in causal order; a path without field is the record's presence.
    ///
    /// - Throws: `ReplicaFailure`.
    public func history(of path: CellPath) throws -> [HistoryEntry] {
        try ReplicaFailure.mapping {
            try store.read { try $0.history(of: path).map(HistoryEntry.init) }
        }
    }

    /// When the diff's author's clock says it was made, and with what place in the log; nil if it is
    /// not here.
    ///
    /// - Throws: `ReplicaFailure`.
    public func time(of write: WriteReference) throws -> String? {
        try ReplicaFailure.mapping { try store.read { try $0.diffs(write).first?.time } }
    }

    /// The diff itself; nil if it is not here.
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

    /// The diff of an identity; nil if it is not here.
    ///
    /// Where a chain was continued twice, two diffs have one name in `over`, and only this tells them apart.
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

    /// The diffs of this member of which something has no effect.
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

    /// Every diff: the server's log in its order, then what has no place in it, in causal order.
    ///
    /// - Throws: what `body` throws, or `ReplicaFailure`.
    public func log(_ body: (LogLine) throws -> Void) throws {
        try ReplicaFailure.mapping {
            try store.read { reader in
                try reader.log { try body(LogLine(position: $0.position, envelope: $0.envelope)) }
            }
        }
    }
}

extension HistoryEntry {
    init(_ write: HistoricWrite) {
        self.write = write.write
        diff = write.diff
        time = write.time
        position = write.position
        value = write.value
        over = write.over
        isProposal = write.effect == .proposal
        standing =
            switch (write.effect, write.standing) {
            case (.void(let reason), _): .void(reason)
            case (_, .replaced): .replaced
            case (_, .surviving), (_, .void): .surviving
            }
    }
}
