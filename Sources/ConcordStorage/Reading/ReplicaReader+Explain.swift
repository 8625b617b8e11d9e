package import ConcordDiff
package import ConcordEncoding
package import ConcordMerge
package import ConcordModel
import ConcordText

// What people ask after: why something is shown, what was made at the same time, who was overruled. The
// answers are the fold's, which here goes on from what is stored, and writes nothing back.

extension ReplicaReader {
    /// Who wrote what a record's cells show.
    package func blame(kind: WireText, id: WireText, field: WireText? = nil) throws -> [Blame] {
        let fold = try fold()
        return try fold.accounts.blame(kind: kind, id: id, field: field)
    }

    /// Who wrote what one cell shows; nil if nobody ever wrote to it.
    package func blame(_ path: CellPath) throws -> Blame? {
        let fold = try fold()
        return try fold.accounts.key(of: path).flatMap { try fold.accounts.blame(at: $0) }
    }

    /// What a person needs to resolve a conflict; nil if there is none at this place.
    package func conflictDetails(at path: CellPath) throws -> ConflictAccount? {
        let fold = try fold()
        return try fold.accounts.conflictAccount(at: path)
    }

    /// What a person needs to resolve each of some conflicts, one after the other; nil if it is no longer open.
    package func conflictDetails(
        at paths: [CellPath],
        _ body: (ConflictAccount?) throws -> Void
    ) throws {
        let fold = try fold()
        for path in paths {
            try body(fold.accounts.conflictAccount(at: path))
            fold.forgetMuch()
        }
    }

    /// Every text in conflict of a present record, without the edits in conflict.
    package func contestedTexts() throws -> [ContestedText] {
        try contestedTexts(at: conflicts().filter { $0.kind == .text }.map(\.path))
    }

    /// The texts in conflict at some places, without the edits in conflict.
    package func contestedTexts(at paths: [CellPath]) throws -> [ContestedText] {
        if paths.isEmpty { return [] }
        let fold = try fold()
        return try paths.compactMap { try fold.accounts.contestedText(at: $0) }
    }

    /// The records that belong to one, present or not.
    package func ownedRecords(kind: WireText, id: WireText) throws -> [CellPath] {
        let query = try statements(
            """
            SELECT p.kind, p.id FROM record r JOIN record p ON p.owner = r.number
            WHERE r.id = ?1 AND r.kind = ?2 ORDER BY p.number
            """
        )
        query.bind(id, at: 1)
        query.bind(kind, at: 2)
        return try query.rows { CellPath(kind: $0.string(0), record: $0.string(1)) }
    }

    /// What undoing an author's last save, this save of theirs, or their last undo, would change.
    package func takingBack(
        by author: Author,
        isRedo: Bool,
        reason: WireText?,
        save: DiffID? = nil
    ) throws -> TakingBack {
        let fold = try fold()
        let tip = try tip(of: author)?.id
        return try fold.undo.takeBackNewest(from: tip, isRedo: isRedo, reason: reason, save: save)
            .result
    }

    // MARK: Parallel edits.

    /// The parallel edits of every present record, oldest record first.
    ///
    /// - Parameter all: also what was replaced since.
    package func parallelEdits(all: Bool) throws -> [ParallelEdits] {
        // Records on which two chains have written: only there somebody can have written apart.
        let standings = all ? "(0, 2)" : "(0)"
        let records = try statements(
            """
            SELECT w.record FROM write w JOIN record r ON r.number = w.record
            WHERE w.standing IN \(standings) AND w.field != '' AND r.is_present
            GROUP BY w.record HAVING min(w.branch) != max(w.branch) ORDER BY w.record
            """
        ).rows { $0.int(0) }
        let fold = try fold()
        var found: [ParallelEdits] = []
        for record in records {
            if let edits = try fold.pictures.parallelEdits(of: record, all: all) {
                found.append(edits)
            }
            fold.forgetMuch()
        }
        return found
    }

    // MARK: The inbox.

