public import ConcordDiff
public import ConcordEncoding
import ConcordFiles
public import ConcordMerge
import ConcordStorage

/// An item of the member's inbox, and whether it is new.
public struct InboxEntry: Hashable, Sendable, Identifiable {
    /// The item.
    public let item: InboxItem
    /// Whether it has not been marked as read on this device.
    public let isNew: Bool

    /// The item's name.
    public var id: WireText { item.id }
}

extension Replica {
    /// The member's edits that were overruled or have no effect, and the decisions on their
    /// proposals: a conflict was resolved with another value, a field's rule showed somebody else's
    /// value, or the edit is void.
    ///
    /// - Parameter point: a diff; only events that its author had not seen are returned.
    /// - Returns: oldest first; empty for a device that has no member.
    /// - Throws: `ReplicaFailure`.
    public func inbox(since point: DiffID? = nil) throws -> [InboxEntry] {
        try ReplicaFailure.mapping {
            let items = try store.read { reader in
                guard let device = try reader.membership.devices[author] else {
                    return [InboxItem]()
                }
                return try reader.inbox(of: device.member, since: point)
            }
            let read = try InboxNote(path: FileBeside.inbox.of(path)).read()
            return items.map { InboxEntry(item: $0, isNew: !read.contains($0.id)) }
        }
    }

    /// Marks these items as read, on this device only, in a file next to the replica.
    ///
    /// - Throws: `ReplicaFailure` if the note cannot be written.
    public func markInboxRead(_ entries: [InboxEntry]) throws {
        let note = InboxNote(path: FileBeside.inbox.of(path))
        // What nothing can become of any more is forgotten.
        let current = Set(try inbox().map(\.id))
        try ReplicaFailure.mapping {
            let read = try note.read().intersection(current).union(entries.map(\.id))
            try note.write(read)
        }
    }
}
