import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

// What holds while a conflict is open, told as it is: what counts, and beside what.

extension AuditView {
    /// Why the shown value is shown, in words.
    func reason(_ conflict: Conflict) -> String {
        switch conflict.kind {
        case .values: return Self.reasonOfValues(conflict)
        case .text:
            return conflict.candidates.allSatisfy(\.isProposal)
                ? "what is only proposed does not count until someone decides"
                : "the edits touch, so someone has to read them"
        case .endedEdited: return "it stays as it was until someone decides"
        case .confirmedEdited where conflict.path.kind == Schema.action.name:
            return "the answer is not accepted until someone decides"
        case .confirmedEdited:
            return hasEnded(conflict)
                ? "it does not count until someone decides about the confirmation"
                : "it is not confirmed until someone decides"
        case .mergedEnded: return reasonOfMerge(conflict)
        case .removedEdited: return "it stays until someone decides"
        }
    }

    /// Whether what is contested shows as ended all the same.
    func hasEnded(_ conflict: Conflict) -> Bool {
        conflict.path.kind == "finding" && conflict.path.field == "state"
            && LifeCycle.finding.ends(conflict.shown?.stringValue ?? LifeCycle.finding.initial)
    }

    /// What counts while a merge waits: the merged finding, and its target unless that was ended.
    private func reasonOfMerge(_ conflict: Conflict) -> String {
        let merged = audit.finding(conflict.path.record)
        let target = merged?.duplicateOf.flatMap { audit.finding($0) }
        let label = merged?.label ?? "it"
        if let merged, !merged.isCounted { return "it is \(merged.state) until someone decides" }
        guard let target else { return "\(label) counts until someone decides" }
        return target.isCounted
            ? "\(label) and \(target.label) both count until someone decides"
            : "\(label) counts and \(target.label) does not, until someone decides"
    }

    /// What really counts meanwhile: where something was only proposed, what was decided beside it.
    private static func reasonOfValues(_ conflict: Conflict) -> String {
        let field = Schema.kind(conflict.path.kind)?.field(conflict.path.field ?? "")
        var isSeverity = false
        if case .mostSevere = field?.rule { isSeverity = true }
        let decided = conflict.candidates.filter { !$0.isProposal }
        if decided.count == conflict.candidates.count {
            return isSeverity
                ? "the most severe counts until someone decides" : "shown until someone decides"
        }
        if decided.isEmpty {
            return conflict.shown == nil
                ? "a proposal does not count until someone decides"
                : "only proposed; shown until someone decides"
        }
        let counts =
            isSeverity && Set(decided.map(\.value)).count > 1
            ? "of what was decided the most severe counts" : "what was decided counts"
        return "\(counts); a proposal does not until someone takes it"
    }

    /// What is shown meanwhile, for people.
    func shown(_ conflict: Conflict) -> String {
        if conflict.kind == .removedEdited { return conflict.shown == nil ? "removed" : "kept" }
        if conflict.kind == .text { return "the undisputed text" }
        if conflict.path.field == nil { return "added" }
        if conflict.path.member != nil { return conflict.shown == nil ? "out" : "in" }
        let rule = conflict.path.field.flatMap { Schema.kind(conflict.path.kind)?.field($0)?.rule }
        if case .state(let cycle) = rule {
            return Self.spaced(conflict.shown?.stringValue ?? cycle.initial)
        }
        return named(conflict.shown, none: "nothing")
    }

    /// What is recommended in the conclusion of which something else is contested, by whom; nil of anything
    /// else: the person who decides about its words has to know what they are to carry.
    func recommended(beside conflict: Conflict) throws -> String? {
        guard conflict.path.kind == Schema.conclusion.name,
            conflict.path.field != "recommendation"
        else { return nil }
        var path = conflict.path
        path.field = "recommendation"
        if let other = snapshot.conflicts.first(where: { $0.path == path }) {
            let sides = try other.candidates.map { side in
                "\(named(side.value)) (\(try signature(of: side.write).name))"
            }
            return "recommended: \(sides.joined(separator: " or ")), which is contested too"
        }
        let shown = field(path.kind, path.record, "recommendation")
        return "recommended: \(named(shown, none: "nothing yet"))"
    }
}