    /// The inbox items of a member's writes that were overruled or have no effect; oldest first.
    ///
    /// - Parameter point: only the effects of diffs that this one had not seen.
    package func inbox(of member: WireText, since point: DiffID? = nil) throws -> [InboxItem] {
        let fold = try fold()
        let own = fold.branches.all.enumerated().filter { _, branch in
            fold.membership.devices[branch.author]?.member == member
        }.map { String($0.offset) }.joined(separator: ",")
        var seen: SeenVector?
        if let point, let number = try fold.number(of: point) {
            let entry = try fold.entry(number)
            seen = entry.seen
            seen?.insert(entry.at)
        }
        var found: [(arrival: Int, item: InboxItem)] = []
        for key in try cellsToTell(of: own) {
            for item in try fold.inboxes.inbox(of: member, at: key) {
                let cause = item.by?.diff ?? item.mine.diff
                guard let number = try fold.number(of: cause) else { continue }
                let at = try fold.entry(number).at
                if seen?.contains(at) ?? false { continue }
                found.append((number, item))
            }
            fold.forgetMuch()
        }
        var further: [InboxItem] = []
        for finding in try findings(closedOn: own, fold) {
            further += try fold.answers.unanswered(in: finding, toldTo: member)
            fold.forgetMuch()
        }
        for (admission, decline) in try declinedAndAdmitted() {
            further += try fold.inboxes.told(member, admittedBy: admission, declinedBy: decline)
        }
        for item in further {
            guard let cause = item.by?.diff, let number = try fold.number(of: cause) else {
                continue
            }
            if try seen?.contains(fold.entry(number).at) ?? false { continue }
            found.append((number, item))
        }
        return found.sorted { ($0.arrival, $0.item.id) < ($1.arrival, $1.item.id) }.map(\.item)
    }

    /// The records that admit a save and those that decline the same one.
    private func declinedAndAdmitted() throws -> [(admission: Int, decline: Int)] {
        func records(_ kind: RecordKind) throws -> [WireText: [Int]] {
            let named = try statements(
                """
                SELECT r.number, w.value FROM record r JOIN write w ON w.record = r.number
                    AND w.field = 'diff' AND w.member = '' AND w.standing = 0 AND w.value IS NOT NULL
                WHERE r.kind = '\(kind.name)'
                """
            ).rows { ($0.int(0), $0.string(1)) }
            return Dictionary(grouping: named, by: \.1).mapValues { $0.map(\.0) }
        }
        let declines = try records(Schema.declined)
        if declines.isEmpty { return [] }
        return try records(Schema.admission).flatMap { save, admissions in
            admissions.flatMap { admission in
                (declines[save] ?? []).map { (admission, $0) }
            }
        }
    }

    /// The cells in which something can have become of what was written on some branches: what is void or
    /// proposed, where others wrote too, where whole records were removed or ended, changes of the team, and
    /// submissions while somebody else wrote.
    private func cellsToTell(of branches: String) throws -> [CellKey] {
        // Without any, SQLite would leave out the parts whose indexes are named; without CROSS it would choose another
        // order, and pass all records or all writes.
        let branches = branches.isEmpty ? "-1" : branches
        // Beside a step of one's own what others wrote, and beside one of theirs what oneself did.
        let isBeside = """
            o.standing = 0 AND o.field != 'state'
            AND (o.branch IN (\(branches))) != (s.branch IN (\(branches)))
            """
        let isThere = "w.record = c.record AND w.field = c.field AND w.member = c.member"
        return try statements(
            """
            SELECT c.record, c.field, c.member FROM shared_cell c
            WHERE EXISTS (SELECT 1 FROM write w WHERE \(isThere) AND w.branch IN (\(branches)))
            AND EXISTS (SELECT 1 FROM write w WHERE \(isThere) AND w.branch NOT IN (\(branches)))
            UNION
            SELECT record, field, member FROM write INDEXED BY write_effect
            WHERE effect IS NOT NULL AND branch IN (\(branches))
            UNION
            SELECT w.record, w.field, w.member FROM record r INDEXED BY record_ending
            CROSS JOIN write w ON w.record = r.number
            AND w.field IN ('', 'state') AND w.member = '' WHERE r.has_removal OR r.may_wait
            UNION
            SELECT w.record, w.field, w.member FROM record r JOIN write w ON w.record = r.number
            WHERE r.kind IN ('member', 'device') AND w.field IN ('role', 'status')
                AND w.diff IS NOT r.first_add AND w.branch NOT IN (\(branches))
            UNION
            SELECT w.record, w.field, w.member
            FROM write w INDEXED BY write_confidentiality CROSS JOIN record r ON r.number = w.record
            WHERE w.field = 'confidentiality' AND w.member = '' AND w.standing = 0
                AND r.kind = 'evidence' AND w.branch NOT IN (\(branches)) AND EXISTS (
                SELECT 1 FROM write o WHERE o.record = r.number AND o.branch IN (\(branches)))
            UNION
            SELECT s.record, s.field, s.member
            FROM write s INDEXED BY write_submission CROSS JOIN record r ON r.number = s.record
            WHERE s.field = 'state' AND s.member = '' AND s.standing = 0 AND s.value = '"submitted"'
            AND r.kind = 'finding' AND (
                EXISTS (SELECT 1 FROM write o WHERE o.record = s.record AND \(isBeside))
                OR EXISTS (
                    SELECT 1 FROM record p JOIN write o ON o.record = p.number
                    WHERE p.owner = s.record AND \(isBeside)))
            """
        ).rows { try CellKey($0, record: try $0.number(0), names: 1) }
    }

