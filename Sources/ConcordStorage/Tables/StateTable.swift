import ConcordEncoding
import ConcordModel

/// The table of one record kind, with a real column for each field and a table of its own for each set.
///
/// Made from `Schema`, the only definition of the kinds. `docs/replica-file.md` explains the tables to
/// people with a SQLite shell.
///
/// A class, as its columns are: they are looked up for each value that is written.
final class StateTable: Sendable {
    /// A field that is a column.
    final class Column: Sendable {
        let field: Field
        let name: String
        /// The type in a STRICT table.
        let type: String
        /// The statement that changes it.
        let update: String
        /// The statement that reads it, and whether there is a conflict over it.
        let textSelection: String
        /// Whether some role may propose to change it.
        let takesProposals: Bool

        init(_ field: Field, of kind: RecordKind, table: String) {
            self.field = field
            let name = StateTable.snakeCase(field.name)
            self.name = name
            type = field.type == .integer || field.type == .bool ? "INTEGER" : "TEXT"
            update = "UPDATE \"\(table)\" SET \"\(name)\" = ?2 WHERE record = ?1"
            textSelection = """
                SELECT "\(name)", EXISTS (SELECT 1 FROM conflict
                WHERE record = ?1 AND field = ?2 AND member = '')
                FROM "\(table)" WHERE record = ?1
                """
            takesProposals = kind.takesProposals(in: field)
        }
    }

    /// A field that is a set, in a table of its own.
    struct SetTable: Sendable {
        let field: Field
        let name: String
    }

    let kind: RecordKind
    let name: String
    let columns: [Column]
    /// The places of the columns in the order of keys in canonical JSON, which spares readers sorting.
    let readingOrder: [Int]
    let sets: [SetTable]
    private let columnsByField: [WireText: Int]
    private let setsByField: [WireText: Int]

    /// One for each kind of this version.
    static let all: [StateTable] = Schema.kinds.map { StateTable($0) }

    private static let byKind = Dictionary(uniqueKeysWithValues: all.map { ($0.kind.name, $0) })

    /// The table of a kind, or nil if this version does not know it.
    static func of(_ kind: RecordKind) -> StateTable? { byKind[kind.name] }

    init(_ kind: RecordKind) {
        self.kind = kind
        let name = Self.snakeCase(kind.name)
        self.name = name
        var columns: [Column] = []
        var sets: [SetTable] = []
        for field in kind.fields {
            if field.type == .members {
                sets.append(SetTable(field: field, name: "\(name)_\(Self.snakeCase(field.name))"))
            } else {
                columns.append(Column(field, of: kind, table: name))
            }
        }
        self.columns = columns
        self.sets = sets
        readingOrder = columns.indices.sorted {
            columns[$0].field.name < columns[$1].field.name
        }
        columnsByField = Dictionary(
            uniqueKeysWithValues: columns.enumerated().map { ($1.field.name, $0) }
        )
        setsByField = Dictionary(
            uniqueKeysWithValues: sets.enumerated().map { ($1.field.name, $0) }
        )
    }

    /// The place of a field among the columns, or nil if it is none.
    func column(of field: WireText) -> Int? { columnsByField[field] }

    /// The table of a field that is a set, or nil if it is none.
    func set(of field: WireText) -> SetTable? { setsByField[field].map { sets[$0] } }

    /// `draftNumber` as SQL writes it: `draft_number`.
    static func snakeCase(_ name: WireText) -> String {
        var snake: [UInt8] = []
        for byte in name.utf8 {
            if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") {
                snake.append(UInt8(ascii: "_"))
                snake.append(byte + 32)
            } else {
                snake.append(byte)
            }
        }
        return String(decoding: snake, as: UTF8.self)
    }
}

extension StateTable {
    /// The statements that make the table and those of its sets.
    var creation: String {
        let declared = columns.map { ", \"\($0.name)\" \($0.type)" }.joined()
        let table = """
            CREATE TABLE "\(name)" (record INTEGER PRIMARY KEY, id TEXT NOT NULL, \
            is_present INTEGER NOT NULL\(declared)) STRICT;

            """
        return sets.reduce(table) { sql, set in
            sql + """
                CREATE TABLE "\(set.name)" (record INTEGER NOT NULL, member TEXT NOT NULL, \
                value TEXT NOT NULL, PRIMARY KEY (record, member)) STRICT, WITHOUT ROWID;

                """
        }
    }

