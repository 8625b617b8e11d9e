import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// What happened in a conflict, told as one would tell a colleague: who did what while who was doing
/// what.
struct ConflictStoryView {
    let view: AuditView
    let conflict: Conflict

    /// One sentence without a full stop.
    func words() throws -> String {
        switch try ConflictStory(of: conflict, asking: view) {
        case .differing(let proposing, let decided):
            return differing(join(proposing), join(decided), proposing, decided)
        case .steps(let doings, let ended):
            let parts = self.parts(doings, subject: subject)
            let rest = parts.dropFirst().joined(separator: " and ")
            let told = parts.count > 1 ? "\(parts[0]) while \(rest)" : parts.joined()
            return told + (ended.map { self.ended($0) } ?? "")
        case .mergedWithoutAll(let people, let removed):
            return
                "\(join(people)) merged \(subject) into a finding that lacks part of it"
                + (removed.isEmpty ? "" : "; \(join(removed)) removed something there")
        case .mergedIntoEnded(let people, let ended, let target):
            let label = target?.label.string
            return "\(join(people)) merged \(subject) into \(label ?? "a finding"), "
                + "which no longer counts; \(join(ended)) ended \(label ?? "that finding")"
        case .removed(let people, let isProposed, let meanwhile):
            let removed =
                "\(join(people)) "
                + (isProposed ? "proposed to remove \(thing)" : "removed \(thing)")
            let kept = parts(meanwhile, subject: "it")
            return kept.isEmpty ? removed : "\(removed) while \(kept.joined(separator: " and "))"
        }
    }

    /// Who decided, and who proposed otherwise.
    private func differing(
        _ proposers: String,
        _ deciders: String,
        _ proposing: [WireText?],
        _ decided: [WireText?]
    ) -> String {
        let isText = conflict.kind == .text
        let verb = isText ? "edited the same words" : "decided differently"
        if proposing.isEmpty {
            return decided.count == 1
                ? "\(deciders) \(verb) on two devices" : "\(deciders) \(verb)"
        }
        if decided.isEmpty { return "\(proposers) proposed \(isText ? "other words" : "a change")" }
        if proposing == decided { return "\(proposers) proposed to change what they wrote" }
        return
            "\(proposers) proposed \(isText ? "other words" : "something else") than \(deciders) wrote"
    }

    /// That somebody has ended the record in conflict meanwhile: "; Ben withdrew it".
    private func ended(_ ended: ConflictStory.Ended) -> String {
        let name = view.accountView.signature(of: ended.by).name
        return "; \(name) \(ended.isMerged ? "merged" : "withdrew") it"
    }

    /// Who did what, steps first: "Lena withdrew A-04", "Anna confirmed it", "Ben was editing it".
    ///
    /// - Parameter subject: what the first of them did it with; for the others it is "it".
    private func parts(_ doings: [ConflictStory.Doing], subject: String) -> [String] {
        let told = doings.map { (doing: $0, verb: verb($0.act)) }
        let steps = told.filter { $0.verb?.isUsual ?? false }
        let others = told.filter { !($0.verb?.isUsual ?? true) }
            .sorted { WireText($0.verb?.text ?? "") < WireText($1.verb?.text ?? "") }
        var parts: [String] = []
        for (doing, verb) in steps + others {
            guard let verb else { continue }
            let what = verb.isWhole ? "" : parts.isEmpty ? " \(subject)" : " it"
            parts.append("\(join(doing.people)) \(verb.text)\(what)")
        }
        for (doing, verb) in told where verb == nil {
            let isOne = doing.people.count == 1
            parts.append("\(join(doing.people)) \(isOne ? "was" : "were") editing it")
        }
        return parts
    }

    /// What somebody did, as a verb.
    private struct Verb {
        let text: String
        /// Whether it is a step that findings have; these are told first, in their order.
        var isUsual = false
        /// Whether it names what was done itself.
        var isWhole = false
    }

    /// The verb of what somebody did; nil of an edit.
    private func verb(_ act: ConflictStory.Act) -> Verb? {
        switch act {
        case .edited: nil
        case .undidConfirmation: Verb(text: "undid the confirmation of")
        case .changedCited(let path):
            Verb(text: "changed " + view.deedWords.shortName(path), isWhole: true)
        case .removedCited(let path):
            Verb(text: "removed " + view.deedWords.shortName(path), isWhole: true)
        case .step("withdrawn"): Verb(text: "withdrew", isUsual: true)
        case .step("merged"): Verb(text: "merged", isUsual: true)
        case .step("cancelled"): Verb(text: "cancelled", isUsual: true)
        case .step("confirmed"): Verb(text: "confirmed", isUsual: true)
        case .step("draft"): Verb(text: "returned", isUsual: true)
        case .step("submitted"): Verb(text: "submitted", isUsual: true)
        case .step("issued"): Verb(text: "issued", isUsual: true)
        case .step(let state): Verb(text: "took the step to \(NameWords.spaced(state)) of")
        }
    }

    private var subject: String { view.deedWords.shortName(conflict.path) }

    /// What was taken away.
    private var thing: String {
        if let member = conflict.path.member { return view.subjects.memberText(member).trimmed }
        return conflict.path.kind == Schema.criterion.name
            ? view.conflictView.describe(conflict.path).what : subject
    }

    private func join(_ people: [WireText?]) -> String {
        let names = people.map { $0.map { view.person($0) } ?? "someone unknown" }
        guard let last = names.last else { return "somebody" }
        if names.count == 1 { return last }
        return names.dropLast().joined(separator: ", ") + " and \(last)"
    }
}
