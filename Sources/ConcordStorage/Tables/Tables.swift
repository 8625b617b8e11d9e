import ConcordEncoding
import ConcordModel

/// The tables of a replica's file, as version 2 has them.
enum Tables {
    /// "Conc" in ASCII: how `file` and SQLite tell a replica from other databases.
    static let applicationID = 0x436F_6E63
    /// The version that this program writes; a file with a greater number is not opened.
    static let version = 2

    /// The change log: the only truth. All else can be made from it.
    static let log = """
        CREATE TABLE diff (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            branch INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            depth INTEGER NOT NULL,
            position INTEGER UNIQUE,
            is_control INTEGER NOT NULL,
            proof INTEGER NOT NULL,
            time TEXT NOT NULL,
            seen BLOB NOT NULL,
            envelope BLOB NOT NULL,
            UNIQUE (branch, seq)
        ) STRICT;

        """

    /// What is known of the server's log beside its diffs, which cannot be folded from them.
    static let serverLog = """
        CREATE TABLE server_log (
            number INTEGER PRIMARY KEY CHECK (number = 1),
            key TEXT NOT NULL,
            size INTEGER,
            root BLOB,
            note BLOB,
            is_named INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE contradiction (
            number INTEGER PRIMARY KEY,
            code TEXT NOT NULL,
            found TEXT NOT NULL,
            key TEXT NOT NULL,
            held BLOB NOT NULL,
            given BLOB NOT NULL,
            entries BLOB NOT NULL,
            UNIQUE (code, given)
        ) STRICT;

        """

    /// What the fold continues with, apart from the log.
    ///
    /// A record is looked up by its name for each operation: the index holds all of it, which spares a page
    /// of a large replica. It does not say that a name is unique; the fold looks before it makes a record.
    static let fold = """
        CREATE TABLE log_range (size INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
        CREATE TABLE seen_node (
            number INTEGER PRIMARY KEY,
            level INTEGER NOT NULL,
            parts BLOB NOT NULL -- 64 numbers at level 0, else 32 nodes
        ) STRICT;
        CREATE TABLE head (diff INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE branch (
            number INTEGER PRIMARY KEY,
            author TEXT NOT NULL,
            base_branch INTEGER,
            base_seq INTEGER,
            tip INTEGER NOT NULL,
            judged INTEGER NOT NULL,
            void_from INTEGER
        ) STRICT;
        CREATE TABLE record (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            owner INTEGER,
            first_add INTEGER,
            is_present INTEGER NOT NULL,
            has_removal INTEGER NOT NULL,
            may_wait INTEGER NOT NULL,
            merged_into INTEGER,
            takes_in INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX record_name ON record
            (id, kind, number, owner, first_add, is_present, has_removal, may_wait, merged_into,
            takes_in);
        CREATE INDEX record_owner ON record (owner) WHERE owner IS NOT NULL;
        CREATE INDEX record_ending ON record (number) WHERE has_removal OR may_wait;
        CREATE INDEX record_merged ON record (merged_into) WHERE merged_into IS NOT NULL;
        CREATE TABLE citation (
            id TEXT NOT NULL,
            record INTEGER NOT NULL,
            field TEXT NOT NULL,
            member TEXT NOT NULL,
            PRIMARY KEY (id, record, field, member)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE write (
            record INTEGER NOT NULL,
            field TEXT NOT NULL,
            member TEXT NOT NULL,
            standing INTEGER NOT NULL,
            diff INTEGER NOT NULL,
            branch INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            depth INTEGER NOT NULL,
            effect TEXT,
            rank INTEGER NOT NULL,
            ends INTEGER NOT NULL,
            over TEXT,
            value TEXT,
            admitted_by INTEGER,
            admitted_from TEXT,
            marks INTEGER NOT NULL,
            PRIMARY KEY (record, field, member, standing, diff)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX write_effect ON write (record, field, effect) WHERE effect IS NOT NULL;
        CREATE INDEX write_submission ON write (record)
            WHERE field = 'state' AND member = '' AND standing = 0 AND value = '"submitted"';
        CREATE INDEX write_confidentiality ON write (record)
            WHERE field = 'confidentiality' AND member = '' AND standing = 0;
        CREATE TABLE shared_cell (
            record INTEGER NOT NULL,
            field TEXT NOT NULL,
            member TEXT NOT NULL,
            PRIMARY KEY (record, field, member)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE conflict (
            record INTEGER NOT NULL,
            field TEXT NOT NULL,
            member TEXT NOT NULL,
            kind TEXT NOT NULL,
            shown TEXT,
            candidates TEXT NOT NULL, -- one a line
            PRIMARY KEY (record, field, member)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE open_pair (
            record INTEGER NOT NULL,
            field TEXT NOT NULL,
            first INTEGER NOT NULL,
            second INTEGER NOT NULL,
            PRIMARY KEY (record, field, first, second)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE unknown_value (
            record INTEGER NOT NULL,
            field TEXT NOT NULL,
            member TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (record, field, member)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE change (
            number INTEGER PRIMARY KEY,
            name INTEGER NOT NULL, -- random
            records TEXT -- their numbers, with commas; null for very many
        ) STRICT;
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        """

