import ConcordDiff
import ConcordEncoding

/// The server's log as a tree, as far as it is here: grows with the log, in the same transaction.
///
/// The compact range says the root over what is here. A range at every 256th entry lets the root of any smaller size
/// be computed from few entries, to compare it with what others say of the log.
struct LogTree {
    /// The entries between two ranges that are kept.
    static let step = 256

    private let statements: StatementCache
    /// The range that was asked for last.
    private var last = CompactRange()

    init(_ statements: StatementCache) { self.statements = statements }

    /// Takes in the next entries, and keeps a range at every 256th.
    func grow(_ range: inout CompactRange, by leaves: [SHA256Digest]) throws {
        let insert = try statements("INSERT INTO log_range (size, hashes) VALUES (?1, ?2)")
        for leaf in leaves {
            range.append(leaf)
            guard range.size.isMultiple(of: Self.step) else { continue }
            insert.bind(range.size, at: 1)
            insert.bind(range.bytes, at: 2)
            try insert.run()
        }
    }

    /// The range over the first `size` entries, which are here. Sizes that ascend are cheapest: each goes on from the
    /// one before.
    mutating func range(of size: Int) throws -> CompactRange {
        let start = size / Self.step * Self.step
        var range = last
        if !(start...size).contains(range.size) { range = try Self.kept(at: start, in: statements) }
        let query = try statements(
            "SELECT envelope FROM diff WHERE position >= ?1 AND position < ?2 ORDER BY position"
        )
        query.bind(range.size, at: 1)
        query.bind(size, at: 2)
        for envelope in try query.rows({ $0.bytes(0) }) {
            range.append(MerkleTree.leafHash(try Self.leaf(envelope)))
        }
        guard range.size == size else { throw DamagedRow("log") }
        last = range
        return range
    }

    /// The range that is kept at a multiple of 256 entries.
    static func kept(at size: Int, in statements: StatementCache) throws -> CompactRange {
        if size == 0 { return CompactRange() }
        let query = try statements("SELECT hashes FROM log_range WHERE size = ?1")
        query.bind(size, at: 1)
        guard let hashes = try query.first({ $0.bytes(0) }),
            let range = CompactRange(size: size, bytes: hashes)
        else { throw DamagedRow("range of the log") }
        return range
    }

    /// What stands for a stored diff in the tree.
    static func leaf(_ envelope: [UInt8]) throws -> [UInt8] {
        do throws(DiffError) {
            return try UnverifiedDiff(envelope: envelope, mayBeErased: true).leaf
        } catch {
            throw DamagedRow("diff (\(error))")
        }
    }
}
