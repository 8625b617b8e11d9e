import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordText

/// Where the fold continues, with the newest diffs: the beginning of a write transaction.
///
/// It is kept in memory from one transaction to the next, and read again if another process has
/// written in between.
struct FoldStart {
    /// Where the fold continues.
    var fold = Fold.Start()
    /// The diffs that no diff here has seen.
    var heads: Set<Int> = []
    /// The server's log as a tree, as far as it is here.
    var logRange = CompactRange()

    private static let logged = "ledger_logged"
    private static let withPending = "ledger"
    private static let logSize = "log_size"
    private static let logHashes = "log_hashes"
    private static let delicate = "pending_is_delicate"
    private static let fingerprint = "state_fingerprint"
    /// There while the file may still hold contents that were ordered to be destroyed.
    static let remains = "remains"

    init() {}

    /// Reads what was stored last.
    init(_ statements: StatementCache) throws {
        heads = Set(try statements("SELECT diff FROM head").rows { try $0.number(0) })
        fold.branches = try Self.branches(statements)
        fold.nextDiff = try Self.next("SELECT max(number) FROM diff", statements)
        fold.nextRecord = try Self.next("SELECT max(number) FROM record", statements)
        for (key, value) in try Self.meta(statements) {
            switch key {
            case Self.logged: fold.loggedLedger = try Self.ledger(value)
            case Self.withPending: fold.ledger = try Self.ledger(value)
            case Self.logSize: fold.logSize = try Self.logSize(value)
            case Self.delicate: fold.pendingIsDelicate = value == "1"
            default: break
            }
        }
        logRange = try Self.logRange(statements)
    }

    /// Stores what differs from what was stored last.
    func store(after old: FoldStart, in statements: StatementCache) throws {
        try storeHeads(after: old, in: statements)
        try storeBranches(after: old, in: statements)
        try storeMeta(after: old, in: statements)
    }

    private func storeMeta(after old: FoldStart?, in statements: StatementCache) throws {
        if fold.loggedLedger != old?.fold.loggedLedger {
            let text = fold.loggedLedger.json.canonicalText
            try Self.setMeta(Self.logged, text, statements)
        }
        if fold.ledger != old?.fold.ledger {
            try Self.setMeta(Self.withPending, fold.ledger.json.canonicalText, statements)
        }
        if fold.logSize != old?.fold.logSize {
            try Self.setMeta(Self.logSize, String(fold.logSize), statements)
        }
        if logRange != old?.logRange {
            try Self.setMeta(Self.logHashes, Base64URL.encode(logRange.bytes), statements)
        }
        if fold.pendingIsDelicate != old?.fold.pendingIsDelicate {
            try Self.setMeta(Self.delicate, fold.pendingIsDelicate ? "1" : "0", statements)
        }
    }

    private func storeHeads(after old: FoldStart, in statements: StatementCache) throws {
        if heads == old.heads { return }
        let delete = try statements("DELETE FROM head WHERE diff = ?1")
        for head in old.heads.subtracting(heads) {
            delete.bind(head, at: 1)
            try delete.run()
        }
        let insert = try statements("INSERT INTO head (diff) VALUES (?1)")
        for head in heads.subtracting(old.heads) {
            insert.bind(head, at: 1)
            try insert.run()
        }
    }

    private func storeBranches(after old: FoldStart, in statements: StatementCache) throws {
        let insert = try statements(
            """
            INSERT OR REPLACE INTO branch
            (number, author, base_branch, base_seq, tip, judged, void_from)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """
        )
        for (number, branch) in fold.branches.all.enumerated() {
            if number < old.fold.branches.all.count, old.fold.branches[number] == branch {
                continue
            }
            insert.bind(number, at: 1)
            insert.bind(branch.author.text, at: 2)
            insert.bind(branch.base?.branch, at: 3)
            insert.bind(branch.base?.seq, at: 4)
            insert.bind(branch.tip, at: 5)
            insert.bind(branch.judged, at: 6)
            insert.bind(branch.voidFrom, at: 7)
            try insert.run()
        }
    }

    // MARK: Parts.

    /// Whether the state tables are those of this version.
    static func hasCurrentTables(_ statements: StatementCache) throws -> Bool {
        try meta(statements)[fingerprint] == Tables.stateFingerprint
    }