    /// The tables of record kinds and their sets, and what finds records in them.
    static let state = StateTable.all.map(\.creation).joined() + lookup

    /// What a command finds its records by, however many there are: the end of an id, the numbers of
    /// findings, their states, the standards that they cite.
    ///
    /// A draft number is found by its letters before the first hyphen and the number after it.
    private static let lookup = """
        CREATE INDEX record_handle ON record (kind, substr(id, -6));
        CREATE INDEX finding_draft ON finding
            (\(DraftNumberColumns.letter) COLLATE NOCASE, \(DraftNumberColumns.number));
        CREATE INDEX finding_number ON finding (number COLLATE NOCASE) WHERE number IS NOT NULL;
        CREATE INDEX finding_nc_number ON finding (nc_number COLLATE NOCASE)
            WHERE nc_number IS NOT NULL;
        CREATE INDEX finding_state ON finding (is_present, state);
        CREATE INDEX criterion_standard ON criterion (standard);

        """

    /// The merge rule of every field: by it the fold's rows hold values or splices.
    static let rules = Schema.kinds.map { kind in
        "\(kind.name): " + kind.fields.map { "\($0.name) \($0.rule.name)" }.joined(separator: ", ")
    }
    .joined(separator: "\n")

    /// The number of the rules by which verdicts, survival and what shows are made. Raise it by one with every
    /// change of the result of folding the same log: of `Protocol/merge.md`, `Protocol/membership.md`, rights
    /// or life cycles, and of a fault in following them. Neither the tables nor the fields' rules show that.
    static let verdictRules = 9

    /// What names the tables of fold and state of this version, and the rules by which they were
    /// made; a file made with others is rebuilt.
    static let stateFingerprint = fingerprint(ofVerdictRules: verdictRules)

    static func fingerprint(ofVerdictRules number: Int) -> String {
        SHA256Digest(hashing: Array("\(fold)\(state)\(rules)\n\(number)".utf8)).hex
    }

    /// Makes all tables in an empty file.
    static func create(in statements: StatementCache) throws {
        try statements.execute(log + serverLog + fold + state)
        try statements.execute(
            "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)"
        )
    }

    /// Where the log waits while it is rebuilt.
    static let oldLog = "old_diff"

    /// What is no part of what can be made from the log, as SQL lists it.
    private static let kept = ([oldLog] + ServerLogTables.names).map { "'\($0)'" }
        .joined(separator: ", ")

    /// Drops everything that can be made from the log; what was there of record kinds is known by
    /// looking, since another version may have made other tables.
    static func dropFold(in statements: StatementCache) throws {
        // Triggers and views are no part of a replica, and would be run by what follows.
        for type in ["trigger", "view", "table"] {
            let names = try Statement(
                """
                SELECT name FROM sqlite_schema WHERE type = '\(type)' AND name NOT IN (\(kept))
                AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
                """,
                on: statements.connection
            ).rows { $0.string(0).string.split(separator: "\"", omittingEmptySubsequences: false) }
            for name in names {
                try statements.execute("DROP \(type) \"\(name.joined(separator: "\"\""))\"")
            }
        }
    }
}

/// The parts of a finding's draft number, as SQL reads them from a column: `B-` and 7 of `B-07`.
enum DraftNumberColumns {
    /// All up to the first hyphen.
    static let letter = letter(of: "draft_number")
    /// The number after it.
    static let number = number(of: "draft_number")

    /// All up to the first hyphen of a text.
    static func letter(of text: String) -> String { "substr(\(text), 1, instr(\(text), '-'))" }

    /// The number after the first hyphen of a text; 0 if there is none.
    static func number(of text: String) -> String {
        "CAST(substr(\(text), instr(\(text), '-') + 1) AS INTEGER)"
    }
}
