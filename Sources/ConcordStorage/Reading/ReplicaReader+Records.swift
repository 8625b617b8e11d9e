package import ConcordDiff
package import ConcordEncoding
package import ConcordMerge
import ConcordModel

// Single records, and what finds them: each costs the same however many records there are.

extension ReplicaReader {
    /// The fields of a present record; nil where there is none.
    package func fields(kind: WireText, id: WireText) throws -> JSONObject? {
        let query = try statements(
            "SELECT number FROM record WHERE id = ?1 AND kind = ?2 AND is_present"
        )
        query.bind(id, at: 1)
        query.bind(kind, at: 2)
        guard let number = try query.first({ try $0.number(0) }) else { return nil }
        return try fields(kind: kind, number: number)
    }

    /// The present records of a kind that belong to a record, by their ids.
    package func records(
        kind: WireText,
        ownedBy owner: CellPath
    ) throws -> [(id: WireText, fields: JSONObject)] {
        let query = try statements(
            """
            SELECT p.number, p.id FROM record r CROSS JOIN record p INDEXED BY record_owner
            WHERE r.id = ?1 AND r.kind = ?2 AND p.owner = r.number AND p.owner IS NOT NULL
            AND p.kind = ?3 AND p.is_present
            """
        )
        query.bind(owner.record, at: 1)
        query.bind(owner.kind, at: 2)
        query.bind(kind, at: 3)
        return try query.rows { (try $0.number(0), $0.string(1)) }.compactMap { number, id in
            try fields(kind: kind, number: number).map { (id, $0) }
        }
    }

    private func fields(kind: WireText, number: Int) throws -> JSONObject? {
        let unknown = try unknownFields(of: number)[number]
        guard let table = Schema.kind(kind).flatMap(StateTable.of) else { return unknown ?? [:] }
        let query = try statements(table.selectionOfOne)
        query.bind(number, at: 1)
        guard var fields = try query.first(table.fields) else { return nil }
        for set in table.sets {
            let query = try statements(
                "SELECT member, value FROM \"\(set.name)\" WHERE record = ?1"
            )
            query.bind(number, at: 1)
            let members = try query.rows { row in
                try StoredJSON.read(row, 1).map { (row.string(0), $0) }
            }.compactMap(\.self)
            if members.isEmpty { continue }
            fields.append((set.field.name, .object(JSONObject(uniqueKeysWithValues: members))))
        }
        if let unknown { fields += unknown.map { ($0.key, $0.value) } }
        return JSONObject(uniqueKeysWithValues: fields)
    }

    // MARK: Names.

    /// The present records of a kind whose ids end so; six characters, as lists show them.
    package func ids(kind: WireText, handle: WireText) throws -> [WireText] {
        let query = try statements(
            """
            SELECT id FROM record WHERE kind = ?1 AND substr(id, -6) = ?2 AND is_present ORDER BY id
            """
        )
        query.bind(kind, at: 1)
        query.bind(handle, at: 2)
        return try query.rows { $0.string(0) }
    }

    /// A finding by what its number is made of.
    package struct NumberedFinding: Hashable, Sendable {
        /// Its id.
        package let id: WireText
        /// The number that it was given on a device.
        package let draftNumber: WireText
        /// Who raised it.
        package let raisedBy: WireText?
    }

    /// The present findings whose draft numbers have the same letters before the first hyphen, in
    /// whatever case of ASCII, and the same number after it.
    package func findings(numberedLike draftNumber: WireText) throws -> [NumberedFinding] {
        let query = try statements(
            """
            SELECT id, draft_number, raised_by FROM finding INDEXED BY finding_draft
            WHERE \(DraftNumberColumns.letter) COLLATE NOCASE = \(DraftNumberColumns.letter(of: "?1"))
            AND \(DraftNumberColumns.number) = \(DraftNumberColumns.number(of: "?1"))
            AND is_present ORDER BY id
            """
        )
        query.bind(draftNumber, at: 1)
        return try query.rows {
            NumberedFinding(
                id: $0.string(0),
                draftNumber: $0.string(1),
                raisedBy: $0.optionalString(2)
            )
        }
    }

    /// The present findings with this final number or number of a nonconformity, in whatever case of ASCII.
    package func findings(numbered number: WireText) throws -> [WireText] {
        let query = try statements(
            """
            SELECT id FROM finding WHERE number COLLATE NOCASE = ?1 AND is_present
            UNION SELECT id FROM finding WHERE nc_number COLLATE NOCASE = ?1 AND is_present
            """
        )
        query.bind(number, at: 1)
        return try query.rows { $0.string(0) }
    }

