import ConcordEncoding

/// Whether a file holds the tables of this version and nothing else.
///
/// Whoever hands a replica on may have put a trigger or a view into it, which SQLite would run with every save: a save
/// that says so would have saved nothing. And of a table that is missing nobody should hear as of a failing disk.
enum SchemaCheck {
    /// What the file's schema must hold, by statement.
    private static let wanted = Set(
        (Tables.log + Tables.serverLog + Tables.fold + Tables.state).split(separator: ";\n").map {
            statement in
            String(statement.drop(while: \.isWhitespace))
        }.filter { !$0.isEmpty }
    )

    /// - Throws: `DamagedRow` with the name of what is missing, or should not be there.
    static func require(in statements: StatementCache) throws {
        var missing = wanted
        let rows = try statements(
            """
            SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'
            """
        ).rows { ($0.string(0), $0.string(1), $0.string(2).string) }
        for (type, name, sql) in rows where missing.remove(sql) == nil {
            throw DamagedRow("\(type) \(name), which is not part of a replica")
        }
        if let statement = missing.min() {
            throw DamagedRow("table or index that is missing: \(statement.prefix(60))")
        }
    }
}
