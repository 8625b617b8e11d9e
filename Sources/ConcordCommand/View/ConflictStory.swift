import Concord
import ConcordChanges
import ConcordEncoding
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
        case .endedEdited, .confirmedEdited: return try steps()
        case .mergedEnded:
            let merged = try names { isHere($0) }
            let ended = try names { !isHere($0) }
            if conflict.candidates.contains(where: { isOfContents($0) }) {
                let took = try names { isOfContents($0) && !isOfSubject($0) }
                return
                    "\(join(merged)) merged \(subject) into a finding that does not hold all of it"
                    + (took.isEmpty ? "" : "; \(join(took)) took something from that one")
            }
            return "\(join(merged)) merged \(subject) into a finding that does not count any more; "
                + "\(join(ended)) ended that one"
        case .removedEdited:
            let removed = try names { isHere($0) && $0.value == nil }
            let others = try names { !(isHere($0) && $0.value == nil) }
            return "\(join(removed)) took \(thing) away while \(whileEditing(others))"
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
        guard !decided.isEmpty else { return "\(join(proposing)) proposed \(what)" }
        return "\(join(proposing)) proposed \(what) than \(join(decided)) wrote"
    }

    /// Who took which step of the life cycle, each with their own verb, and who edited meanwhile.
    private func steps() throws -> String {
        // What waits is said first: an ending before a confirmation.
        let order: [WireText] = ["withdrawn", "merged", "cancelled", "confirmed", "draft"]
        let states = Set(conflict.candidates.filter(isHere).compactMap { $0.value?.stringValue })
        var parts: [String] = []
        for state in order.filter(states.contains) + states.subtracting(order).sorted() {
            let people = try names { isHere($0) && $0.value?.stringValue == state }
            let what = parts.isEmpty ? subject : "it"
            let act = Self.verbs[state].map { "\($0) \(what)" } ?? "made \(what) \(state)"
            parts.append("\(join(people)) \(act)")
        }
        let editing = try names { !isHere($0) }
        if !editing.isEmpty { parts.append(whileEditing(editing)) }
        let rest = parts.dropFirst().joined(separator: " and ")
        return parts.count > 1 ? "\(parts[0]) while \(rest)" : parts.joined()
    }

    private static let verbs: [WireText: String] = [
        "withdrawn": "withdrew", "merged": "merged", "cancelled": "cancelled",
        "confirmed": "confirmed", "draft": "returned", "submitted": "submitted", "issued": "issued",
    ]

    private var subject: String { view.shortName(conflict.path) }

    /// What was taken away.
    private var thing: String {
        if let member = conflict.path.member { return view.memberText(member).trimmed }
        return conflict.path.kind == "criterion" ? view.describe(conflict.path).what : subject
    }

    /// Whether a candidate is a write to the contested place itself.
    private func isHere(_ candidate: Conflict.Candidate) -> Bool {
        candidate.path.map { $0 == conflict.path.text } ?? true
    }

    /// Whether a candidate is about a criterion or a piece of evidence.
    private func isOfContents(_ candidate: Conflict.Candidate) -> Bool {
        guard let path = candidate.path.flatMap({ CellPath($0) }) else { return false }
        return path.kind == "criterion" || path.member != nil
    }

    /// Whether a candidate stands in the contested finding itself, or in a criterion of it.
    private func isOfSubject(_ candidate: Conflict.Candidate) -> Bool {
        guard let path = candidate.path.flatMap({ CellPath($0) }) else { return true }
        let owner = view.field("criterion", path.record, "finding")?.stringValue
        return (path.kind == "criterion" ? owner : path.record) == conflict.path.record
    }

    /// The people behind some candidates, each once.
    private func names(_ isWanted: (Conflict.Candidate) -> Bool) throws -> [WireText] {
        var known: Set<WireText> = []
        return try conflict.candidates.filter(isWanted)
            .map { try view.signature(of: $0.write).name }
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

extension AuditView {
    /// A record by the name alone that commands take: "E-04", "question 7".
    func shortName(_ path: CellPath) -> String {
        switch path.kind {
        case "finding": return audit.finding(path.record)?.label.string ?? describe(path).record
        case "criterion":
            let owner = field("criterion", path.record, "finding")?.stringValue ?? ""
            return audit.finding(owner)?.label.string ?? describe(path).record
        default: return describe(path).record
        }
    }

    /// What one side of a conflict wrote at another place than the contested one, in words.
    func deed(of candidate: Conflict.Candidate, at path: CellPath) -> String {
        if let member = path.member {
            let name = memberText(member).trimmed
            return candidate.value == nil ? "took \(name) out" : "put \(name) in"
        }
        guard let field = path.field else {
            let what = path.kind == "criterion" ? describe(path).what : "it"
            return candidate.value == nil ? "took \(what) away" : "added \(what)"
        }
        let criterion =
            path.kind == "criterion"
            ? " of " + describe(CellPath(kind: path.kind, record: path.record)).what : ""
        let name = Self.spaced(field)
        if Schema.kind(path.kind)?.field(field)?.rule == .text {
            return "edited the \(name)\(criterion)"
        }
        if candidate.isText { return "edited the \(name)\(criterion)" }
        guard let value = candidate.value else { return "cleared the \(name)\(criterion)" }
        if path.kind == "finding", field == "state" { return "made it \(named(value))" }
        return "set the \(name)\(criterion) to \(named(value))"
    }

    /// The candidates as people read them: writes of one save at other places are told together, under
    /// the number of the first.
    func told(_ conflict: Conflict) -> [(number: Int, candidates: [Conflict.Candidate])] {
        var groups: [(number: Int, candidates: [Conflict.Candidate])] = []
        var places: [WriteReference: Int] = [:]
        for (number, candidate) in conflict.candidates.enumerated() {
            let isElsewhere = candidate.path.map { $0 != conflict.path.text } ?? false
            if isElsewhere, let same = places[candidate.write] {
                groups[same].candidates.append(candidate)
            } else {
                if isElsewhere { places[candidate.write] = groups.count }
                groups.append((number + 1, [candidate]))
            }
        }
        return groups
    }

    /// What a group of candidates wrote, in words.
    func text(_ candidates: [Conflict.Candidate], of conflict: Conflict) -> String {
        var known: Set<WireText> = []
        var words = candidates.map { candidateText($0, of: conflict) }
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
