public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordText

/// One write in the history of a cell.
public struct HistoryEntry: Hashable, Sendable {
    /// Its name in `over`.
    public let write: WriteReference
    /// Its diff.
    public let diff: DiffID
    /// The time of saving by its author's clock (RFC 3339).
    public let time: String
    /// The diff's position in the server's log; nil while it has none.
    public let position: Int?
    /// Whether it survives, was replaced, or has no effect.
    public let standing: WriteAccount.Standing
    /// The value; nil for a removal; a text's splices as `[[at, delete, insert], …]`.
    public let value: JSON?
    /// The writes that it replaces.
    public let over: [WriteReference]
    /// The diff's causal depth.
    package let depth: Int
    /// Whether it has effect.
    package let effect: Effect
    /// The diff whose admission gave it effect, if one did.
    package let admission: DiffID?

    /// Whether it is a proposal.
    public var isProposal: Bool { effect == .proposal }

    init(
        _ stored: CellWrite,
        diff: DiffID,
        admission: DiffID?,
        time: String,
        position: Int?,
        branches: Branches
    ) throws {
        func reference(_ place: BranchSeq) throws -> WriteReference {
            WriteReference(seq: place.seq, author: try branches.author(of: place.branch))
        }
        write = try reference(stored.at)
        self.diff = diff
        self.admission = admission
        self.time = time
        self.position = position
        depth = stored.depth
        standing =
            switch (stored.effect, stored.standing) {
            case (.void(let reason), .void): .void(reason)
            case (.effective, .replaced), (.proposal, .replaced): .replaced
            case (.effective, .surviving), (.proposal, .surviving): .surviving
            default: throw DamagedRow("standing")
            }
        effect = stored.effect
        value = stored.value
        over = try stored.over.map(reference)
    }
}