    /// The names of the table and those of its sets.
    var names: [String] { [name] + sets.map(\.name) }

    /// Adds a record with all its columns.
    var insertion: String {
        let names = columns.map { ", \"\($0.name)\"" }.joined()
        let places = columns.indices.map { ", ?\($0 + 4)" }.joined()
        return """
            INSERT INTO "\(name)" (record, id, is_present\(names)) VALUES (?1, ?2, ?3\(places))
            """
    }

    /// Reads a present record's columns, in order of ids.
    var selection: String {
        let names = columns.map { ", \"\($0.name)\"" }.joined()
        return "SELECT record, id\(names) FROM \"\(name)\" WHERE is_present ORDER BY id"
    }

    /// Reads one record's columns, if it is present.
    var selectionOfOne: String {
        let names = columns.map { ", \"\($0.name)\"" }.joined()
        return "SELECT record, id\(names) FROM \"\(name)\" WHERE record = ?1 AND is_present"
    }

    /// The fields of a row that one of these selections gives, without sets.
    func fields(_ row: Statement) throws -> [(WireText, JSON)] {
        try readingOrder.compactMap { place in
            try columns[place].value(row, place + 2).map { (columns[place].field.name, $0) }
        }
    }
}

extension StateTable.Column {
    /// Binds a shown value.
    func bind(_ value: JSON?, to statement: Statement, at index: Int) throws {
        switch value {
        case nil: statement.bindNull(at: index)
        case .string(let text) where field.type != .composite: statement.bind(text, at: index)
        case .integer(let number) where field.type == .integer:
            statement.bind(Int(number), at: index)
        case .bool(let flag) where field.type == .bool: statement.bind(flag, at: index)
        case let value?:
            // A value that its field does not take has no effect, unless the file says so.
            guard type == "TEXT" else { throw DamagedRow("value of a field") }
            statement.bindText(value.canonicalBytes, at: index)
        }
    }

    /// Reads a shown value.
    func value(_ statement: Statement, _ column: Int) throws -> JSON? {
        if statement.isNull(column) { return nil }
        switch field.type {
        case .integer: return .integer(Int64(try statement.wireInteger(column)))
        case .bool: return .bool(statement.bool(column))
        case .composite: return try StoredJSON.read(statement, column)
        case .string, .word, .text, .choice, .members, .unknown:
            return .string(statement.string(column))
        }
    }
}

/// Values in their canonical form.
enum StoredJSON {
    /// The value in a column, nil for NULL.
    static func read(_ statement: Statement, _ column: Int) throws -> JSON? {
        if statement.isNull(column) { return nil }
        if let plain = statement.withText(column, plainString) { return .string(plain) }
        return try parse(Array(statement.string(column).utf8))
    }

    /// Several values, one a line: each is read by itself, so that any number of them can be read.
    static func lines(_ values: [JSON]) -> [UInt8] {
        Array(values.map(\.canonicalBytes).joined(separator: [UInt8(ascii: "\n")]))
    }

    /// The values of a column, one a line.
    static func readLines(_ statement: Statement, _ column: Int) throws -> [JSON] {
        try statement.withText(column) { text in
            try text.split(separator: UInt8(ascii: "\n")).map { try parse(Array($0)) }
        }
    }

    /// The value that `bytes` hold.
    static func parse(_ bytes: [UInt8]) throws -> JSON {
        do {
            return try JSON(canonicalBytes: bytes, limits: .stored)
        } catch {
            throw DamagedRow("value (\(error.code.rawValue))")
        }
    }

    /// A string without escapes, which nearly every value is.
    private static func plainString(_ text: UnsafeBufferPointer<UInt8>) -> WireText? {
        guard text.count >= 2, text[0] == UInt8(ascii: "\""),
            !text.contains(UInt8(ascii: "\\"))
        else { return nil }
        return WireText(decoding: UnsafeBufferPointer(rebasing: text[1..<text.count - 1]))
    }
}

extension RecordKind {
    /// Whether what somebody with a part in the engagement writes there may be a proposal: since their role only
    /// proposes, or since the finding is confirmed or the answer accepted (`Protocol/merge.md`, "Rights").
    fileprivate func takesProposals(in field: Field) -> Bool {
        self == Schema.finding || self == Schema.criterion || self == Schema.action
            || Role.allCases.contains { Rights.right(of: $0, to: field.activity) == .proposal }
    }
}
