import ConcordEncoding
import GRDBSQLite

/// A prepared statement, run through SQLite's C interface.
///
/// Wrappers cost time: receiving diffs through GRDB's statements is half as fast. It lives no longer
/// than the connection's owner and is used only on the queue of its connection.
final class Statement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    /// The bytes that each parameter is bound to. SQLite would make a copy of its own each time.
    private var bound: [UnsafeMutableRawBufferPointer]

    /// Prepares one statement, for many runs.
    init(_ sql: String, on connection: OpaquePointer) throws {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(
            connection,
            sql,
            -1,
            UInt32(SQLITE_PREPARE_PERSISTENT),
            &handle,
            nil
        )
        guard code == SQLITE_OK, let handle else { throw SQLiteError(connection, code: code) }
        self.handle = handle
        self.connection = connection
        bound = Array(
            repeating: UnsafeMutableRawBufferPointer(start: nil, count: 0),
            count: Int(sqlite3_bind_parameter_count(handle)) + 1
        )
    }

    deinit {
        sqlite3_finalize(handle)
        for bytes in bound { bytes.deallocate() }
    }

    // MARK: Running.

    /// Steps to the next row; false, and ready for the next run, after the last one.
    func next() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        defer { sqlite3_reset(handle) }
        guard code == SQLITE_DONE else {
            throw SQLiteError(connection, code: sqlite3_extended_errcode(connection))
        }
        return false
    }

    /// Runs a statement that gives no rows.
    func run() throws {
        let hasRow = try next()
        precondition(!hasRow, "a statement that gives no rows gave one")
    }

    /// Leaves the rest of the rows and gets ready for the next run.
    func reset() { sqlite3_reset(handle) }

    /// The values that `read` returns for the rows.
    func rows<Row>(_ read: (Statement) throws -> Row) throws -> [Row] {
        defer { reset() }
        var rows: [Row] = []
        while try next() { rows.append(try read(self)) }
        return rows
    }

    /// The value that `read` returns for the first row, if there is one.
    func first<Row>(_ read: (Statement) throws -> Row) throws -> Row? {
        defer { reset() }
        return try next() ? try read(self) : nil
    }

    /// How many steps of SQLite's own machine all runs have taken: what they cost, the same on every machine.
    var machineSteps: Int { Int(sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_VM_STEP, 0)) }

    // MARK: Parameters, counted from 1.

    func bind(_ value: Int, at index: Int) {
        sqlite3_bind_int64(handle, Int32(truncatingIfNeeded: index), Int64(value))
    }

    func bind(_ value: Int?, at index: Int) {
        guard let value else { return bindNull(at: index) }
        bind(value, at: index)
    }

    func bind(_ value: Bool, at index: Int) { bind(value ? 1 : 0, at: index) }

    func bind(_ value: String, at index: Int) {
        var value = value
        value.withUTF8 { bindText($0, at: index) }
    }

    func bind(_ value: String?, at index: Int) {
        guard let value else { return bindNull(at: index) }
        bind(value, at: index)
    }

    func bind(_ value: WireText, at index: Int) {
        value.withUTF8 { bindText($0, at: index) }
    }

    func bind(_ value: WireText?, at index: Int) {
        guard let value else { return bindNull(at: index) }
        bind(value, at: index)
    }

    /// Binds UTF-8.
    func bindText(_ utf8: UnsafeBufferPointer<UInt8>, at index: Int) {
        let bytes = copy(UnsafeRawBufferPointer(utf8), of: index)
        sqlite3_bind_text(
            handle,
            Int32(truncatingIfNeeded: index),
            bytes.assumingMemoryBound(to: CChar.self),
            Int32(truncatingIfNeeded: utf8.count),
            nil
        )
    }

    /// Keeps the bytes that a parameter is bound to, which must stay where they are until the next ones.
    private func copy(_ bytes: UnsafeRawBufferPointer, of index: Int) -> UnsafeMutableRawPointer {
        var room = bound[index]
        if room.count < bytes.count || room.baseAddress == nil {
            room.deallocate()
            room = .allocate(byteCount: max(32, bytes.count + bytes.count / 2), alignment: 8)
            bound[index] = room
        }
        room.copyMemory(from: bytes)
        guard let start = room.baseAddress else { preconditionFailure("memory was allocated") }
        return start
    }

    /// Binds UTF-8 as a text.
    func bindText(_ utf8: [UInt8], at index: Int) {
        utf8.withUnsafeBufferPointer { bindText($0, at: index) }
    }

    func bind(_ bytes: [UInt8], at index: Int) {
        bytes.withUnsafeBytes { bind($0, at: index) }
    }

    func bind(_ digest: SHA256Digest, at index: Int) {
        digest.withUnsafeBytes { bind($0, at: index) }
    }

    private func bind(_ bytes: UnsafeRawBufferPointer, at index: Int) {
        sqlite3_bind_blob(
            handle,
            Int32(truncatingIfNeeded: index),
            copy(bytes, of: index),
            Int32(truncatingIfNeeded: bytes.count),
            nil
        )
    }

    func bindNull(at index: Int) {
        sqlite3_bind_null(handle, Int32(truncatingIfNeeded: index))
    }

    // MARK: Columns, counted from 0.

    func int(_ column: Int) -> Int {
        Int(sqlite3_column_int64(handle, Int32(truncatingIfNeeded: column)))
    }

    func bool(_ column: Int) -> Bool { int(column) != 0 }

    func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(handle, Int32(truncatingIfNeeded: column)) == SQLITE_NULL
    }

    func optionalInt(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }

    /// A number that counts something: with it may be reckoned, whatever a damaged row holds.
    func number(_ column: Int) throws -> Int {
        let number = int(column)
        guard (0..<Self.numbersEnd).contains(number) else { throw DamagedRow("number") }
        return number
    }

    /// An integer that a diff may hold: it is written out again.
    func wireInteger(_ column: Int) throws -> Int {
        let number = int(column)
        guard (-Self.numbersEnd + 1..<Self.numbersEnd).contains(number) else {
            throw DamagedRow("number")
        }
        return number
    }

    func optionalNumber(_ column: Int) throws -> Int? {
        isNull(column) ? nil : try number(column)
    }

    /// No replica comes so far in counting.
    private static let numbersEnd = 1 << 53

    func string(_ column: Int) -> WireText {
        withText(column) { WireText(decoding: $0) }
    }

    func optionalString(_ column: Int) -> WireText? { isNull(column) ? nil : string(column) }

    /// The text's UTF-8 for as long as the call lasts.
    func withText<Result>(
        _ column: Int,
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        let column = Int32(truncatingIfNeeded: column)
        let start = sqlite3_column_text(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return try body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    func bytes(_ column: Int) -> [UInt8] {
        let column = Int32(truncatingIfNeeded: column)
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    func digest(_ column: Int) throws -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: bytes(column)) else { throw DamagedRow("digest") }
        return digest
    }
}

