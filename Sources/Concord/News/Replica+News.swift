public import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordMerge
import ConcordModel
import ConcordStorage

/// How far somebody has read: what came later is news.
public struct NewsMark: Hashable, Sendable {
    /// For each author the number of their newest diff.
    let numbers: [Author: Int]

    /// Before everything.
    public static let beginning = NewsMark(numbers: [:])
}

extension Replica {
    /// What others did since the news was marked as read; until it was once, since this device joined.
    ///
    /// It costs what is new, however long the log is.
    ///
    /// - Parameter mark: what came later than this, instead.
    /// - Throws: `ReplicaFailure`.
    public func news(since mark: NewsMark? = nil) throws -> News {
        try ReplicaFailure.mapping {
            let read = try mark?.numbers ?? NewsNote(path: FileBeside.news.of(path)).read()
            return try store.read { reader in
                let membership = try reader.membership
                let member = membership.devices[author]?.member
                let own = membership.devices.filter { $0.value.member == member }.map(\.key)
                let known =
                    try read
                    ?? NewsReader(reader).numbersSeen(by: WriteReference(seq: 1, author: author))
                let saves = try NewsReader(reader).saves(
                    behind: known,
                    notBy: member == nil ? [author] : Set(own)
                )
                return try News(of: saves, for: member, membership: membership) { id in
                    try reader.fields(kind: Schema.finding.name, id: id)
                }
            }
        }
    }

    /// How far everything is here that came in: what comes later is news to whoever has read this.
    ///
    /// ```swift
    /// let mark = try replica.newsMark()
    /// _ = try await replica.sync(through: transport)
    /// let news = try replica.news(since: mark)
    /// ```
    ///
    /// - Throws: `ReplicaFailure`.
    public func newsMark() throws -> NewsMark {
        try ReplicaFailure.mapping {
            NewsMark(numbers: try store.read { try NewsReader($0).newestNumbers() })
        }
    }

    /// Marks the news as read, on this device only, in a file next to the replica.
    ///
    /// - Parameter mark: as far as it was read; all that is here if it is nil.
    /// - Throws: `ReplicaFailure` if the note cannot be written.
    public func markNewsRead(to mark: NewsMark? = nil) throws {
        let mark = try mark ?? newsMark()
        try ReplicaFailure.mapping {
            try NewsNote(path: FileBeside.news.of(path)).write(mark.numbers)
        }
    }
}
