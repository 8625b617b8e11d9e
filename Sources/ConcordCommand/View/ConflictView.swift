import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// The name by which people call a conflict: it follows from the cell alone, so that it is the same
/// on every device and stays while other conflicts come and go.
enum ConflictName {
    static func of(_ path: CellPath) -> String {
        "c-" + SHA256Digest(hashing: Array(path.description.utf8)).hex.prefix(6)
    }
}

/// Open conflicts.
struct ConflictView {
    let view: AuditView

    /// What a conflict is about, in words.
    struct ConflictSubject {
        /// The record: "B-03 Emergency changes not reviewed".
        let record: String
        /// What the conflict is about.
        let what: String
    }

    /// The conflicts that some names mean, each once: of a record's name, all that are about it.
    func conflicts(named names: [String]) throws -> [Conflict] {
        var known: Set<CellPath> = []
        return try names.flatMap { name -> [Conflict] in
            let named = view.conflicts.contains {
                $0.path.text == WireText(name) || ConflictName.of($0.path) == name
            }
            let about = named ? [] : openConflicts(about: try recordIDs(name))
            return about.isEmpty ? [try conflict(name)] : about
        }.filter { known.insert($0.path).inserted }
    }

    /// A conflict by its name, its path, or the record it is about if that has only one.
    func conflict(_ name: String) throws -> Conflict {
        let path = WireText(name)
        let named = view.conflicts.filter {
            $0.path.text == path || ConflictName.of($0.path) == name
        }
        if let only = named.first, named.count == 1 { return try withTexts(only) }
        if named.count > 1 {
            // The person who writes a record chooses its id, and can look for one with another conflict's name.
            throw CommandFailure(
                .ambiguous,
                "there are \(named.count) conflicts called '\(name)'",
                next: "Name the one you mean by its path: "
                    + named.prefix(6).map {
                        "\($0.path) (\(Layout.short(describe($0).record.trimmed)))"
                    }
                    .joined(separator: ", ") + "."
            )
        }
        let ids = try recordIDs(name)
        let found = openConflicts(about: ids)
        if let only = found.first, found.count == 1 { return try withTexts(only) }
        let all = view.conflicts.map { ConflictName.of($0.path) }
        throw CommandFailure(
            found.isEmpty ? .notFound : .ambiguous,
            found.isEmpty
                ? "there is no open conflict '\(name)'"
                : "there are \(found.count) open conflicts about '\(name)'",
            next: all.isEmpty
                ? "There are no open conflicts; someone may have resolved it already."
                : NearNames.hint(name, among: all) + "Open are: "
                    + Self.some(found.isEmpty ? all : found.map { ConflictName.of($0.path) })
                    + "."
        )
    }

    /// The first of many names, and how many more there are.
    private static func some(_ names: [String]) -> String {
        let left = names.count > 12 ? " and \(names.count - 12) more" : ""
        return names.prefix(12).joined(separator: ", ") + left
    }

    /// A conflict over a text with the texts that its candidates made, and the merged one.
    private func withTexts(_ conflict: Conflict) throws -> Conflict {
        guard conflict.kind == .text else { return conflict }
        return try view.replica.conflictDetails(at: conflict.path)?.conflict ?? conflict
    }

    /// The record that a name means, with what belongs to it; a standard's name means its conclusion.
    private func recordIDs(_ name: String) throws -> Set<WireText> {
        if name.hasPrefix("/"), CellPath(name).map({ $0.field != nil }) ?? true {
            return [WireText(name)]
        }
        let subject: RecordSubject
        do {
            subject = try view.subjects.subject(name)
        } catch let failure as CommandFailure where failure.code == .command(.notFound) {
            return [WireText(name)]
        }
        let criteria =
            subject.kind == Schema.finding.name
            ? view.finding(id: subject.id)?.criteria.map(\.id) ?? [] : []
        return Set([subject.id] + criteria)
    }

    /// What a conflict is about.
    func describe(_ conflict: Conflict) -> ConflictSubject { describe(conflict.path) }

    /// What a place is, in words.
    func describe(_ path: CellPath) -> ConflictSubject {
        let field = path.field.map { FieldTitles.label(ofField: $0) }
        switch path.kind {
        case Schema.criterion.name:
            let standard = written(CriterionField.standard, of: path.record) ?? ""
            let clause = written(CriterionField.clause, of: path.record) ?? ""
            let owner = written(CriterionField.finding, of: path.record) ?? ""
            return ConflictSubject(
                record: name(ofFinding: owner),
                what:
                    "\(field ?? "the criterion") against \(AuditView.title(ofStandard: standard)) \(clause)"
            )
        case Schema.finding.name:
            return ConflictSubject(
                record: name(ofFinding: path.record),
                what: field ?? "the finding itself"
            )
        case Schema.checklistItem.name:
            let question = view.question(id: path.record)
            let place = question.map { "question \($0.place) " } ?? "question "
            return ConflictSubject(
                record: "\(place)\(question?.item.question ?? "")",
                what: field ?? "the question"
            )
        case Schema.evidence.name:
            return ConflictSubject(
                record: "evidence "
                    + (written(EvidenceField.title, of: path.record)?.string
                        ?? AuditView.handle(path.record)),
                what: field ?? "the evidence itself"
            )
        case Schema.member.name:
            return ConflictSubject(
                record: "member \(view.subjects.memberText(path.record))",
                what: field ?? "the record itself"
            )
        default: return describeOther(path, field)
        }
    }

