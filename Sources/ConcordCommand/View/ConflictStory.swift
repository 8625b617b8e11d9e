import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// What happened in a conflict, told as one would tell a colleague: who did what while who was doing
/// what.
struct ConflictStory {
    let view: AuditView
    let conflict: Conflict

    /// One sentence without a full stop.
    func words() throws -> String {
        switch conflict.kind {
        case .text: return try differing("edited the same words", proposing: "other words")
        case .values: return try differing("decided differently", proposing: "something else")
        case .endedEdited: return try steps()
        case .confirmedEdited: return try steps() + (endedSince() ?? "")
        case .mergedEnded:
            let merged = try names { isHere($0) }
            let ended = try names { !isHere($0) }
            if conflict.candidates.contains(where: { isOfContents($0) }) {
                let took = try names { isOfContents($0) && !isOfSubject($0) }
                return
                    "\(join(merged)) merged \(subject) into a finding that lacks part of it"
                    + (took.isEmpty ? "" : "; \(join(took)) removed something there")
            }
            let target = view.finding(id: conflict.path.record)?.duplicateOf
            let label = target.flatMap { view.finding(id: $0)?.label.string }
            return "\(join(merged)) merged \(subject) into \(label ?? "a finding"), "
                + "which no longer counts; \(join(ended)) ended \(label ?? "that finding")"
        case .removedEdited:
            let removals = conflict.candidates.filter { isHere($0) && $0.value == nil }
            let others = conflict.candidates.filter { !(isHere($0) && $0.value == nil) }
            let isProposed = !removals.isEmpty && removals.allSatisfy(\.isProposal)
            let removed =
                "\(join(try names(of: removals))) "
                + (isProposed ? "proposed to remove \(thing)" : "removed \(thing)")
            let kept = try doings(of: others, subject: "it")
            return kept.isEmpty ? removed : "\(removed) while \(kept.joined(separator: " and "))"
        }
    }

    /// Who decided, and who proposed otherwise.
    private func differing(_ verb: String, proposing what: String) throws -> String {
        let proposing = try names { $0.isProposal }
        let decided = try names { !$0.isProposal }
        guard !proposing.isEmpty else {
            return decided.count == 1
                ? "\(join(decided)) \(verb) on two devices" : "\(join(decided)) \(verb)"
        }
        guard !decided.isEmpty else {
            let change = what.hasSuffix("else") ? "a change" : what
            return "\(join(proposing)) proposed \(change)"
        }
        if proposing == decided { return "\(join(proposing)) proposed to change what they wrote" }
        return "\(join(proposing)) proposed \(what) than \(join(decided)) wrote"
    }

    /// Who took which step of the life cycle, each with their own verb, and who edited meanwhile.
    private func steps() throws -> String {
        let parts = try doings(of: conflict.candidates, subject: subject)
        let rest = parts.dropFirst().joined(separator: " and ")
        return parts.count > 1 ? "\(parts[0]) while \(rest)" : parts.joined()
    }

    /// That somebody has ended the record in conflict meanwhile: "; Ben withdrew it".
    private func endedSince() throws -> String? {
        guard view.conflictMeanwhile.hasEnded(conflict),
            let state = try view.replica.blame(
                kind: conflict.path.kind,
                id: conflict.path.record,
                field: FindingField.state.name
            ).first?.write,
            !conflict.candidates.contains(where: { $0.path == nil && $0.write == state.write })
        else { return nil }
        let verb = state.value == "merged" ? "merged" : "withdrew"
        return "; \(view.accountView.signature(of: state).name) \(verb) it"
    }

