import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Foundation
import GRDB
import Testing

@testable import ConcordStorage

/// A row that holds what was never written, as a failing disk or another program leaves it: whoever opens
/// the file is told, and nothing ends the program.
@Suite struct DamagedRowTests {
    private let work: RandomWork
    private let device: Device
    /// What came meanwhile, for the damaged file to take in.
    private let news: [LogItem]
    private let position: Int

    init() throws {
        var work = RandomWork(seed: 20_261, try Team())
        for _ in 0..<90 { try work.step() }
        device = work.team.devices[1]
        try work.team.sync(device)
        for _ in 0..<6 { try work.save(on: device) }
        position = work.team.log.count
        for other in [work.team.devices[0], work.team.devices[2]] {
            try work.team.sync(other)
            for _ in 0..<4 { try work.save(on: other) }
            try work.team.sync(other)
        }
        news = try work.team.log[position...].map { .new(try verified($0)) }
        self.work = work
        try device.store.close()
    }

    @Test func noValueEndsTheProgram() throws {
        let folder = try TemporaryFolder()
        var told = 0
        for number in 0..<Size.count(60, inFull: 180) {
            let seed = UInt64(number)
            let path = folder.file("\(seed).concord")
            try FileManager.default.copyItem(atPath: device.path, toPath: path)
            let damage = try damage(path, seed: seed)
            do {
                try use(path, seed: seed)
            } catch let failure as StorageFailure {
                told += 1
                #expect(failure.code == .corrupted, "seed \(seed), \(damage): \(failure)")
            } catch is EditError {
            } catch is DiffError {
            }
        }
        #expect(told > 8)
    }

    /// Everything that reads a file, and everything that goes on from it.
    private func use(_ path: String, seed: UInt64) throws {
        let store = try ReplicaStore.open(at: path, verifier: HashVerifier())
        defer { try? store.close() }
        var copy = work
        copy.dice = SeededGenerator(seed: seed)
        let user = device
        user.store = store
        var failure: (any Error)?
        // One of them fails: the others are still tried.
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch { failure = failure ?? error }
        }
        attempt {
            try store.read { reader in
                _ = (try reader.digest(), try reader.conflicts(), try reader.voids())
                for record in ["f1", "f2"] {
                    for path in try reader.paths(kind: "finding", id: WireText(record)) {
                        _ = try reader.history(of: path)
                    }
                }
            }
        }
        for _ in 0..<4 { attempt { try copy.save(on: user) } }
        attempt { try user.set("/finding/f1/unit", "HR") }
        attempt { _ = try store.takeIn(log: news, from: position) }
        for _ in 0..<2 { attempt { try copy.save(on: user) } }
        attempt { _ = try store.checkState() }
        if let failure { throw failure }
    }

    /// Puts a value into a row of one of the tables that are made from the log; says what.
    private func damage(_ path: String, seed: UInt64) throws -> String {
        var dice = SeededGenerator(seed: seed)
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.write { db in
            let tables = try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                    AND name != 'meta'
                    """
            )
            // Half of all in the writes, from which everything else follows.
            let table = dice.below(2) == 0 ? "write" : tables[dice.below(tables.count)]
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\"")
            guard !rows.isEmpty else { return "nothing" }
            let row = rows[dice.below(rows.count)]
            let columns = Array(row.columnNames)
            let column = dice.below(columns.count)
            let value = Self.value(instead: row[column], dice: &dice)
            let here = columns.map { "\"\($0)\" IS ?" }.joined(separator: " AND ")
            let change =
                "UPDATE OR IGNORE \"\(table)\" SET \"\(columns[column])\" = ? WHERE \(here)"
            // What a table cannot hold stays out of it.
            try? db.execute(
                sql: change,
                arguments: StatementArguments([value] + row.databaseValues)
            )
            return "\(table).\(columns[column]) = \(value)"
        }
    }

    private static func value(
        instead old: DatabaseValue,
        dice: inout SeededGenerator
    ) -> DatabaseValue {
        switch old.storage {
        case .int64(let number):
            let edges = [
                0, 1, -1, 2, number &+ 1, number &- 1, 1 << 31, 1 << 40, 1 << 62, .max, .min,
            ]
            return edges[dice.below(edges.count)].databaseValue
        case .string(let text):
            let texts = [
                "", "x", "1:1", "99:5", "0:99999999999999999999", ":", "null", "[]", "{}",
                #"[[0,0,""]]"#, #"[[99999,5,"x"]]"#, #"[[0,99999,"x"]]"#, #"[[-1,5,"x"]]"#,
                #"[[9007199254740991,9007199254740991,"x"]]"#, #"[[0,1,""]]"#, #""text""#,
                text + text, String(text.dropLast()), text.replacingOccurrences(of: "1", with: "7"),
                text.replacingOccurrences(of: "0", with: "999999"),
            ]
            return texts[dice.below(texts.count)].databaseValue
        case .blob(let bytes):
            let blobs = [
                Data(), bytes.dropLast(), bytes + bytes, Data(bytes.map { $0 ^ 0x55 }),
                Data(repeating: 0xFF, count: bytes.count),
            ]
            return Data(blobs[dice.below(blobs.count)]).databaseValue
        default:
            return [0.databaseValue, "x".databaseValue, Int64.max.databaseValue][dice.below(3)]
        }
    }
}