    // MARK: Lists.

    /// How many findings are present.
    package func findingCount() throws -> Int {
        try statements("SELECT count(*) FROM finding WHERE is_present = 1").first { $0.int(0) } ?? 0
    }

    /// The present findings in a state.
    package func findings(inState state: WireText) throws -> [WireText] {
        let isInitial = state == LifeCycle.finding.initial
        let query = try statements(
            """
            SELECT id FROM finding WHERE is_present = 1 AND state = ?1
            \(isInitial ? "UNION SELECT id FROM finding WHERE is_present = 1 AND state IS NULL" : "")
            """
        )
        query.bind(state, at: 1)
        return try query.rows { $0.string(0) }
    }

    /// The present findings with a criterion of a standard.
    package func findings(citing standard: WireText) throws -> [WireText] {
        let query = try statements(
            """
            SELECT DISTINCT o.id FROM criterion c JOIN record r ON r.number = c.record
            JOIN record o ON o.number = r.owner
            WHERE c.standard = ?1 AND c.is_present AND o.is_present
            """
        )
        query.bind(standard, at: 1)
        return try query.rows { $0.string(0) }
    }

    /// The present findings that somebody ever wanted to merge into one.
    package func findings(everMergedInto finding: WireText) throws -> [WireText] {
        let query = try statements(
            """
            SELECT DISTINCT r.id FROM citation c JOIN record r ON r.number = c.record
            WHERE c.id = ?1 AND c.field = 'duplicateOf' AND r.is_present ORDER BY r.id
            """
        )
        query.bind(finding, at: 1)
        return try query.rows { $0.string(0) }
    }

    // MARK: Proposals.

    /// The cells that show a proposal. People have to see that such a value waits for a decision.
    package func shownProposals() throws -> [ShownProposal] {
        let branches = try FoldStart.branches(statements)
        return try statements(
            """
            SELECT r.kind, r.id, w.field, w.member, w.branch, w.seq
            FROM write w INDEXED BY write_effect JOIN record r ON r.number = w.record
            WHERE w.effect = 'proposal' AND w.standing = 0 AND r.is_present AND NOT EXISTS (
                SELECT 1 FROM write e WHERE e.record = w.record AND e.field = w.field
                AND e.member = w.member AND e.standing = 0 AND e.effect IS NULL
            )
            ORDER BY w.diff, w.record, w.field, w.member
            """
        ).rows { row in
            ShownProposal(
                path: try row.path(0),
                write: WriteReference(seq: row.int(5), author: try branches.author(of: row.int(4)))
            )
        }
    }

    /// Every proposal that nobody has decided, of whatever kind of record; oldest first.
    package func openProposals() throws -> [OpenProposal] {
        let cells = try statements(
            """
            SELECT DISTINCT w.record, w.field, w.member
            FROM write w INDEXED BY write_effect JOIN record r ON r.number = w.record
            WHERE w.effect = 'proposal' AND r.is_present ORDER BY w.record, w.field, w.member
            """
        ).rows { CellKey(record: $0.int(0), field: $0.string(1), member: $0.string(2)) }
        if cells.isEmpty { return [] }
        let fold = try fold()
        var found: [(arrival: Int, proposal: OpenProposal)] = []
        for cell in cells {
            for proposal in try fold.pictures.openProposals(at: cell) {
                guard let number = try fold.number(of: proposal.account.diff) else { continue }
                found.append((number, proposal))
            }
            fold.forget()
        }
        return found.enumerated().sorted {
            ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset)
        }.map(\.element.proposal)
    }

    // MARK: Files.

    /// The items of evidence that name a file, hidden ones too, in the order in which they came.
    package func promises() throws -> [StoredPromise] {
        let query = try statements(
            """
            SELECT id, is_present, sha256, size, parts_root, EXISTS (
                SELECT 1 FROM write WHERE record = evidence.record AND field = 'partsRoot')
            FROM evidence WHERE sha256 IS NOT NULL ORDER BY record
            """
        )
        return try query.rows { row -> StoredPromise? in
            guard let sha256 = SHA256Digest(hex: row.string(2).string) else { return nil }
            var file: FilePromise?
            if let size = row.optionalInt(3), let text = row.optionalString(4),
                let root = SHA256Digest(hex: text.string)
            {
                file = FilePromise(sha256: sha256, size: size, partsRoot: root)
            }
            return StoredPromise(
                id: row.string(0),
                isPresent: row.bool(1),
                sha256: sha256,
                file: file,
                isErased: row.isNull(4) && row.bool(5)
            )
        }.compactMap(\.self)
    }
}