/// A stored value that Concord cannot have written.
struct DamagedRow: Error, CustomStringConvertible {
    let what: String

    init(_ what: String) { self.what = what }

    var description: String { "a stored \(what) is damaged" }
}

/// A connection's statements that are made when they are first used.
final class StatementCache {
    let connection: OpaquePointer
    private var prepared: [String: Statement] = [:]

    init(_ connection: OpaquePointer) { self.connection = connection }

    /// The statement, which nobody else is stepping through.
    func callAsFunction(_ sql: String) throws -> Statement {
        if let statement = prepared[sql] { return statement }
        let statement = try Statement(sql, on: connection)
        prepared[sql] = statement
        return statement
    }

    /// Runs statements that give no rows and take no parameters, separated by semicolons.
    func execute(_ sql: String) throws {
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(connection, code: code) }
    }

    /// Runs `body` in a transaction that waits for other writers first: committed if `body` returns,
    /// rolled back if it throws.
    ///
    /// GRDB's own would make SQLite compile every prepared statement again, since it sets an authorizer
    /// for each statement that it compiles.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try self("BEGIN IMMEDIATE").run()
        do {
            let result = try body()
            try self("COMMIT").run()
            return result
        } catch {
            // After some errors, such as a full disk, SQLite has rolled back already.
            if sqlite3_get_autocommit(connection) == 0 { try self("ROLLBACK").run() }
            throw error
        }
    }

    /// How many steps of SQLite's own machine the statements have taken.
    var machineSteps: Int { prepared.values.reduce(0) { $0 + $1.machineSteps } }

    /// The number of rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes(connection)) }
}
