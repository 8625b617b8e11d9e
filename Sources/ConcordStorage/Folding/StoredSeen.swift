import ConcordMerge
import ConcordText

/// The trees of what diffs had seen, as a replica's file holds them: each node once, however many diffs share
/// it.
struct StoredSeen {
    private let statements: StatementCache
    private var trees: [Int: SeenTree] = [:]
    /// The numbers of the nodes that are stored; all of them are held in `trees`.
    private var numbers: [ObjectIdentifier: Int] = [:]
    private var next: Int?

    init(_ statements: StatementCache) { self.statements = statements }

    /// What the column of a diff holds.
    mutating func vector(_ bytes: [UInt8]) throws -> SeenVector {
        try SeenVector(storedBytes: bytes) { try tree($0) }
    }

    /// What goes into the column of a diff; nodes that are new are stored.
    mutating func bytes(of seen: SeenVector) throws -> [UInt8] {
        seen.storedBytes(furtherAt: try seen.further.map { try number(of: $0) })
    }

    /// Forgets what is in memory, keeping that bounded.
    mutating func forget() {
        trees.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
    }

    private mutating func tree(_ number: Int, below level: Int = .max) throws -> SeenTree {
        if let tree = trees[number] { return tree }
        let query = try statements("SELECT level, parts FROM seen_node WHERE number = ?1")
        query.bind(number, at: 1)
        let row = try query.first { (level: try $0.number(0), parts: $0.bytes(1)) }
        // A node below another is of a lower level, whatever a damaged row says: so this comes to an end.
        guard let row, row.level < level else { throw DamagedRow("seen") }
        var seqs: [Int32] = []
        var below: [Int] = []
        StoredNumbers.read(row.parts) { part in
            if row.level == 0 {
                seqs.append(Int32(truncatingIfNeeded: part))
            } else {
                below.append(Int(truncatingIfNeeded: part))
            }
        }
        var children: [SeenTree?] = []
        for child in below {
            children.append(child == 0 ? nil : try tree(child, below: row.level))
        }
        guard let tree = SeenTree(level: row.level, seqs: seqs, children: children) else {
            throw DamagedRow("seen")
        }
        keep(tree, as: number)
        return tree
    }

    private mutating func number(of tree: SeenTree) throws -> Int {
        if let number = numbers[ObjectIdentifier(tree)] { return number }
        var parts = tree.seqs.map { UInt64(UInt32(bitPattern: $0)) }
        for child in tree.children {
            parts.append(UInt64(try child.map { try self.number(of: $0) } ?? 0))
        }
        let number = try next ?? greatest() + 1
        next = number + 1
        let insert = try statements(
            "INSERT INTO seen_node (number, level, parts) VALUES (?1, ?2, ?3)"
        )
        insert.bind(number, at: 1)
        insert.bind(tree.level, at: 2)
        insert.bind(StoredNumbers.bytes(parts), at: 3)
        try insert.run()
        keep(tree, as: number)
        return number
    }

    private func greatest() throws -> Int {
        try statements("SELECT max(number) FROM seen_node").first { try $0.optionalNumber(0) ?? 0 }
            ?? 0
    }

    private mutating func keep(_ tree: SeenTree, as number: Int) {
        trees[number] = tree
        numbers[ObjectIdentifier(tree)] = number
    }
}
