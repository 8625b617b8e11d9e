import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordText

/// A fold within one write transaction: it applies diffs, and writes back what they change.
struct FoldSession {
    let statements: StatementCache
    let source: StoreSource
    let fold: Fold
    /// The newest diffs: no diff here has seen them.
    private(set) var heads: Set<Int>
    /// The server's log as a tree.
    private(set) var logRange: CompactRange
    /// As of the last writing back.
    private var stored: FoldStart
    /// Whether contents were destroyed: what is left of them in the file's free pages must go too.
    private(set) var hasErased = false

    /// Continues from `start`, the state of the file.
    init(
        _ start: FoldStart,
        statements: StatementCache,
        verifier: any SignatureVerifier
    ) throws {
        self.statements = statements
        source = try StoreSource(statements, start: start.fold)
        fold = Fold(start.fold, source: source, verifier: verifier)
        heads = start.heads
        logRange = start.logRange
        stored = start
    }

    /// Where the next session continues, once everything is written back.
    var end: FoldStart { stored }

    /// Writes back what has changed since the last time, and forgets what was in memory.
    mutating func flush() throws {
        if !fold.changes.erased.isEmpty {
            hasErased = true
            try statements.execute("PRAGMA secure_delete = ON")
            try FoldStart.noteRemains(statements)
        }
        try fold.upkeep.settleMerges()
        source.know(fold.branches)
        try writeDiffs()
        try growTree()
        try writeCells()
        _ = fold.takeChanges()
        fold.forget()
        var end = FoldStart()
        end.fold = fold.end
        end.heads = heads
        end.logRange = logRange
        try end.store(after: stored, in: statements)
        source.goOn(at: end.fold)
        stored = end
    }

    // MARK: The log.

    private mutating func writeDiffs() throws {
        let insert = try statements(
            """
            INSERT INTO diff
            (number, id, branch, seq, depth, position, is_control, proof, time, seen, envelope)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """
        )
        for number in fold.changes.newDiffs {
            let entry = try fold.entry(number)
            let diff = try fold.diff(number)
            insert.bind(number, at: 1)
            insert.bind(entry.id, at: 2)
            insert.bind(entry.at.branch, at: 3)
            insert.bind(entry.at.seq, at: 4)
            insert.bind(entry.depth, at: 5)
            insert.bind(entry.position, at: 6)
            insert.bind(entry.isControl, at: 7)
            insert.bind(diff.proof.rawValue, at: 8)
            insert.bind(diff.head.time.description, at: 9)
            insert.bind(try source.stored(entry.seen), at: 10)
            insert.bind(diff.diff.envelope, at: 11)
            try insert.run()
            for parent in diff.head.parents {
                if let parent = try fold.number(of: parent) { heads.remove(parent) }
            }
            heads.insert(number)
        }
        let place = try statements("UPDATE diff SET position = ?2 WHERE number = ?1")
        let firstNew = fold.changes.newDiffs.first ?? .max
        for number in fold.changes.positioned where number < firstNew {
            place.bind(number, at: 1)
            place.bind(try fold.entry(number).position, at: 2)
            try place.run()
        }
        try writeErased(before: firstNew)
    }

    /// Takes the diffs that got a place in the log into its tree, in their order.
    private mutating func growTree() throws {
        var places: [(position: Int, number: Int)] = []
        for number in Set(fold.changes.positioned).union(fold.changes.newDiffs) {
            if let position = try fold.entry(number).position { places.append((position, number)) }
        }
        places.sort { $0.position < $1.position }
        let leaves = try places.map { MerkleTree.leafHash(try fold.diff($0.number).diff.leaf) }
        try LogTree(statements).grow(&logRange, by: leaves)
        guard logRange.size == fold.logSize else { throw DamagedRow("tree of the log") }
    }

    /// What is left of diffs whose contents were destroyed.
    private mutating func writeErased(before firstNew: Int) throws {
        let update = try statements("UPDATE diff SET envelope = ?2 WHERE number = ?1")
        for number in fold.changes.erased.sorted() where number < firstNew {
            update.bind(number, at: 1)
            update.bind(try fold.diff(number).diff.envelope, at: 2)
            try update.run()
        }
    }

    // MARK: Cells, records, state.

    private mutating func writeCells() throws {
        var writer = try StateWriter(
            statements,
            firstNewDiff: fold.changes.newDiffs.first ?? .max,
            branches: fold.branches
        )
        var cells = fold.changes.cells.map { (record: $0.record, key: $0) }
        for number in fold.changes.states {
            let key = CellKey(record: number, field: FindingField.state.name)
            if !fold.changes.cells.contains(key) { cells.append((number, key)) }
        }
        // By the records alone, which nearly always have one changed cell each.
        cells.sort { $0.record < $1.record }
        var numbers = fold.changes.records.union(fold.changes.presences)
        numbers.formUnion(cells.lazy.map(\.record))
        try writer.write(fold.changes.citations)
        var rest = cells[...]
        for number in numbers.sorted() {
            let part = rest.prefix { $0.record == number }
            rest = rest[part.endIndex...]
            try write(number, cells: part.map(\.key), with: &writer)
        }
        try RecordChanges.note(numbers, in: statements)
    }

    /// Writes one record with those of its cells that have changed.
    private mutating func write(
        _ number: Int,
        cells: [CellKey],
        with writer: inout StateWriter
    ) throws {
        var record = try fold.record(number)
        let wasPresent = number < stored.fold.nextRecord ? record.isPresent : nil
        if fold.changes.presences.contains(number) {
            let key = CellKey.presence(of: number)
            let presence = try fold.evaluator.evaluate(key)
            record.isPresent = presence.shown != nil
            try writer.write(presence.conflict, at: key)
        }
        var shown: [(key: CellKey, value: JSON?)] = []
        for key in cells.count == 1 ? cells : cells.sorted(by: CellKey.isBefore) {
            if key.field.isEmpty {
                try writer.write(try fold.cell(key), at: key, erased: fold.changes.erased)
                continue
            }
            // Before its writes, since a merge of texts remembers something of each.
            let evaluation = try fold.evaluator.evaluate(key)
            try writer.write(try fold.cell(key), at: key, erased: fold.changes.erased)
            try writer.write(evaluation.conflict, at: key)
            if let text = fold.texts.storedText(at: key) {
                try writer.write(text.openPairs, at: key)
            }
            shown.append((key, evaluation.shown))
        }
        if fold.changes.records.contains(number) || record.isPresent != wasPresent {
            try writer.write(record, isNew: wasPresent == nil)
        }
        try writer.write(shown, of: record, wasPresent: wasPresent)
    }
}