    /// Who did what, steps first: "Lena withdrew A-04", "Anna confirmed it", "Ben was editing it".
    ///
    /// - Parameter subject: what the first of them did it with; for the others it is "it".
    private func doings(
        of candidates: [Conflict.Candidate],
        subject: String
    ) throws -> [String] {
        var people: [WireText: [WireText]] = [:]
        var editing: [WireText] = []
        for candidate in candidates {
            let name = try view.signature(of: candidate.write).name
            if let verb = try verb(of: candidate) ?? verb(ofCited: candidate) {
                if people[verb]?.contains(name) ?? false { continue }
                people[verb, default: []].append(name)
            } else if !isPartOfStep(candidate), !editing.contains(name) {
                editing.append(name)
            }
        }
        let verbs =
            Self.verbs.filter { people[$0] != nil }
            + people.keys.filter {
                !Self.verbs.contains($0)
            }.sorted()
        var parts: [String] = []
        for verb in verbs {
            let isOfCited = verb.string.hasPrefix(Self.changed) || verb.string.hasPrefix(Self.hid)
            let what = isOfCited ? "" : parts.isEmpty ? " \(subject)" : " it"
            parts.append("\(join(people[verb] ?? [])) \(verb)\(what)")
        }
        if !editing.isEmpty { parts.append(whileEditing(editing)) }
        return parts
    }

    /// What is said first: an ending, which waits, before a confirmation.
    private static let verbs: [WireText] = [
        "withdrew", "merged", "cancelled", "confirmed", "returned", "submitted", "issued",
    ]

    /// The verb of a step; nil for what is none.
    private func verb(of candidate: Conflict.Candidate) throws -> WireText? {
        let path = candidate.path.flatMap { CellPath($0) } ?? conflict.path
        guard path.isState, let state = candidate.value?.stringValue else { return nil }
        switch state {
        case "withdrawn": return "withdrew"
        case "merged": return "merged"
        case "cancelled": return "cancelled"
        case "confirmed": return "confirmed"
        case "draft": return "returned"
        case "submitted":
            return try takesBack(candidate.write)
                ? "undid the confirmation of" : "submitted"
        case "issued": return "issued"
        default: return WireText("took the step to \(ConflictView.spaced(state)) of")
        }
    }

    private static let changed = "changed "
    private static let hid = "removed "

    /// What was done to a piece of evidence that the contested record cites; nil for any other write.
    private func verb(ofCited candidate: Conflict.Candidate) -> WireText? {
        guard let path = candidate.path.flatMap({ CellPath($0) }),
            path.kind == Schema.evidence.name,
            conflict.path.kind != Schema.evidence.name
        else { return nil }
        let isHidden = path.field == nil && candidate.value == nil
        return WireText((isHidden ? Self.hid : Self.changed) + view.deedWords.shortName(path))
    }

    /// Whether a save takes a confirmation back.
    private func takesBack(_ write: WriteReference) throws -> Bool {
        let operations = try view.replica.diff(write)?.body.operations ?? []
        return operations.contains {
            $0.path.field == FindingField.confirmedBy.name && $0.action == .remove
        }
    }

    /// Whether a candidate only says what belongs to a step of the same save.
    private func isPartOfStep(_ candidate: Conflict.Candidate) -> Bool {
        view.deedWords.isPartOfStep(candidate, among: conflict.candidates)
    }

    private var subject: String { view.deedWords.shortName(conflict.path) }

    /// What was taken away.
    private var thing: String {
        if let member = conflict.path.member { return view.subjects.memberText(member).trimmed }
        return conflict.path.kind == Schema.criterion.name
            ? view.conflictView.describe(conflict.path).what : subject
    }

    /// Whether a candidate is a write to the place of the conflict itself.
    private func isHere(_ candidate: Conflict.Candidate) -> Bool {
        candidate.path.map { $0 == conflict.path.text } ?? true
    }

    /// Whether a candidate is about a criterion or a piece of evidence.
    private func isOfContents(_ candidate: Conflict.Candidate) -> Bool {
        guard let path = candidate.path.flatMap({ CellPath($0) }) else { return false }
        return path.kind == Schema.criterion.name || path.member != nil
    }

    /// Whether a candidate is in the finding in conflict itself, or in a criterion of it.
    private func isOfSubject(_ candidate: Conflict.Candidate) -> Bool {
        guard let path = candidate.path.flatMap({ CellPath($0) }) else { return true }
        let owner = view.field(CriterionField.finding, of: path.record)?.stringValue
        return (path.kind == Schema.criterion.name ? owner : path.record) == conflict.path.record
    }

    /// The people behind some candidates, each once.
    private func names(_ isWanted: (Conflict.Candidate) -> Bool) throws -> [WireText] {
        try names(of: conflict.candidates.filter(isWanted))
    }

