import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage

// What has changed, and what follows from that for single findings.

extension FigureQuery {
    /// So many findings are looked at together.
    private static let fewMax = 300

    /// Brings the entries of a file to another state.
    func update(_ file: FigureFile, to basis: FigureFile.Basis) throws {
        let old = try file.basis()
        let bearing = try bearing()
        let changed = try old.flatMap { old in
            old.frame == basis.frame ? try reader.changed.records(since: old.point) : nil
        }
        guard let changed else {
            try file.clear()
            let entries = try allEntries(bearing)
            return try file.replace([], with: entries, hintsMax: DuplicateHints.hintsMax)
        }
        let affected = try affected(by: changed, file, bearing)
        var rest = affected.sorted()[...]
        var entries: [FigureEntry] = []
        while !rest.isEmpty {
            entries += try self.entries(of: Set(rest.prefix(Self.fewMax)), bearing)
            rest = rest.dropFirst(Self.fewMax)
        }
        try file.replace(affected, with: entries, hintsMax: DuplicateHints.hintsMax)
    }

    /// The findings whose figures may have changed with some records.
    private func affected(
        by changed: Set<Int>,
        _ file: FigureFile,
        _ bearing: [WireText: Set<WireText>]
    ) throws -> Set<WireText> {
        let own = try reader.changed.findings(about: changed)
        // Who bears a number of theirs, or did: they are told apart by it.
        var found = own
        for id in own {
            let numbers = [
                try file.entry(id)?.number,
                try reader.fields(kind: Schema.finding.name, id: id).flatMap(shownNumber),
            ]
            for number in Set(numbers.compactMap(\.self)) {
                for given in people.labels.givenNumbers(shownLike: number) {
                    found.formUnion(try reader.findings(numberedLike: given).map(\.id))
                }
            }
        }
        // Where they count, or counted.
        var next = Array(found)
        while let id = next.popLast() {
            var reached = Set(try reader.changed.findings(everTaking: id)).union(bearing[id] ?? [])
            reached.formUnion(try file.entry(id)?.reaches ?? [])
            for other in reached where found.insert(other).inserted { next.append(other) }
        }
        return found
    }

    /// For each finding in conflict those whose criteria the candidates of its conflicts are about.
    private func bearing() throws -> [WireText: Set<WireText>] {
        var bearing: [WireText: Set<WireText>] = [:]
        for conflict in conflicts {
            let paths = conflict.candidates.compactMap { $0.path.flatMap { CellPath($0) } }
                .filter { $0.kind == Schema.criterion.name }
            if paths.isEmpty { continue }
            let record = conflict.path.record
            let finding = try owner(of: record) ?? record
            for path in paths {
                if let owner = try owner(of: path.record) {
                    bearing[finding, default: []].insert(owner)
                }
            }
        }
        return bearing
    }

    // MARK: Entries.

    /// What all findings add.
    private func allEntries(_ bearing: [WireText: Set<WireText>]) throws -> [FigureEntry] {
        let records = try reader.document(kinds: Self.findingKinds)
        let unanswered = try reader.unansweredCriteria()
        let findings = records[Schema.finding.name]?.objectValue ?? [:]
        var reaching = try reader.changed.mergesEverWanted()
        reaching.merge(bearing) { $0.union($1) }
        return entries(
            of: findings,
            in: totals(of: people.labels.labelling(records), unanswered),
            reaching: reaching
        )
    }

    /// What some findings add: read with what that follows from.
    private func entries(
        of ids: Set<WireText>,
        _ bearing: [WireText: Set<WireText>]
    ) throws -> [FigureEntry] {
        var around = ids
        var next = Array(ids)
        while let id = next.popLast() {
            for other in try reader.findings(everMergedInto: id)
            where around.insert(other).inserted {
                next.append(other)
            }
        }
        let found = try reader.findings(around, labelledBy: people.labels)
        let asked = found.findings.filter { ids.contains($0.key) }
        var state = people.labels.labelling(
            [
                Schema.finding.name: .object(found.findings),
                Schema.criterion.name: .object(found.criteria),
            ],
            beside: found.rivals
        )
        state[Schema.evidence.name] = try evidence(of: asked.map(\.value))
        state[Schema.action.name] = try answers(to: around)
        var reaching = bearing
        for (id, _) in asked {
            reaching[id, default: []].formUnion(try reader.changed.findings(everTaking: id))
        }
        return entries(
            of: JSONObject(uniqueKeysWithValues: asked.map { ($0.key, $0.value) }),
            in: totals(of: state, try reader.unansweredCriteria(of: around)),
            reaching: reaching
        )
    }

    private func evidence(of findings: [JSON]) throws -> JSON {
        let cited = findings.flatMap { $0["evidence"]?.objectValue?.map(\.key) ?? [] }
        let items = try Set(cited).compactMap { id in
            try reader.fields(kind: Schema.evidence.name, id: id).map { (id, JSON.object($0)) }
        }
        return .object(JSONObject(uniqueKeysWithValues: items))
    }

    private func answers(to findings: Set<WireText>) throws -> JSON {
        let answers = try findings.flatMap { id in
            try reader.records(kind: Schema.action.name, ownedBy: .finding(id))
        }
        return .object(
            JSONObject(uniqueKeysWithValues: answers.map { ($0.id, .object($0.fields)) })
        )
    }

    /// What counts of some records, with the frame.
    private func totals(
        of records: JSONObject,
        _ unanswered: [WireText: Unanswered]
    ) -> AuditTotals {
        var state = records
        for (kind, records) in frameState { state[kind] = records }
        return AuditTotals(
            of: state,
            conflicts: conflicts,
            proposals: proposals,
            unanswered: unanswered
        )
    }

    private func entries(
        of findings: JSONObject,
        in totals: AuditTotals,
        reaching: [WireText: Set<WireText>]
    ) -> [FigureEntry] {
        let figures = FindingFigures(totals, catalogues)
        return findings.compactMap { id, fields in
            guard let finding = totals.audit.finding(id) else { return nil }
            var entry = FigureEntry(id: id)
            entry.number = fields.objectValue.flatMap(shownNumber)
            entry.reaches = reaching[id] ?? []
            for (figure, count) in figures.counts(of: finding) { entry.counts[figure.name] = count }
            entry.likeness = figures.likeness(of: finding).map { traits in
                FigureEntry.Likeness(
                    rank: NaturalOrder.sortKey(of: finding.label, id: id),
                    unit: traits.unit,
                    own: traits.own,
                    near: traits.near,
                    around: traits.around
                )
            }
            return entry
        }
    }

    /// The number of a finding as it is shown, were it the only one with it.
    private func shownNumber(_ fields: JSONObject) -> WireText? {
        fields[FindingField.draftNumber]?.stringValue.map {
            people.labels.number($0, raisedBy: fields[FindingField.raisedBy]?.stringValue)
        }
    }
}