    // MARK: Answers.

    /// The criteria that are open though answers to their findings are closed, by id.
    ///
    /// - Parameter answered: only of findings in which one of these counts; of all for nil.
    package func unansweredCriteria(
        of answered: Set<WireText>? = nil
    ) throws -> [WireText: Unanswered] {
        let answered =
            try answered.map { try $0.flatMap(answeredFindings) } ?? answeredFindings(closedOn: nil)
        if answered.isEmpty { return [:] }
        let fold = try fold()
        var found: [WireText: Unanswered] = [:]
        for finding in try findings(inWhichCount: answered, fold) {
            for criterion in try fold.answers.unansweredCriteria(of: finding) {
                found[criterion.criterion] = criterion.unanswered
            }
            fold.forgetMuch()
        }
        return found
    }

    /// The findings in which those count of which answers are closed.
    ///
    /// - Parameter branches: only answers that these branches closed.
    private func findings(closedOn branches: String?, _ fold: Fold) throws -> [Int] {
        try findings(inWhichCount: answeredFindings(closedOn: branches), fold)
    }

    private func findings(inWhichCount answered: [Int], _ fold: Fold) throws -> [Int] {
        Set(try answered.map { try fold.answers.finding(inWhichCounts: $0) }).sorted()
    }

    /// The number of a finding if an answer to it is closed, or was.
    private func answeredFindings(_ finding: WireText) throws -> [Int] {
        let query = try statements(
            """
            SELECT DISTINCT o.number FROM record o
            JOIN record r INDEXED BY record_owner ON r.owner = o.number AND r.owner IS NOT NULL
            JOIN write w ON w.record = r.number AND w.field = 'state' AND w.member = ''
                AND w.standing IN (0, 2) AND w.value LIKE '%closed%'
            WHERE o.id = ?1 AND o.kind = 'finding' AND r.kind = 'action' AND r.is_present
            """
        )
        query.bind(finding, at: 1)
        return try query.rows { $0.int(0) }
    }

    /// Also those whose closing was replaced: it is back while what replaced it waits. The fold decides.
    private func answeredFindings(closedOn branches: String?) throws -> [Int] {
        let own = branches.map { "AND w.branch IN (\($0))" } ?? ""
        return try statements(
            """
            SELECT DISTINCT r.owner FROM record r JOIN write w ON w.record = r.number
                AND w.field = 'state' AND w.member = '' AND w.standing IN (0, 2)
                AND w.value LIKE '%closed%' \(own)
            WHERE r.kind = 'action' AND r.is_present AND r.owner IS NOT NULL
            """
        ).rows { $0.int(0) }
    }

    /// A fold that continues from the stored state; its changes are only in memory.
    func fold() throws -> Fold {
        let start = try FoldStart(statements)
        let source = try StoreSource(statements, start: start.fold)
        return Fold(start.fold, source: source, verifier: verifier)
    }
}
