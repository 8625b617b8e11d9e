import ConcordDiff
package import ConcordEncoding
import ConcordModel
package import ConcordText

/// What a cell shows, and whether it is disputed.
package struct Evaluation: Hashable, Sendable {
    /// The value; nil if nothing is shown. A member of a set shows `true`, or the value it holds.
    package var shown: JSON?
    /// The conflict over the cell, if there is one.
    package var conflict: Conflict?
    /// The write that is shown, if it is a single one.
    package var winner: BranchSeq?

    package init(shown: JSON?, conflict: Conflict? = nil, winner: BranchSeq? = nil) {
        self.shown = shown
        self.conflict = conflict
        self.winner = winner
    }
}

/// What cells show, and what is disputed in them. It changes nothing that is folded.
package struct Evaluator: FoldPart {
    package let memory: FoldMemory

    /// What a cell shows now.
    package func evaluate(_ key: CellKey) throws -> Evaluation {
        let record = try self.record(key.record)
        if key.field.isEmpty { return try presence(of: record) }
        let known = record.kind.field(key.field)
        if key.member.isEmpty, try known.map({ $0.rule == .text }) ?? isText(key) {
            return try texts.text(at: key, in: record)
        }
        let survivors = try cell(key).survivors
        if let shown = try evaluate(survivors, at: key, in: record) { return shown }
        guard !survivors.isEmpty else { return Evaluation(shown: nil) }
        switch known?.rule {
        case .once:
            let first = try survivors.min { try precedence.isPlaced($0, before: $1) }
            return Evaluation(shown: first?.value, winner: first?.at)
        case .control: return try control(survivors, key, record)
        case .state(let cycle): return try states.state(of: record, cycle: cycle)
        case .newest, .ask, .set, .text, .mostSevere, nil: return Evaluation(shown: nil)
        }
    }

    /// What a cell shows that is neither a record's presence nor a text, and of which these writes survive; nil
    /// where more has to be looked at than those.
    func evaluate(
        _ survivors: [CellWrite],
        at key: CellKey,
        in record: RecordEntry
    ) throws -> Evaluation? {
        if !key.member.isEmpty { return try member(survivors, at: key, in: record) }
        let field = record.kind.field(key.field) ?? Schema.unknownField(key.field)
        switch field.rule {
        case .once, .control, .state: return nil
        case .newest, .ask, .set, .text, .mostSevere: break
        }
        guard !survivors.isEmpty else { return Evaluation(shown: nil) }
        guard case .mostSevere(let order) = field.rule else {
            return try register(survivors, field, key, record)
        }
        return try register(survivors, field, key, record, showsContesting: false) { value in
            value?.stringValue.flatMap(order.firstIndex(of:)) ?? -1
        }
    }

    /// A register: proposals show only where nobody else wrote.
    ///
    /// - Parameter showsContesting: whether those on a confirmed finding do then; a grade that is only
    ///   proposed there counts nowhere.
    private func register(
        _ survivors: [CellWrite],
        _ field: Field,
        _ key: CellKey,
        _ record: RecordEntry,
        showsContesting: Bool = true,
        severity: (JSON?) -> Int = { _ in 0 }
    ) throws -> Evaluation {
        if survivors.count == 1, !survivors[0].contests {
            return Evaluation(shown: survivors[0].value, winner: survivors[0].at)
        }
        let decided = survivors.filter { $0.effect == .effective }
        let proposed = showsContesting ? survivors : survivors.filter { !$0.contests }
        let shown = try (decided.isEmpty ? proposed : decided).max { left, right in
            let severities = (severity(left.value), severity(right.value))
            if severities.0 != severities.1 { return severities.0 < severities.1 }
            return try precedence.isOlder(left, than: right)
        }
        var evaluation = Evaluation(shown: shown?.value, winner: shown?.at)
        let isDisputed = field.asks || survivors.contains { $0.effect == .proposal }
        let differs = survivors.contains { $0.value != shown?.value }
        if isDisputed && differs || Self.isAskedFor(survivors) {
            evaluation.conflict = Conflict(
                kind: .values,
                path: path(of: key, in: record),
                candidates: try survivors.map { try candidate($0) },
                shown: shown?.value
            )
        }
        return evaluation
    }

    /// What the log's order decides: the last write shows. Who wrote another value at the same time was told
    /// nothing of it, so that is a conflict all the same.
    private func control(
        _ survivors: [CellWrite],
        _ key: CellKey,
        _ record: RecordEntry
    ) throws -> Evaluation {
        guard let last = try survivors.max(by: { try precedence.isPlaced($0, before: $1) }) else {
            return Evaluation(shown: nil)
        }
        var evaluation = Evaluation(shown: last.value, winner: last.at)
        let seen = try entry(last.diff).seen
        let unseen = survivors.filter {
            $0.at != last.at && $0.value != last.value && !seen.contains($0.at)
        }
        if !unseen.isEmpty {
            evaluation.conflict = Conflict(
                kind: .values,
                path: path(of: key, in: record),
                candidates: try (unseen + [last]).map { try candidate($0) },
                shown: last.value
            )
        }
        return evaluation
    }

    /// A member of a set: in if any surviving write added it, a proposal only where nobody else wrote.
    private func member(
        _ survivors: [CellWrite],
        at key: CellKey,
        in record: RecordEntry
    ) throws -> Evaluation {
        let decided = survivors.filter { $0.effect == .effective }
        let adds = (decided.isEmpty ? survivors : decided).filter { $0.value != nil }
        let newest = try adds.max { try precedence.isOlder($0, than: $1) }
        var evaluation = Evaluation(shown: newest?.value, winner: newest?.at)
        // Also a proposal to put back what is out: it is not shown, and must not be lost.
        let isMixed = survivors.contains { ($0.value == nil) != (survivors[0].value == nil) }
        if isMixed || Self.isAskedFor(survivors) {
            evaluation.conflict = Conflict(
                kind: isMixed ? .removedEdited : .values,
                path: path(of: key, in: record),
                candidates: try survivors.map { try candidate($0) },
                shown: newest?.value
            )
        }
        return evaluation
    }

    /// Whether all that stands is proposed, some of it next to a confirmation. To take out what nobody put in,
    /// as who takes such a proposal back does, asks for nothing.
    private static func isAskedFor(_ survivors: [CellWrite]) -> Bool {
        survivors.allSatisfy { $0.effect == .proposal } && survivors.contains(where: \.contests)
            && survivors.contains { $0.value != nil }
    }

    /// Whether a record is present, and whether that is in conflict, now or for an author.
    func presence(
        of record: RecordEntry,
        from entry: DiffEntry? = nil
    ) throws -> Evaluation {
        let key = CellKey.presence(of: record.number)
        let survivors =
            try entry.map { try seenWrites.view(of: key, from: $0) } ?? cell(key).survivors
        if !record.hasRemoval, !survivors.isEmpty {
            // A proposed part is listed as proposed.
            let isAdded = survivors.contains { $0.effect == .effective }
            if isAdded || record.kind.owner == nil { return Evaluation(shown: true) }
        }
        let tree: [LocatedWrite]
        if let entry {
            tree = try seenWrites.treeWrites(of: record.number, seenBy: entry)
        } else {
            tree = try treeWrites(of: record.number).filter(\.effect.counts)
        }
        let written = try Written(tree.map { try seenWrites.said($0) }, in: self)
        var removals = Removals(survivors)
        for removal in tree where removal.key == key && removal.write.value == nil {
            try removals.add(removal.write, of: self.entry(removal.write.diff))
        }
        var alive = written.all.filter { !removals.hide($0, isProposed: written.isProposed($0)) }
        if !written.all.isEmpty, record.hasRemoval {
            let cited = try citations.citations(of: record, from: entry, surviving: true)
            alive += try cited.map { try seenWrites.said($0) }.filter {
                !removals.hide($0, isProposed: $0.effect == .proposal)
            }
        }
        guard !alive.isEmpty else { return Evaluation(shown: nil) }
        var evaluation = Evaluation(shown: true)
        var candidates: [Conflict.Candidate] = []
        var kind = ConflictKind.removedEdited
        if !removals.open.isEmpty {
            candidates = try removals.open.map { try candidate($0) }
            candidates += try alive.filter { !removals.openHaveSeen($0) }.map {
                try $0.key == key ? candidate($0.write) : editCandidate($0)
            }
        } else if record.kind.owner != nil, written.isProposed(record.number) {
            // A part that is proposed is nothing that was decided: somebody has to look at it.
            kind = .values
            candidates = try survivors.map { try candidate($0) }
        }
        guard !candidates.isEmpty else { return evaluation }
        var distinct: Set<Conflict.Candidate> = []
        evaluation.conflict = Conflict(
            kind: kind,
            path: path(of: key, in: record),
            candidates: candidates.filter { distinct.insert($0).inserted },
            shown: true
        )
        return evaluation
    }

    func candidate(_ write: CellWrite) throws -> Conflict.Candidate {
        Conflict.Candidate(
            write: try entry(write.diff).reference,
            value: write.value,
            isProposal: write.effect == .proposal
        )
    }

    /// A write elsewhere on the record, as a candidate next to a removal or an ending.
    func editCandidate(_ write: LocatedWrite) throws -> Conflict.Candidate {
        let record = try self.record(write.key.record)
        let isText = try isText(write.key)
        return Conflict.Candidate(
            write: try entry(write.write.diff).reference,
            value: isText ? nil : write.write.value,
            path: path(of: write.key, in: record).text,
            isProposal: write.effect == .proposal,
            isText: isText
        )
    }
}
