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
        let until = "until someone resolves the conflict"
        switch WhileContested(conflict, shown: view) {
        case .awaitsAcceptance: return "a proposal counts once someone accepts it"
        case .proposalShows: return "only proposed; shown \(until)"
        case .wordsToRead: return "the edits change the same words, so someone has to read them"
        case .staysAsItWas: return "it stays as it was \(until)"
        case .stays: return "it stays \(until)"
        case .notAccepted: return "the answer is not accepted \(until)"
        case .notConfirmed: return "it is not confirmed \(until)"
        case .hasEnded:
            return "it does not count until someone resolves the conflict about the confirmation"
        case .mergeWaits(let merged, let target): return merge(of: merged, into: target, until)
        case .mostSevere: return "the most severe counts \(until)"
        case .oneShows: return "shown \(until)"
        case .decided(let isMostSevere):
            let counts =
                isMostSevere ? "the most severe decided value counts" : "the decided value counts"
            return "\(counts); a proposal counts once someone accepts it"
        }
    }

    /// What counts while a merge waits: the merged finding, and its target unless that was ended.
    private func merge(
        of merged: FindingRecord?,
        into target: FindingRecord?,
        _ until: String
    ) -> String {
        let label = merged?.label ?? "it"
        if let merged, !merged.isCounted { return "it is \(merged.state) \(until)" }
        guard let target else { return "\(label) counts \(until)" }
        return target.isCounted
            ? "\(label) and \(target.label) both count \(until)"
            : "\(label) counts and \(target.label) does not, \(until)"
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
