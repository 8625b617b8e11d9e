package import ConcordEncoding
import ConcordMerge
import ConcordModel

// Which records changed since some moment. What follows from all records, such as totals, is brought up to date by
// looking at those alone.

/// A state that a replica's file was in.
package struct ChangePoint: Hashable, Sendable {
    /// Counts the changes of the file.
    package let number: Int
    /// A random number: a file that was put back to an older state comes to the same numbers by other changes.
    package let name: Int

    /// A point as it was stored.
    package init(number: Int, name: Int) {
        self.number = number
        self.name = name
    }
}

/// The notes of which records each writing has changed: one row for each, however many edits it took in.
enum RecordChanges {
    /// So many of the newest notes are kept.
    private static let notesMax = 4096
    /// A writing that changes more records than these notes none: who looks afterwards looks at all.
    private static let recordsMax = 200

    /// Notes that the rows of some records were written.
    static func note(_ records: Set<Int>, in statements: StatementCache) throws {
        if records.isEmpty { return }
        let insert = try statements("INSERT INTO change (name, records) VALUES (random(), ?1)")
        let isFew = records.count <= recordsMax
        insert.bind(isFew ? records.map(String.init).joined(separator: ",") : nil, at: 1)
        try insert.run()
        let delete = try statements(
            "DELETE FROM change WHERE number <= (SELECT max(number) FROM change) - ?1"
        )
        // Beside a note of all, older ones are of no use.
        delete.bind(isFew ? notesMax : 1, at: 1)
        try delete.run()
    }
}

/// What has changed in a replica, and which findings that concerns.
package struct ChangedRecords {
    let statements: StatementCache

    /// The state of the file at this moment; nil before anything was written to it.
    package func point() throws -> ChangePoint? {
        try statements("SELECT number, name FROM change ORDER BY number DESC LIMIT 1").first {
            ChangePoint(number: $0.int(0), name: $0.int(1))
        }
    }

    /// The numbers of the records that were written since the file was in a state; nil where that is not known, and
    /// all may have been.
    package func records(since point: ChangePoint) throws -> Set<Int>? {
        let query = try statements("SELECT name FROM change WHERE number = ?1")
        query.bind(point.number, at: 1)
        guard try query.first({ $0.int(0) }) == point.name else { return nil }
        let later = try statements("SELECT records FROM change WHERE number > ?1")
        later.bind(point.number, at: 1)
        var changed: Set<Int> = []
        for records in try later.rows({ $0.optionalString(0) }) {
            guard let records else { return nil }
            for number in records.string.split(separator: ",") {
                guard let number = Int(number) else { throw DamagedRow("change") }
                changed.insert(number)
            }
        }
        return changed
    }

    /// The findings that some records are, belong to, or are cited by as evidence; present or not.
    package func findings(about records: Set<Int>) throws -> Set<WireText> {
        let query = try statements(
            """
            SELECT r.kind, r.id, o.id FROM record r
            LEFT JOIN record o ON o.number = r.owner AND o.kind = 'finding' WHERE r.number = ?1
            """
        )
        let citing = try statements(
            """
            SELECT DISTINCT r.id FROM citation c JOIN record r ON r.number = c.record
            WHERE c.id = ?1 AND c.field = 'evidence' AND r.kind = 'finding'
            """
        )
        var findings: Set<WireText> = []
        for number in records {
            query.bind(number, at: 1)
            let row = try query.first { ($0.string(0), $0.string(1), $0.optionalString(2)) }
            guard let (kind, id, owner) = row else { continue }
            if let owner { findings.insert(owner) }
            if kind == Schema.finding.name { findings.insert(id) }
            if kind == Schema.evidence.name {
                citing.bind(id, at: 1)
                findings.formUnion(try citing.rows { $0.string(0) })
            }
        }
        return findings
    }

    /// The findings into which somebody ever wanted to merge one.
    package func findings(everTaking finding: WireText) throws -> [WireText] {
        let query = try statements(
            """
            SELECT DISTINCT w.value FROM record r JOIN write w ON w.record = r.number
            AND w.field = 'duplicateOf' AND w.member = '' AND w.standing IN (0, 1, 2)
            WHERE r.id = ?1 AND r.kind = 'finding' AND w.value IS NOT NULL
            """
        )
        query.bind(finding, at: 1)
        return try query.rows { try StoredJSON.read($0, 0)?.stringValue }.compactMap(\.self)
    }

    /// For each finding those into which somebody ever wanted to merge it.
    package func mergesEverWanted() throws -> [WireText: Set<WireText>] {
        try statements(
            """
            SELECT r.id, c.id FROM citation c JOIN record r ON r.number = c.record
            WHERE c.field = 'duplicateOf' AND r.kind = 'finding'
            """
        ).rows { ($0.string(0), $0.string(1)) }.reduce(into: [:]) { targets, merge in
            targets[merge.0, default: []].insert(merge.1)
        }
    }
}
