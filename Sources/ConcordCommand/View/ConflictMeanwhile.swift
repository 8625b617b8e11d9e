import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

// What holds while a conflict is open, told as it is: what counts, and beside what.

/// Why a conflict shows what it shows meanwhile.
struct ConflictMeanwhile {
    let view: AuditView

    /// Why the shown value is shown, in words.
    func reason(_ conflict: Conflict) -> String {
        switch conflict.kind {
        case .values: return Self.reasonOfValues(conflict)
        case .text:
            return conflict.candidates.allSatisfy(\.isProposal)
                ? "a proposal counts once someone accepts it"
                : "the edits change the same words, so someone has to read them"
        case .endedEdited: return "it stays as it was until someone resolves the conflict"
        case .confirmedEdited where conflict.path.kind == Schema.action.name:
            return "the answer is not accepted until someone resolves the conflict"
        case .confirmedEdited:
            return hasEnded(conflict)
                ? "it does not count until someone resolves the conflict about the confirmation"
                : "it is not confirmed until someone resolves the conflict"
        case .mergedEnded: return reasonOfMerge(conflict)
        case .removedEdited: return "it stays until someone resolves the conflict"
        }
    }

    /// Whether all that is open is a proposal to remove something: nobody else is a candidate, and to keep it is
    /// a choice all the same.
    func isProposedRemoval(_ conflict: Conflict) -> Bool {
        conflict.kind == .removedEdited
            && conflict.candidates.allSatisfy { $0.isProposal && $0.path == nil && $0.value == nil }
    }

    /// Whether what is contested shows as ended all the same.
    func hasEnded(_ conflict: Conflict) -> Bool {
        conflict.path.isIn(FindingField.state)
            && LifeCycle.finding.ends(conflict.shown?.stringValue ?? LifeCycle.finding.initial)
    }

    /// What counts while a merge waits: the merged finding, and its target unless that was ended.
    private func reasonOfMerge(_ conflict: Conflict) -> String {
        let merged = view.finding(id: conflict.path.record)
        let target = merged?.duplicateOf.flatMap { view.finding(id: $0) }
        let label = merged?.label ?? "it"
        if let merged, !merged.isCounted {
            return "it is \(merged.state) until someone resolves the conflict"
        }
        guard let target else { return "\(label) counts until someone resolves the conflict" }
        return target.isCounted
            ? "\(label) and \(target.label) both count until someone resolves the conflict"
            : "\(label) counts and \(target.label) does not, until someone resolves the conflict"
    }

    /// What really counts meanwhile: where something was only proposed, what was decided beside it.
    private static func reasonOfValues(_ conflict: Conflict) -> String {
        let field = Schema.kind(conflict.path.kind)?.field(conflict.path.field ?? "")
        var isSeverity = false
        if case .mostSevere = field?.rule { isSeverity = true }
        let decided = conflict.candidates.filter { !$0.isProposal }
        if decided.count == conflict.candidates.count {
            return isSeverity
                ? "the most severe counts until someone resolves the conflict"
                : "shown until someone resolves the conflict"
        }
        if decided.isEmpty {
            return conflict.shown == nil
                ? "a proposal counts once someone accepts it"
                : "only proposed; shown until someone resolves the conflict"
        }
        let counts =
            isSeverity && Set(decided.map(\.value)).count > 1
            ? "the most severe decided value counts" : "the decided value counts"
        return "\(counts); a proposal counts once someone accepts it"
    }

    /// What is shown meanwhile, for people.
    func shown(_ conflict: Conflict) -> String {
        if conflict.kind == .removedEdited { return conflict.shown == nil ? "removed" : "kept" }
        if conflict.kind == .text { return "the text without the changes in conflict" }
        if conflict.path.field == nil { return "added" }
        if conflict.path.member != nil { return conflict.shown == nil ? "out" : "in" }
        return view.valueWords.worded(conflict.shown, at: conflict.path, none: "nothing")
    }

    /// What is recommended in the conclusion of which something else is contested, by whom; nil of anything
    /// else: the person who decides about its words has to know what they are to carry.
    func recommended(beside conflict: Conflict) throws -> String? {
        guard conflict.path.kind == Schema.conclusion.name,
            conflict.path.field != ConclusionField.recommendation.name
        else { return nil }
        var path = conflict.path
        path.field = "recommendation"
        if let other = view.conflicts.first(where: { $0.path == path }) {
            let sides = try other.candidates.map { side in
                "\(view.conflictView.named(side.value)) (\(try view.signature(of: side.write).name))"
            }
            return "recommended: \(sides.joined(separator: " or ")) (also in conflict)"
        }
        let shown = view.field(path.kind, path.record, "recommendation")
        return "recommended: \(view.conflictView.named(shown, none: "nothing yet"))"
    }
}
