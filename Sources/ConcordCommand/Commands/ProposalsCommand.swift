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
        let saves = try view.proposedSaves().filter {
            me == nil || view.member(of: $0.author) == me
        }
        try options.output.show(
            Several(
                name: "proposals",
                items: try saves.map { try ProposedSaveView($0, in: view) },
                none: "There are no open proposals."
            )
        )
    }
}

/// Saves that hold proposals, as the status counts them.
struct ProposalView {
    let view: AuditView

    /// What is proposed and not decided, by save, oldest first.
    func undecidedProposals() throws -> [ProposedSave] { try view.proposedSaves() }
}

/// A save of which something is proposed.
private struct ProposedSaveView: View {
    let save: ProposedSave
    let view: AuditView
    private let by: Signature
    private let deeds: String

    init(_ save: ProposedSave, in view: AuditView) throws {
        self.save = save
        self.view = view
        by = view.accountView.signature(of: save.proposals[0].account)
        let operations = try view.replica.diff(save.diff)?.body.operations ?? []
        deeds = DeedsView(view: view, operations: save.proposing(operations)).summary
    }

    var lines: [Shown] {
        var lines = Layout.indented("\(save.write.short)  \(by.name), \(by.moment)", by: 0)
        lines[0] = Style.output.strong(lines[0])
        lines += Layout.indented("\(by.name) proposed this: \(deeds).", by: 2)
        if let reason = by.reason { lines += Layout.indented("because: \(reason)", by: 2) }
        return lines + howDecided.flatMap { Layout.indented(Shown($0), by: 2) }
    }

    /// How somebody who may decides a proposal, and what is shown meanwhile.
    private var howDecided: [String] {
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
        guard let (finding, clause, grade, isMerged) = view.gradeToDecide(proposal) else {
            return nil
        }
        return ", with `concord finding edit \(finding.label) --criterion "
            + "\(FindingView.short(clause.standard)):\(clause.clause)=\(grade)` "
            + "(another grade declines it)"
            + (isMerged ? "." : ", or confirms the finding.")
    }

    var json: JSON {
        var object: JSONObject = [
            "diff": .string(save.diff.base64url), "write": .string(save.write.description),
            "member": .string(by.member), "name": .string(by.name),
            "time": .string(by.time), "deeds": .string(deeds),
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
        object["reason"] = by.reason.map { .string($0) }
        return .object(object)
    }
}
