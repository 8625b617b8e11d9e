public import ConcordDiff
public import ConcordEncoding
import ConcordFiles
public import ConcordMerge
import ConcordStorage

/// Something that this device's member has to be told, and whether they were.
public struct InboxEntry: Hashable, Sendable, Identifiable {
    /// What it is.
    public let item: InboxItem
    /// Whether it was not marked as read on this device.
    public let isNew: Bool

    /// The item's name.
    public var id: WireText { item.id }
}

extension Replica {
    /// What this device's member wrote and does not stand: decided otherwise by somebody who ended a
    /// conflict, outranked by a field's rule, or void; and which of their proposals were decided.
    ///
    /// - Parameter point: only what came of diffs that the author of this one had not seen.
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

    /// Notes that the member has read these; a note beside the replica, on this device alone.
    ///
    /// - Throws: `ReplicaFailure` if the note cannot be written.
    public func markRead(_ entries: [InboxEntry]) throws {
        let note = InboxNote(path: FileBeside.inbox.of(path))
        // What nothing can become of any more is forgotten.
        let current = Set(try inbox().map(\.id))
        try ReplicaFailure.mapping {
            let read = try note.read().intersection(current).union(entries.map(\.id))
            try note.write(read)
        }
    }
}
