package import ConcordDiff
package import ConcordEncoding
package import ConcordMerge
import ConcordText

/// One write in the history of a cell.
package struct HistoricWrite: Hashable, Sendable {
    /// Its name in `over`.
    package var write: WriteReference
    /// Its diff.
    package var diff: DiffID
    /// When its author's clock says it was made (RFC 3339).
    package var time: String
    /// The diff's place in the server's log.
    package var position: Int?
    /// The diff's causal depth.
    package var depth: Int
    /// Where it stands: surviving, replaced or void.
    package var standing: CellWrite.Standing
    /// Whether it has effect.
    package var effect: Effect
    /// The diff whose admission gave it effect, if one did.
    package var admission: DiffID?
    /// The value; nil for a removal; a text's splices.
    package var value: JSON?
    /// What it replaces.
    package var over: [WriteReference]

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
        standing = stored.standing
        effect = stored.effect
        value = stored.value
        over = try stored.over.map(reference)
    }
}
