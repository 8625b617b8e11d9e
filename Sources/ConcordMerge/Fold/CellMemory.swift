import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// The cells that a fold holds in memory: those that it has loaded, or that new diffs have written.
final class CellMemory {
    private let source: any FoldSource
    fileprivate var all: [CellKey: Cell] = [:]
    private var ofRecord: [Int: [CellKey]] = [:]
    /// The cells that cite a record, by its id.
    fileprivate var cited: [WireText: Set<CellKey>] = [:]

    init(source: any FoldSource) { self.source = source }

    /// The cell, if it is in memory.
    subscript(key: CellKey) -> Cell? { all[key] }

    /// Loads a cell, with all its writes or with those that survive or are void.
    func load(_ key: CellKey, complete: Bool) throws -> Cell {
        var cell = Cell(writes: try source.writes(of: key, all: complete), isComplete: complete)
        if let held = all[key] {
            // What memory holds is newer than what is stored.
            let newer = Dictionary(uniqueKeysWithValues: held.writes.map { ($0.diff, $0) })
            cell.writes = cell.writes.compactMap { write in
                held.removed.contains(write.diff) || newer[write.diff] != nil ? nil : write
            }
            cell.writes += held.writes
            cell.changed = held.changed
            cell.removed = held.removed
        }
        keep(cell, at: key)
        return cell
    }

    /// Every cell of a record that was ever written.
    func allCells(of record: Int) throws -> Set<CellKey> {
        var keys = Set(ofRecord[record] ?? [])
        keys.formUnion(try source.cells(of: record))
        return keys
    }

    // MARK: What a cell finds by indexes of its own, which it makes on the way.

    /// What a diff wrote in a cell that is in memory.
    func write(of diff: Int, at key: CellKey) -> CellWrite? {
        all[key]?.find(diff).flatMap { all[key]?.writes[$0] }
    }

    /// Where a diff's write stands in a cell that is in memory.
    func place(of diff: Int, at key: CellKey) -> Int? { all[key]?.find(diff) }

    /// The writes of a cell in memory that a name in `over` means.
    func writes(
        namedBy reference: WriteReference,
        at key: CellKey,
        _ branches: Branches
    ) -> [CellWrite] {
        all[key]?.writes(namedBy: reference, branches) ?? []
    }

    /// The first addition of a record on each branch that is not void, of a cell in memory.
    func firstAdditions(at key: CellKey) -> [CellWrite] { all[key]?.firstAdditions() ?? [] }

    /// Whether a value was ever written in a cell in memory.
    func holds(_ value: JSON, at key: CellKey) -> Bool? { all[key]?.holds(value) }

    /// The own proposals of an author in a cell in memory that wait.
    func waiting(of author: Author, at key: CellKey, _ branches: Branches) -> [CellWrite] {
        all[key]?.waiting(of: author, branches) ?? []
    }

    /// Makes the index of a cell's writes by which a view of the past is found.
    func makeIndex(of key: CellKey, said: [BranchSeq]) { all[key]?.makeIndex(said: said) }

    /// Keeps with the writes of a text what later merges need to know of them, by diff.
    func remember(_ marks: [Int: TextMarks], at key: CellKey) {
        guard let place = all.index(forKey: key) else { return }
        for index in all.values[place].writes.indices {
            let diff = all.values[place].writes[index].diff
            guard let mark = marks[diff] else { continue }
            all.values[place].writes[index].marks = mark
            all.values[place].changed.insert(diff)
        }
    }

    fileprivate func keep(_ cell: Cell, at key: CellKey) {
        var cell = cell
        cell.know()
        if all.updateValue(cell, forKey: key) == nil {
            ofRecord[key.record, default: []].append(key)
        }
    }

    /// The cells that ever named a record with this id.
    func allCells(citing id: WireText) throws -> Set<CellKey> {
        var keys = Set(try source.cells(citing: id))
        keys.formUnion(cited[id] ?? [])
        return keys
    }

    /// Makes room for the cells that some new diffs touch, each one at least.
    func reserve(forDiffs count: Int) {
        all.reserveCapacity(count)
        ofRecord.reserveCapacity(count)
    }

    /// Forgets what has been written back.
    func forget() {
        all.removeAll(keepingCapacity: true)
        ofRecord.removeAll(keepingCapacity: true)
        cited.removeAll(keepingCapacity: true)
    }
}

extension TakesIn {
    /// Keeps a cell in memory.
    func keep(_ cell: Cell, at key: CellKey) { memory.cells.keep(cell, at: key) }

    /// Changes a cell that is in memory where it stands, without a copy of its writes.
    ///
    /// - Parameter change: looks up nothing in memory.
    /// - Returns: what `change` returns; nil if the cell is not in memory.
    func change<Result>(_ key: CellKey, _ change: (inout Cell) -> Result) -> Result? {
        guard let place = memory.cells.all.index(forKey: key) else { return nil }
        return change(&memory.cells.all.values[place])
    }

    /// Notes that a cell names a record; false if that was known.
    func note(_ key: CellKey, citing id: WireText) -> Bool {
        guard memory.cells.cited[id, default: []].insert(key).inserted else { return false }
        noteCitation(Citation(id: id, cell: key))
        return true
    }
}
