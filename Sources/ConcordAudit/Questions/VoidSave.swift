public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordModel

/// One save of which something has no effect.
///
/// ```swift
/// let shown = try replica.snapshot()
/// let declined = VoidSave.Declined.all(in: shown.state)
/// let undecided = VoidSave.all(shown.voids, declined: declined).filter { $0.declined == nil }
/// ```
public struct VoidSave: Hashable, Sendable, Identifiable {
    /// That a leader has looked at it and leaves it without effect (`Protocol/membership.md`, "Admissions").
    public struct Declined: Hashable, Sendable {
        /// The record that says so.
        public let record: WireText
        /// Why.
        public let reason: WireText?

        /// The saves that leaders have declined, by identity: only a leader writes such a record with effect.
        ///
        /// - Parameter state: the records by kind and id; those that decline are enough.
        public static func all(in state: JSONObject) -> [WireText: Declined] {
            var found: [WireText: Declined] = [:]
            for (id, fields) in state[Schema.declined.name]?.objectValue ?? [:] {
                guard let diff = fields[DeclinedField.diff]?.stringValue else { continue }
                found[diff] = Declined(
                    record: id,
                    reason: fields[DeclinedField.reason]?.stringValue
                )
            }
            return found
        }
    }

    /// The save.
    public let diff: DiffID
    /// What of it has no effect; at least one write.
    public let writes: [VoidWrite]
    /// Why a leader has declined it; nil where nobody has.
    public let declined: Declined?

    /// The save's identity.
    public var id: DiffID { diff }
    /// Its name in `over`.
    public var write: WriteReference { writes[0].write }
    /// The device that signed it.
    public var author: Author { write.author }
    /// The first reason: one save mostly fails for one.
    public var reason: VoidReason { writes[0].reason }
    /// Whether a leader can give it effect.
    public var canBeAdmitted: Bool { writes.contains { $0.reason.canBeAdmitted(at: $0.path) } }

    /// What has no effect, by save, in the order of the log.
    ///
    /// - Parameters:
    ///   - voids: the writes without effect (`Snapshot.voids`).
    ///   - declined: the saves that leaders have declined.
    public static func all(
        _ voids: [VoidWrite],
        declined: [WireText: Declined] = [:]
    ) -> [VoidSave] {
        var order: [DiffID] = []
        var writes: [DiffID: [VoidWrite]] = [:]
        for void in voids {
            if writes[void.diff] == nil { order.append(void.diff) }
            writes[void.diff, default: []].append(void)
        }
        return order.map {
            VoidSave(diff: $0, writes: writes[$0] ?? [], declined: declined[$0.text])
        }
    }

    /// What of a save's operations is about the records of which something has no effect.
    public func concerned(_ operations: [Operation]) -> [Operation] {
        let places = Set(writes.map { CellPath(kind: $0.path.kind, record: $0.path.record) })
        return operations.filter {
            places.contains(CellPath(kind: $0.path.kind, record: $0.path.record))
        }
    }
}

/// What a leader ended that a device rests on; the raw value stands in JSON.
public enum Revocation: String, Hashable, Sendable {
    /// The membership: no device of the person counts any more.
    case member
    /// This device alone: the person goes on with another one.
    case device
}

extension Membership {
    /// What was ended of an author's, as far as is known here; nil where nothing was.
    public func revocation(of author: Author) -> Revocation? {
        guard let device = devices[author] else { return nil }
        if members[device.member]?.isRevoked ?? false { return .member }
        return device.isRevoked ? .device : nil
    }
}
