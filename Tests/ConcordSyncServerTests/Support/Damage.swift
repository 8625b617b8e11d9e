import GRDB

/// Damage to a database, as a failing disk or a hand in it would do.
enum Damage {
    static func change(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
