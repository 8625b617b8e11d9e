import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord proposals`.
struct ProposalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposals",
        abstract: "List open proposals, who made them, and how to decide them.",
        discussion: """
            A proposal counts once someone with the right to decide accepts it. Proposals are \
            grades by an auditor in training, changes to a confirmed finding, and an auditor's \
            changes to the plan, the scope or the engagement, including its state.

            Examples:
              concord proposals
              concord proposals --mine
            """
    )

    @Flag(help: "Only your own proposals.")
    var mine = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.openForReading()
        let view = try AuditView(replica)
        let me = try mine ? replica.identity().member : nil
        let saves = try view.proposalView.proposedSaves().filter { me == nil || $0.by.member == me }
        if options.json {
            return try Output.json(["proposals": .array(saves.map { view.proposalView.json($0) })])
        }
        guard !saves.isEmpty else { return try Output.lines(["There are no open proposals."]) }
        for (index, save) in saves.enumerated() {
            try Output.lines((index > 0 ? [""] : []) + view.proposalView.text(save))
        }
    }
}

/// One save of which something is proposed and not decided.
struct ProposedSave {
    let diff: DiffID
    let write: WriteReference
    let by: Signature
    /// What it proposes.
    let proposals: [OpenProposal]
    /// The same in words.
    let deeds: String

    /// The conflicts in which it is a candidate, each once.
    var conflicts: [CellPath] {
        var known: Set<CellPath> = []
        return proposals.compactMap(\.conflict).filter { known.insert($0).inserted }
    }
}

/// Saves that hold proposals.
struct ProposalView {
    let view: AuditView

    /// What is proposed and not decided: the proposals by save, oldest first.
    func undecidedProposals() throws -> [(diff: DiffID, proposals: [OpenProposal])] {
        var order: [DiffID] = []
        var bySave: [DiffID: [OpenProposal]] = [:]
        for proposal in try view.replica.openProposals() {
            // What a finding was confirmed with is decided: it counts, and waits for nobody.
            let path = proposal.account.path
            if proposal.conflict == nil,
                view.isConfirmed(path) || countsElsewhere(path, proposal.shown)
            {
                continue
            }
            let diff = proposal.account.diff
            if bySave[diff] == nil { order.append(diff) }
            bySave[diff, default: []].append(proposal)
        }
        return order.map { ($0, bySave[$0] ?? []) }
    }

    /// The saves that propose something that nobody has decided, oldest first.
    func proposedSaves() throws -> [ProposedSave] {
        try undecidedProposals().compactMap { id, proposals in
            guard let first = proposals.first else { return nil }
            let places = Set(proposals.map(\.account.path))
            let records = Set(places.map { CellPath(kind: $0.kind, record: $0.record) })
            let operations = (try view.replica.diff(id)?.body.operations ?? []).filter {
                operation in
                operation.path.field == nil
                    ? records.contains(operation.path) : places.contains(operation.path)
            }
            return ProposedSave(
                diff: id,
                write: first.account.write,
                by: view.accountView.signature(of: first.account),
                proposals: proposals,
                deeds: Deeds(view: view, operations: operations).summary
            )
        }
    }

    /// Whether a proposed grade was decided with the merge of its finding: the one that is kept has it, or a more
    /// severe one.
    private func countsElsewhere(_ path: CellPath, _ grade: JSON?) -> Bool {
        guard path.isIn(CriterionField.grade),
            let (finding, criterion) = view.criterion(id: path.record), finding.state == "merged",
            let proposed = grade?.stringValue.flatMap({ Grade($0) }),
            let kept = view.counting(finding),
            let same = kept.criteria.first(where: { $0.reference == criterion.reference })
        else { return false }
        return same.grade.map { $0 >= proposed } ?? false
    }

    /// A proposed save, for people.
    fileprivate func text(_ save: ProposedSave) -> [Shown] {
        var lines = Layout.indented(
            "\(save.write.short)  \(save.by.name), \(save.by.moment)",
            by: 0
        )
        lines[0] = Style.output.strong(lines[0])
        lines += Layout.indented("\(save.by.name) proposed this: \(save.deeds).", by: 2)
        if let reason = save.by.reason { lines += Layout.indented("because: \(reason)", by: 2) }
        return lines + howDecided(save).flatMap { Layout.indented(Shown($0), by: 2) }
    }

    /// How somebody who may decides a proposal, and what is shown meanwhile.
    private func howDecided(_ save: ProposedSave) -> [String] {
        var lines = save.conflicts.map { path in
            "An audit team leader decides on \(definite(view.subjects.matter(path))): "
                + "`concord conflicts show \(ConflictName.of(path))`."
        }
        for proposal in save.proposals where proposal.conflict == nil {
            let path = proposal.account.path
            if path.isState {
                let state = proposal.shown.map { view.conflictView.named($0) } ?? "as it was"
                let here = view.conflictView.describe(path).record
                let command =
                    path.kind == Schema.engagement.name
                    ? " `concord engagement --step \(ConflictView.text(proposal.account.value))`"
                    : ""
                lines.append(
                    "Meanwhile \(here) is \(state). "
                        + (command.isEmpty
                            ? "Only an audit team leader can take the step."
                            : "An audit team leader takes the step:\(command).")
                )
            } else if proposal.shown != nil {
                let line = Self.shownMeanwhile + (command(deciding: proposal) ?? ".")
                if !lines.contains(line) { lines.append(line) }
            }
        }
        return lines
    }

    /// A place with an article before it.
    private func definite(_ words: String) -> String {
        words.hasPrefix("the ") ? words : "the \(words)"
    }

    private static let shownMeanwhile =
        "Nobody else has written there, so it is shown as a proposal; it counts once an audit team leader "
        + "writes it"

    /// How an audit team leader writes a proposed grade; nil for anything else.
    private func command(deciding proposal: OpenProposal) -> String? {
        let path = proposal.account.path
        guard path.isIn(CriterionField.grade),
            let (finding, criterion) = view.criterion(id: path.record),
            let reference = criterion.reference, let grade = proposal.shown?.stringValue
        else { return nil }
        // What is merged is decided where it counts.
        let counting = view.counting(finding) ?? finding
        return ", with `concord finding edit \(counting.label) --criterion "
            + "\(FindingView.short(reference.standard)):\(reference.clause)=\(grade)` "
            + "(another grade declines it)"
            + (finding.state == "merged" ? "." : ", or confirms the finding.")
    }

    /// A proposed save as JSON; the shape is in `docs/concord.md`.
    fileprivate func json(_ save: ProposedSave) -> JSON {
        var object: JSONObject = [
            "diff": .string(save.diff.base64url), "write": .string(save.write.description),
            "member": .string(save.by.member), "name": .string(save.by.name),
            "time": .string(save.by.time), "deeds": .string(save.deeds),
            "conflicts": .array(save.conflicts.map { .string(WireText(ConflictName.of($0))) }),
            "places": .array(
                save.proposals.map { proposal in
                    [
                        "path": .string(proposal.account.path.description),
                        "about": .string(view.subjects.place(proposal.account.path)),
                        "value": proposal.account.value ?? .null, "shown": proposal.shown ?? .null,
                    ]
                }
            ),
        ]
        object["reason"] = save.by.reason.map { .string($0) }
        return .object(object)
    }
}
