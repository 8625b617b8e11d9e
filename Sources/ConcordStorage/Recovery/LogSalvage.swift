import ConcordDiff
import ConcordEncoding
import GRDBSQLite

/// What can be read of a log some of whose pages are damaged.
///
/// A row is looked up by its number, one after the other: where one page is damaged, the others still
/// answer. Numbers have no gaps, so that the greatest one known, from the table or any of its indexes,
/// says which rows there must be.
struct LogSalvage {
    private let statements: StatementCache
    /// The numbers of the rows that there must be, ascending.
    let numbers: [Int]

    /// A row that can be read, and whose envelope is the one that its identity names.
    struct Line {
        var position: Int?
        var depth: Int
        var diff: VerifiedDiff
    }

    init(_ statements: StatementCache) throws {
        self.statements = statements
        var found: Set<Int> = []
        for sql in Self.scans {
            found.formUnion(try Self.tolerant(sql, statements).map(\.number))
        }
        // A damaged number may be any: there are no more rows than the file has room for.
        let room =
            try statements("PRAGMA page_count").first { $0.int(0) }.map {
                $0 * Self.rowsOfPage
            } ?? 0
        let known = found.filter { $0 > 0 }
        let last = known.filter { $0 <= room }.max() ?? 0
        numbers = Array(1..<last + 1) + known.filter { $0 > room }.sorted()
    }

    /// More rows no page can hold: a diff takes some hundred bytes.
    private static let rowsOfPage = 64

    /// The rows' numbers and positions, by the table and by its indexes, from both ends.
    private static let scans = ["ASC", "DESC"].flatMap { order in
        [
            "SELECT number, NULL FROM diff NOT INDEXED ORDER BY number \(order)",
            "SELECT number, NULL FROM diff INDEXED BY sqlite_autoindex_diff_1 ORDER BY id \(order)",
            """
            SELECT number, position FROM diff INDEXED BY sqlite_autoindex_diff_2
            ORDER BY position \(order)
            """,
        ]
    }

    /// The rows of a query until it meets a damaged page.
    private static func tolerant(
        _ sql: String,
        _ statements: StatementCache
    ) throws -> [(number: Int, position: Int?)] {
        var rows: [(Int, Int?)] = []
        try toleratingDamage {
            let query = try Statement(sql, on: statements.connection)
            defer { query.reset() }
            while try query.next() { rows.append((query.int(0), query.optionalInt(1))) }
        }
        return rows
    }

    /// The row, or nil if it cannot be read or has changed.
    func line(_ number: Int) throws -> Line? {
        var line: Line?
        try Self.toleratingDamage {
            let query = try statements(
                "SELECT position, depth, envelope, proof, id FROM diff WHERE number = ?1"
            )
            query.bind(number, at: 1)
            line = try query.first { row in
                let diff = try VerifiedDiff(stored: row.bytes(2), proof: row.int(3))
                guard diff.id == (try row.digest(4)) else { throw DamagedRow("diff") }
                return Line(position: row.optionalInt(0), depth: row.int(1), diff: diff)
            }
        }
        return line
    }

    /// The positions that the index names for these rows, as far as it can be read.
    func positions(of numbers: Set<Int>) throws -> [Int] {
        if numbers.isEmpty { return [] }
        var positions: Set<Int> = []
        for sql in Self.scans {
            for row in try Self.tolerant(sql, statements) where numbers.contains(row.number) {
                if let position = row.position { positions.insert(position) }
            }
        }
        return positions.sorted()
    }

    /// Runs `body`; ends it where a damaged page or row is met.
    static func toleratingDamage(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as SQLiteError where error.code & 0xFF == SQLITE_CORRUPT {
            return
        } catch is DamagedRow {
            return
        }
    }
}
