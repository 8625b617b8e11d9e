package import ConcordDiff
package import ConcordEncoding
package import ConcordText

/// What was folded before and lies elsewhere: a replica's file. The fold asks for what it needs and
/// keeps what it has got.
///
/// Three implementations: storage's; `NothingStored` for a fold that keeps everything in memory; `PastView`, which
/// shows of another fold what an author had before them.
package protocol FoldSource: AnyObject {
    /// Whether it shows only some of the writes, always all of those at once: which of them survive is then
    /// worked out when they are loaded.
    var showsSome: Bool { get }
    /// The record, if it is stored.
    func record(named name: RecordName) throws -> RecordEntry?
    /// The record of this number, which is stored.
    func record(_ number: Int) throws -> RecordEntry
    /// The stored records that belong to it.
    func records(ownedBy number: Int) throws -> [Int]
    /// The stored findings that are merged into another.
    func findings(mergedInto number: Int) throws -> [Int]
    /// The stored cells that ever named a record with this id.
    func cells(citing id: WireText) throws -> [CellKey]
    /// The stored writes of a cell: all, or those that survive or are void.
    func writes(of cell: CellKey, all: Bool) throws -> [CellWrite]
    /// The stored cells of a record.
    func cells(of record: Int) throws -> [CellKey]
    /// What is stored of a diff.
    func entry(_ number: Int) throws -> DiffEntry
    /// The number of a stored diff.
    func number(of id: DiffID) throws -> Int?
    /// The number of the stored diff at this place of its chain.
    func number(at place: BranchSeq) throws -> Int
    /// A stored diff itself.
    func diff(_ number: Int) throws -> VerifiedDiff
    /// The stored diffs that have no place in the log yet.
    func pending() throws -> [Int]
    /// A text as it was merged last; nil where that is not known, and all of it must be merged.
    func mergedText(of cell: CellKey, in record: RecordEntry) throws -> StoredText?
    /// The stored writes of a text that were replaced, from before a diff, the newest here first.
    func replacedWrites(of text: CellKey, before diff: Int, limit: Int) throws -> [CellWrite]
}

extension FoldSource {
    package var showsSome: Bool { false }
}

/// A source that holds nothing: the fold keeps everything in memory.
package final class NothingStored: FoldSource {
    package init() {}

    package func record(named name: RecordName) -> RecordEntry? { nil }
    package func record(_ number: Int) -> RecordEntry {
        preconditionFailure("record \(number) is not in memory")
    }
    package func records(ownedBy number: Int) -> [Int] { [] }
    package func findings(mergedInto number: Int) -> [Int] { [] }
    package func cells(citing id: WireText) -> [CellKey] { [] }
    package func writes(of cell: CellKey, all: Bool) -> [CellWrite] { [] }
    package func cells(of record: Int) -> [CellKey] { [] }
    package func entry(_ number: Int) -> DiffEntry {
        preconditionFailure("diff \(number) is not in memory")
    }
    package func number(of id: DiffID) -> Int? { nil }
    package func number(at place: BranchSeq) -> Int {
        preconditionFailure("the diff at \(place) is not in memory")
    }
    package func diff(_ number: Int) -> VerifiedDiff {
        preconditionFailure("diff \(number) is not in memory")
    }
    package func pending() -> [Int] { [] }
    package func mergedText(of cell: CellKey, in record: RecordEntry) -> StoredText? { nil }
    package func replacedWrites(of text: CellKey, before diff: Int, limit: Int) -> [CellWrite] {
        []
    }
}
