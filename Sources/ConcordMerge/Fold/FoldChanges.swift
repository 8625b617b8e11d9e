/// What a fold has changed since its changes were last taken.
package struct FoldChanges: Sendable {
    /// New diffs, in order of arrival.
    package var newDiffs: [Int] = []
    /// Diffs that have got a place in the log.
    package var positioned: [Int] = []
    /// Records that are new or have changed.
    package var records: Set<Int> = []
    /// Cells whose writes have changed.
    package var cells: Set<CellKey> = []
    /// Records whose presence must be looked at again.
    package var presences: Set<Int> = []
    /// Stored diffs whose contents were destroyed, and the values of their writes with them.
    package var erased: Set<Int> = []
    /// Records whose state must be looked at again, though nothing was written to it.
    package var states: Set<Int> = []
    /// Evidence that was rewritten or taken out: the states of what cites it must be looked at again.
    package var rewritten: Set<Int> = []
    /// Which cells cite which records, as far as that is new.
    package var citations: Set<Citation> = []

    package init() {}
}

/// What a fold has changed since its changes were last taken, in memory.
final class ChangeMemory {
    fileprivate(set) var all = FoldChanges()

    /// Takes the changes, to be written back.
    func take() -> FoldChanges {
        defer { all = FoldChanges() }
        return all
    }

    /// Makes room for the cells that some new diffs touch, each one at least.
    func reserve(forDiffs count: Int) { all.cells.reserveCapacity(count) }
}

extension TakesIn {
    /// Notes that a diff is new.
    func noteNew(_ diff: Int) { memory.changed.all.newDiffs.append(diff) }

    /// Notes that a diff has got a place in the log.
    func notePlaced(_ diff: Int) { memory.changed.all.positioned.append(diff) }

    /// Notes that a diff's contents were destroyed.
    func noteErased(_ diff: Int) { memory.changed.all.erased.insert(diff) }

    /// Notes that a record is new or has changed.
    func noteChange(ofRecord record: Int) { memory.changed.all.records.insert(record) }

    /// Notes that a cell cites a record.
    func noteCitation(_ citation: Citation) { memory.changed.all.citations.insert(citation) }

    /// Notes that the writes of a cell have changed.
    func noteChange(of key: CellKey) { memory.changed.all.cells.insert(key) }

    /// Notes that a record's presence must be looked at again.
    func notePresence(of record: Int) { memory.changed.all.presences.insert(record) }

    /// Notes that a record's state must be looked at again.
    func noteState(of record: Int) { memory.changed.all.states.insert(record) }

    /// Notes that the states of some records must be looked at again.
    func noteStates(of records: some Sequence<Int>) { memory.changed.all.states.formUnion(records) }

    /// Notes that evidence was rewritten or taken out.
    func noteRewriting(of evidence: Int) { memory.changed.all.rewritten.insert(evidence) }
}