    /// Notes that nothing is folded yet, into state tables of this version.
    static func begin(in statements: StatementCache) throws {
        try FoldStart().storeMeta(after: nil, in: statements)
        try setMeta(fingerprint, Tables.stateFingerprint, statements)
    }

    /// Membership, seals and orders, with what is pending.
    static func ledger(_ statements: StatementCache) throws -> Ledger {
        try meta(statements)[withPending].map(ledger) ?? Ledger()
    }

    /// How many diffs have a place in the log.
    static func logSize(_ statements: StatementCache) throws -> Int {
        try meta(statements)[logSize].map(logSize) ?? 0
    }

    /// The server's log as a tree, as far as it is here.
    static func logRange(_ statements: StatementCache) throws -> CompactRange {
        let meta = try meta(statements)
        let size = try meta[logSize].map(logSize) ?? 0
        guard let bytes = Base64URL.decode(meta[logHashes] ?? ""),
            let range = CompactRange(size: size, bytes: bytes)
        else { throw DamagedRow("tree of the log") }
        return range
    }

    private static func logSize(_ text: String) throws -> Int {
        guard let size = Int(text), size >= 0, size < .max / 2 else { throw DamagedRow("log size") }
        return size
    }

    /// Notes that contents were destroyed in the tables, and may remain in free pages and the journal.
    static func noteRemains(_ statements: StatementCache) throws {
        try setMeta(remains, "1", statements)
    }

    /// Whether contents may remain that were ordered to be destroyed.
    static func hasRemains(_ statements: StatementCache) throws -> Bool {
        try meta(statements)[remains] != nil
    }

    private static func meta(_ statements: StatementCache) throws -> [String: String] {
        Dictionary(
            try statements("SELECT key, value FROM meta").rows { row in
                (row.string(0).string, row.string(1).string)
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private static func setMeta(_ key: String, _ value: String, _ statements: StatementCache) throws
    {
        let insert = try statements("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")
        insert.bind(key, at: 1)
        insert.bind(value, at: 2)
        try insert.run()
    }

    private static func next(_ sql: String, _ statements: StatementCache) throws -> Int {
        try (statements(sql).first { try $0.optionalNumber(0) ?? 0 } ?? 0) + 1
    }

    private static func ledger(_ text: String) throws -> Ledger {
        guard let ledger = Ledger(try StoredJSON.parse(Array(text.utf8))) else {
            throw DamagedRow("ledger")
        }
        return ledger
    }

    private static func branch(_ row: Statement) throws -> Branch {
        guard let author = Author(row.string(0)) else { throw DamagedRow("author") }
        var base: BranchSeq?
        if let number = try row.optionalNumber(1) {
            base = BranchSeq(branch: number, seq: try row.number(2))
        }
        var branch = Branch(author: author, base: base)
        branch.tip = try row.number(3)
        branch.judged = try row.number(4)
        branch.voidFrom = try row.optionalNumber(5)
        return branch
    }

    /// The branches by number, for readers.
    static func branches(_ statements: StatementCache) throws -> Branches {
        let branches = try statements(
            """
            SELECT author, base_branch, base_seq, tip, judged, void_from FROM branch
            ORDER BY number
            """
        ).rows(branch)
        // Each grows from an earlier one: so following them comes to an end.
        for (number, branch) in branches.enumerated() {
            guard branch.tip > branch.baseSeq, branch.tip < Int32.max, branch.judged <= branch.tip,
                branch.base.map({ $0.branch < number && $0.seq <= branches[$0.branch].tip }) ?? true
            else { throw DamagedRow("branch") }
        }
        return Branches(branches)
    }
}

extension Branches {
    /// Whose a branch is whose number was read from the file.
    func author(of number: Int) throws -> Author {
        guard all.indices.contains(number) else { throw DamagedRow("branch number") }
        return self[number].author
    }

    /// A place that was read from the file, if a diff can have it.
    func place(_ place: BranchSeq) throws -> BranchSeq {
        guard all.indices.contains(place.branch), place.seq > 0, place.seq <= all[place.branch].tip
        else { throw DamagedRow("place") }
        return place
    }
}
