import ConcordEncoding
import ConcordText

/// A write and the cell it is in.
struct LocatedWrite {
    let write: CellWrite
    let key: CellKey
    /// Its place, from which on others may have seen it.
    let at: BranchSeq

    init(_ write: CellWrite, at key: CellKey, said place: BranchSeq? = nil) {
        self.write = write
        self.key = key
        at = place ?? write.at
    }

    /// The diff in which it stands at its place: its own, or the one that admits it.
    var diff: Int { at == write.at ? write.diff : write.admission?.by ?? write.diff }
    var effect: Effect { write.effect }
    var isRemovalOfRecord: Bool { key.field.isEmpty && write.value == nil }
    var isAddition: Bool { key.field.isEmpty && write.isAddition }
}
