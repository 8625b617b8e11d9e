/// The steps from each older version of the file to the next.
///
/// A step changes what cannot be rebuilt: the change log. Everything else is folded from it after
/// the last step, so it needs no migration. A fixture of every version is opened by a test.
enum Migrations {
    /// The step from version `index + 1` to the next.
    static let steps: [@Sendable (StatementCache) throws -> Void] = [
        // What is known of the server's log beside its diffs.
        { try $0.execute(Tables.serverLog) }
    ]

    /// Brings a file of an older version to this one, within a transaction.
    static func run(from version: Int, in statements: StatementCache) throws {
        precondition(steps.count == Tables.version - 1, "one step for each version")
        for step in steps.dropFirst(version - 1) { try step(statements) }
        try statements.execute("PRAGMA user_version = \(Tables.version)")
    }
}
