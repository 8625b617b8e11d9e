import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// A conflict with its candidates next to each other, with what each author saw before writing; below each
/// other if there are many.
struct ConflictSideView: View {
    let conflict: Conflict
    let view: AuditView

    var lines: [Shown] {
        get throws {
            let account = try view.conflictSides.account(of: conflict)
            let subject = view.conflictView.describe(conflict)
            var lines = Layout.wrap(
                "\(ConflictName.of(conflict.path))  \(subject.record)",
                width: Terminal.width
            )
            lines[0] = Style.output.strong(lines[0])
            let story = try ConflictStoryView(view: view, conflict: conflict).words()
            lines +=
                Layout.indented("\(view.subjects.matter(conflict.path)): \(story)", by: 0) + [""]
            if let common = account.commonText {
                lines += Layout.indented(
                    "Without the changes in conflict: \(common.isEmpty ? "(nothing)" : common.string)",
                    by: 0
                )
                lines += [""]
            }
            var cells = try view.toldView.told(conflict).compactMap { told -> [Shown]? in
                guard account.sides.indices.contains(told.first) else { return nil }
                return cell(told.number, account.sides[told.first], told.candidates)
            }
            if conflict.isProposedRemoval {
                cells.append(["[\(cells.count + 1)]", "keep it", "", "declines the proposal"])
            }
            for start in stride(from: 0, to: cells.count, by: 3) {
                lines += Layout.sideBySide(Array(cells[start..<min(start + 3, cells.count)])) + [""]
            }
            if let undone = try view.toldView.undoneSince(conflict) {
                lines += Layout.indented("\(undone).", by: 0) + [""]
            }
            if conflict.kind == .text, let merged = account.conflict.shown?.stringValue {
                lines += Layout.indented("Merged text (--keep takes it): \(merged)", by: 0) + [""]
            }
            if let words = try view.conflictMeanwhile.recommended(beside: conflict) {
                lines += Layout.indented(
                    "\(words.prefix(1).uppercased())\(words.dropFirst()).",
                    by: 0
                )
            }
            lines += Layout.wrap(
                "Meanwhile: \(view.conflictMeanwhile.shown(conflict)) (\(view.conflictMeanwhile.reason(conflict))).",
                width: Terminal.width
            )
            return lines
        }
    }

    private func cell(
        _ number: Int,
        _ side: ConflictAccount.Side,
        _ candidates: [Conflict.Candidate]
    ) -> [Shown] {
        let by = view.accountView.signature(of: side.account)
        let head = "[\(number)]" + (side.candidate.isProposal ? " proposal" : "")
        let said =
            side.changes.isEmpty
            ? view.deedWords.text(candidates, of: conflict) : TextChanges.marked(side.changes)
        return [head, said, "", by.name.string, by.device.string, by.moment].map { Shown($0) }
            + (by.reason.map { ["because: \($0)"] } ?? []) + before(side)
    }

    /// What the author had on their screen, where that says more than the candidate itself.
    private func before(_ side: ConflictAccount.Side) -> [Shown] {
        let sight = side.before
        let isPresence = side.account.path.field == nil || side.account.path.member != nil
        guard side.changes.isEmpty else { return [] }
        if sight.candidates.count > 1, !isPresence {
            let values = sight.candidates.map { candidate in
                let name = view.person(of: candidate.write.author)?.name ?? "someone unknown"
                return "\(seen(candidate.value, at: side.account.path)) (\(name))"
            }
            return ["saw: \(values.joined(separator: " or "))"]
        }
        if isPresence { return ["saw: \(sight.shown == nil ? "not there" : "there")"] }
        return ["saw: \(seen(sight.shown, at: side.account.path))"]
    }

    /// What somebody had before them at a place: of a state that nobody had written, the first one.
    private func seen(_ value: JSON?, at path: CellPath) -> String {
        view.valueWords.worded(value, at: path, none: "(nothing)")
    }

    /// How a conflict is resolved, true for the person who reads it.
    func howResolved() throws -> String {
        let name = ConflictName.of(conflict.path)
        let command =
            conflict.isProposedRemoval
            ? "concord resolve \(name) --keep --reason WHY keeps it, and --remove removes it"
            : "concord resolve \(name) --take N --reason WHY"
        let field = Schema.kind(conflict.path.kind)?.field(conflict.path.field ?? "")
        let isDecided =
            [Schema.finding.name, Schema.criterion.name].contains(conflict.path.kind)
            && field?.isErasable != true
        guard isDecided || field?.activity == .editPlan || field?.rule == .control,
            let me = try view.replica.currentMember(), me.role != .lead
        else { return "Resolve it: \(command)" }
        let about =
            view.finding(id: conflict.path.record)
            ?? view.criterion(id: conflict.path.record)?.finding
        let owner = about?.raisedBy
        guard isDecided, let owner,
            view.membership.members[owner].map({
                Rights.right(of: $0.role, to: .decideFinding) == .own
            }) ?? false
        else { return "An audit team leader can resolve it: \(command)" }
        return owner == me.member
            ? "Resolve it: \(command)"
            : "\(view.person(owner)), who raised it, or an audit team leader can resolve it: \(command)"
    }

    var json: JSON {
        get throws {
            let account = try view.conflictSides.account(of: conflict)
            var object = try ConflictSummaryView(conflict: conflict, view: view).object()
            object["because"] = .string(account.because.rawValue)
            object["winner"] = account.winner.map { .string($0.description) }
            object["commonText"] = account.commonText.map { .string($0) }
            object["candidates"] = .array(
                try zip(account.sides, view.toldView.numbers(conflict)).map { side, number in
                    var candidate = try view.conflictView.json(side.candidate).objectValue ?? [:]
                    candidate["number"] = number.map { .integer(Int64($0)) }
                    candidate["diff"] = .string(side.account.diff.base64url)
                    candidate["before"] = view.accountView.json(side.before)
                    candidate["reason"] = side.account.reason.map { .string($0) }
                    if account.commonText != nil {
                        candidate["value"] = .string(ConflictSides.text(of: side))
                        candidate["changes"] = .array(
                            side.changes.map { [.string($0.kind.rawValue), .string($0.text)] }
                        )
                    }
                    return .object(candidate)
                }
            )
            return .object(object)
        }
    }
}

/// Conflicts, each with how it is resolved.
struct ConflictSidesView: View {
    let conflicts: [ConflictSideView]
    /// Whether they were asked for by name.
    let areNamed: Bool

    var json: JSON {
        get throws { try Several(name: "conflicts", items: conflicts, areNamed: areNamed).json }
    }

    var lines: [Shown] {
        get throws {
            if conflicts.isEmpty { return [ConflictSummaryView.none] }
            return try conflicts.flatMap { conflict in
                try conflict.lines + [
                    Style.output.faint(Shown(try conflict.howResolved())), "",
                ]
            }
        }
    }
}