    /// What a place is that belongs to the engagement as a whole, in words.
    private func describeOther(_ path: CellPath, _ field: String?) -> ConflictSubject {
        let handle = AuditView.handle(path.record)
        let record: String
        switch path.kind {
        case Schema.engagement.name, Schema.organization.name: record = "the \(path.kind)"
        case Schema.scope.name, Schema.conclusion.name:
            // The id of a conclusion follows from its standard, also of one that nobody has written.
            let standard =
                written(path.kind, path.record, "standard")
                ?? view.frame.standards.first { DerivedID.conclusion(standard: $0) == path.record }
            record =
                "the \(path.kind) for \(standard.map { AuditView.title(ofStandard: $0) } ?? handle)"
        case Schema.planSlot.name:
            let title = written(path.kind, path.record, "title")?.string
            record = "the plan slot \(title ?? handle)"
        case Schema.admission.name, Schema.declined.name:
            let isAdmission = path.kind == Schema.admission.name
            return ConflictSubject(
                record: nameOfSave(decidedBy: path),
                what: field ?? (isAdmission ? "its admission" : "that it was declined")
            )
        default: record = "\(NameWords.spaced(path.kind)) \(handle)"
        }
        return ConflictSubject(record: record, what: field ?? "the record itself")
    }

    /// The save that a leader has admitted or declined.
    private func nameOfSave(decidedBy path: CellPath) -> String {
        let id = written(path.kind, path.record, "diff").flatMap { DiffID(base64url: $0) }
        guard let void = view.voids.first(where: { $0.diff == id }) else {
            return "a save that had no effect"
        }
        let author = view.person(of: void.write.author)?.name
        return "the save \(void.write.short)" + (author.map { " by \($0)" } ?? "")
    }

    /// What a finding is called, also one that has no effect.
    func name(ofFinding id: WireText) -> String {
        guard let finding = view.finding(id: id) else {
            let fields = view.index.voidFields(Schema.finding.name, id)
            let label =
                fields?["draftNumber"]?.stringValue?.string ?? "finding \(AuditView.handle(id))"
            return [label, fields?["title"]?.stringValue?.string].compactMap { $0 }.joined(
                separator: " "
            )
        }
        return "\(finding.label) \(finding.title ?? "")"
    }

    /// A field of a record as text, also of one that has no effect.
    private func written(_ kind: WireText, _ id: WireText, _ name: WireText) -> WireText? {
        (view.field(kind, id, name) ?? view.index.voidFields(kind, id)?[name]
            ?? view.index.removedField(kind, id, name))?.stringValue
    }

    private func written(_ field: some FieldName, of id: WireText) -> WireText? {
        written(type(of: field).recordKind.name, id, field.name)
    }

    /// What kind of disagreement it is, in words.
    static func title(_ kind: ConflictKind) -> String {
        switch kind {
        case .values: "different values"
        case .text: "edits of the same words"
        case .endedEdited: "one person withdrew or ended it, another edited it"
        case .confirmedEdited: "one person confirmed it, another edited it"
        case .mergedEnded: "one person merged it, another ended or changed the target"
        case .removedEdited: "one person removed it, another edited it"
        }
    }

    /// A value as people read it; `none` is what nothing is called.
    static func text(_ value: JSON?, none: String = "(removed)") -> String {
        switch value {
        case nil, .some(.null): none
        case .some(let value): ValueWords.words(ofParts: value)
        }
    }

    /// A value as people read it, a member by their name, a finding by its number and title.
    func named(_ value: JSON?, none: String = "(removed)") -> String {
        let id = value?.stringValue
        return id.flatMap { view.member(id: $0)?.name?.string }
            ?? id.flatMap { view.finding(id: $0) }.map { name(ofFinding: $0.id).trimmed }
            ?? Self.text(value, none: none)
    }
}

extension ConflictView {
    /// The open conflicts about some records.
    private func openConflicts(about ids: Set<WireText>) -> [Conflict] {
        view.conflicts.filter { ids.contains($0.path.record) }
    }

    /// What one candidate of a conflict wrote, for people: an edit elsewhere names its place.
    func candidateText(_ candidate: Conflict.Candidate, of conflict: Conflict) -> String {
        guard let path = candidate.path.flatMap({ CellPath($0) }) else {
            if conflict.kind == .removedEdited {
                return candidate.value == nil ? "remove it" : "keep it"
            }
            if conflict.path.field == nil {
                return candidate.value == nil ? "remove it" : "add it"
            }
            if conflict.path.member != nil {
                return candidate.value == nil ? "remove it" : "add it"
            }
            if candidate.isText, candidate.value == nil { return "an edit of the text" }
            let recommends =
                conflict.path.field == ConclusionField.recommendation.name ? "recommends " : ""
            return recommends + view.valueWords.worded(candidate.value, at: conflict.path)
                + target(of: candidate, conflict)
        }
        return view.deedWords.deed(of: candidate, at: path, in: conflict)
    }

    /// Into which finding a candidate merges: " into L-01 Target"; nothing where it does not merge.
    private func target(of candidate: Conflict.Candidate, _ conflict: Conflict) -> String {
        guard conflict.path.isIn(FindingField.state),
            candidate.value == "merged",
            let id = view.index.written("duplicateOf", of: conflict.path, by: candidate.write)
        else { return "" }
        return " into \(name(ofFinding: id).trimmed)"
    }

    /// A candidate as JSON; the shape is in `docs/concord.md`.
    func json(_ candidate: Conflict.Candidate) throws -> JSON {
        let by = try view.signature(of: candidate.write)
        var object: JSONObject = [
            "value": candidate.value ?? .null, "write": .string(candidate.write.description),
            "proposal": .bool(candidate.isProposal), "member": .string(by.member),
            "name": .string(by.name), "device": .string(by.device), "time": .string(by.time),
        ]
        object["path"] = candidate.path.map { .string($0) }
        object["reason"] = by.reason.map { .string($0) }
        return .object(object)
    }
}
