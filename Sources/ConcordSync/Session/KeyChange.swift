public import ConcordDiff

/// A device that goes on under a new key, since its file was a copy: the old key's chain stays as it is, and the new one
/// is a device of the same member, which the old key admits.
///
/// `docs/decisions/0117-a-copied-file-goes-on-under-a-new-key.md`
public struct KeyChange: Hashable, Sendable {
    /// Why; the raw value stands in JSON.
    public enum Reason: String, CaseIterable, Hashable, Sendable {
        /// The file was older than what the device had written, and the server did not have the rest.
        case restored
        /// The file was in use twice: the server's log has another diff in the place of one that was saved here.
        case copied
    }

    /// Why.
    public let reason: Reason
    /// The key before.
    public let former: Author
    /// The key from now on.
    public let author: Author
    /// The saves of the former key that have no effect, since another copy had used their numbers; the new key has signed
    /// each of them again, with effect.
    public let signedAgain: [DiffID]

    /// A change from one key to another.
    public init(_ reason: Reason, from former: Author, to author: Author, signedAgain: [DiffID]) {
        self.reason = reason
        self.former = former
        self.author = author
        self.signedAgain = signedAgain
    }
}