    private func names(of candidates: [Conflict.Candidate]) throws -> [WireText] {
        var known: Set<WireText> = []
        return try candidates.map { try view.signature(of: $0.write).name }
            .filter { known.insert($0).inserted }
    }

    private func whileEditing(_ names: [WireText]) -> String {
        "\(join(names)) \(names.count == 1 ? "was" : "were") editing it"
    }

    private func join(_ names: [WireText]) -> String {
        guard let last = names.last else { return "somebody" }
        if names.count == 1 { return last.string }
        return names.dropLast().joined(separator: ", ") + " and \(last)"
    }
}

/// What people did, in short sentences.
struct DeedWords {
    let view: AuditView

    /// A record by the name alone that commands take: "E-04", "question 7".
    func shortName(_ path: CellPath) -> String {
        switch path.kind {
        case Schema.finding.name:
            return view.finding(id: path.record)?.label.string
                ?? view.conflictView.describe(path).record
        case Schema.criterion.name:
            let owner = view.field(CriterionField.finding, of: path.record)?.stringValue ?? ""
            return view.finding(id: owner)?.label.string ?? view.conflictView.describe(path).record
        default: return view.conflictView.describe(path).record
        }
    }

    /// What one candidate of a conflict wrote elsewhere than where the conflict is, in words.
    func deed(
        of candidate: Conflict.Candidate,
        at path: CellPath,
        in conflict: Conflict
    ) -> String {
        if let member = path.member {
            let name = view.subjects.memberText(member).trimmed
            return candidate.value == nil ? "removed \(name)" : "added \(name)"
        }
        guard let field = path.field else {
            let what =
                path.kind == Schema.criterion.name
                ? view.conflictView.describe(path).what
                : isOther(path, in: conflict) ? shortName(path) : "it"
            return candidate.value == nil ? "removed \(what)" : "added \(what)"
        }
        let criterion =
            path.kind == Schema.criterion.name
            ? " of "
                + view.conflictView.describe(CellPath(kind: path.kind, record: path.record)).what
            : isOther(path, in: conflict) ? " of " + shortName(path) : ""
        let name = FieldTitles.title(ofField: field)
        if Schema.kind(path.kind)?.field(field)?.rule == .text {
            return "edited the \(name)\(criterion)"
        }
        if candidate.isText { return "edited the \(name)\(criterion)" }
        guard let value = candidate.value else { return "cleared the \(name)\(criterion)" }
        if path.isIn(FindingField.state) {
            let subject = path.record == conflict.path.record ? "it" : shortName(path)
            switch value {
            case "withdrawn": return "withdrew \(subject)"
            case "merged": return "merged \(subject)"
            default: return "made \(subject) \(view.conflictView.named(value))"
            }
        }
        return "set the \(name)\(criterion) to \(view.valueWords.worded(value, at: path))"
    }

    /// Whether a place is in a piece of evidence that the contested record only cites.
    private func isOther(_ path: CellPath, in conflict: Conflict) -> Bool {
        path.kind == Schema.evidence.name && conflict.path.kind != Schema.evidence.name
    }

    /// Whether a candidate only says what belongs to a step of a finding that the same save takes.
    func isPartOfStep(
        _ candidate: Conflict.Candidate,
        among candidates: [Conflict.Candidate]
    ) -> Bool {
        guard let path = candidate.path.flatMap({ CellPath($0) }), path.kind == Schema.finding.name,
            ["confirmedBy", "duplicateOf"].contains(path.field ?? "")
        else { return false }
        return candidates.contains { other in
            other.write == candidate.write
                && other.path.flatMap { CellPath($0) }.map { $0.isState } ?? true
        }
    }

    /// What a group of candidates wrote, in words.
    func text(_ candidates: [Conflict.Candidate], of conflict: Conflict) -> String {
        var known: Set<WireText> = []
        let told = candidates.filter { !isPartOfStep($0, among: candidates) }
        var words = told.map { view.conflictView.candidateText($0, of: conflict) }
            .filter { known.insert(WireText($0)).inserted }
        // Beside "added the criterion" its parts say nothing.
        let added = words.filter { $0.hasPrefix("added the criterion") }
        if !added.isEmpty {
            words = words.filter {
                !$0.contains(" of the criterion") || $0.contains("the grade of")
            }
        }
        return words.joined(separator: ", ")
    }
}
