import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord conclusion`.
struct ConclusionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conclusion",
        abstract: "Show or write the conclusion for each standard.",
        discussion: """
            Each standard has its own conclusion, based on its own findings. An open nonconformity \
            in the other standard does not affect it.
            """,
        subcommands: [ConclusionShow.self, ConclusionEdit.self],
        defaultSubcommand: ConclusionShow.self
    )
}

struct ConclusionShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the conclusions and the facts behind them."
    )

    @Argument(help: "The standard (default: all).")
    var standard: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let standards = try standard.map { [try view.standards.id($0)] } ?? view.frame.standards
        let items = standards.map {
            ConclusionView(conclusion: view.conclusion(for: $0), view: view)
        }
        try options.output.show(Several(name: "conclusions", items: items))
    }
}

/// The conclusion for one standard, with the facts behind it.
private struct ConclusionView: View {
    let conclusion: StandardConclusion
    let view: AuditView

    var lines: [Shown] {
        let (facts, record) = (conclusion.facts, conclusion.record)
        let counts = TotalsView.words(of: facts.grades)
        var lines: [Shown] = [
            Style.output.strong(Shown(AuditView.title(ofStandard: conclusion.standard)))
                + "  \(record?.state ?? "not written yet")"
        ]
        let open = Layout.count(facts.openNonconformities.count, "nonconformity")
        lines += Layout.indented(
            "\(counts.isEmpty ? "no graded findings" : counts); \(open) open",
            by: 2
        )
        lines += proposed
        for left in facts.unanswered {
            let label = view.finding(id: left.finding)?.label ?? left.finding
            lines += Layout.indented(
                Shown("open: \(label): \(left.message): \(UnansweredCriterion.remedy)"),
                by: 2
            )
        }
        let texts: [(String, WireText?)] = [
            ("Recommendation", record?.recommendationText),
            ("Fulfilment", record?.fulfilment), ("Effectiveness", record?.effectiveness),
            ("Conditions", record?.conditions),
            ("Sampling", record?.samplingCaveat),
            ("Not covered", record?.partsNotCovered),
            ("Diverging opinions", record?.divergingOpinions),
            ("Follow-up", record?.followUp),
            ("Objectives met", record?.areObjectivesMet.map { $0 ? "yes" : "no" as WireText }),
        ]
        for (title, text) in texts {
            guard let text else { continue }
            lines += ["  \(title)"] + Layout.paragraphs(text.string, by: 4)
        }
        for conflict in conclusion.conflicts {
            lines += Layout.indented(
                "conflict: \(view.conflictView.describe(conflict).what); see `concord conflicts show "
                    + "\(ConflictName.of(conflict.path))`",
                by: 2
            )
        }
        return lines
    }

    /// What is only proposed, and what that stands in the way of.
    private var proposed: [Shown] {
        guard !conclusion.proposed.isEmpty else { return [] }
        return Layout.indented(
            Shown("proposed: \(TotalsView.words(of: conclusion.proposed)); ")
                + (conclusion.isHinderedByProposals
                    ? "decide first (`concord proposals`), because an open proposal of a nonconformity "
                        + "prevents certification too"
                    : "`concord proposals` lists how to decide"),
            by: 2
        )
    }

    var json: JSON {
        let facts = conclusion.facts
        var object: JSONObject = [
            "standard": .string(conclusion.standard), "counts": TotalsView.json(facts.grades),
            "proposed": TotalsView.json(conclusion.proposed),
            "openNonconformities": .array(facts.openNonconformities.map { .string($0) }),
            "openMajors": .array(facts.openMajors.map { .string($0) }),
            "unanswered": .array(
                facts.unanswered.map { left in
                    [
                        "finding": .string(left.finding),
                        "criterion": .string(left.criterion.id),
                        "reason": .string(WireText(left.unanswered.rawValue)),
                    ]
                }
            ),
            "state": conclusion.record.map { .string($0.state) } ?? .null,
            "conflicts": .array(
                conclusion.conflicts.map { .string(WireText(ConflictName.of($0.path))) }
            ),
        ]
        if let record = conclusion.record,
            let fields = view.record(Schema.conclusion.name, record.id)
        {
            for (name, value) in fields where object[name] == nil { object[name] = value }
        }
        return .object(object)
    }
}

struct ConclusionEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Write the conclusion for a standard (leaders only).",
        discussion: """
            Recommendations: certify, certifyAfterPlans, certifyAfterVerification, doNotCertify, \
            maintain, suspend, extendScope, reduceScope. `certify` is refused while a \
            nonconformity of the standard is open, `certifyAfterPlans` while a major one is.

            Example:
              concord conclusion edit 20000-1 --recommendation doNotCertify \\
                --effectiveness "not shown for service continuity"
            """
    )

    @Argument(help: "The standard.")
    var standard: String
    @Option(parsing: .unconditional, help: "The recommendation on the certificate.")
    var recommendation: WireText?
    @Option(
        parsing: .unconditional,
        help: "The extent to which the criteria are met.",
        transform: TextArgument.sense
    )
    var fulfilment: WireText?
    @Option(
        parsing: .unconditional,
        help: "Whether the management system is effective.",
        transform: TextArgument.sense
    )
    var effectiveness: WireText?
    @Option(
        parsing: .unconditional,
        help: "The conditions of the recommendation.",
        transform: TextArgument.sense
    )
    var conditions: WireText?
    @Option(
        parsing: .unconditional,
        help: "The scope statement for the certificate (default: the scope's own statement).",
        transform: TextArgument.sense
    )
    var scopeStatement: WireText?
    @Option(
        parsing: .unconditional,
        help: "Parts of the scope that were not audited.",
        transform: TextArgument.sense
    )
    var partsNotCovered: WireText?
    @Option(
        parsing: .unconditional,
        help: "How far a sample can be relied on.",
        transform: TextArgument.sense
    )
    var samplingCaveat: WireText?
    @Option(
        parsing: .unconditional,
        help: "The auditee's view, if it differs.",
        transform: TextArgument.sense
    )
    var divergingOpinions: WireText?
    @Option(help: "Which further audit is needed: none, documents, onSite, fullAudit.")
    var followUp: WireText?
    @Flag(
        inversion: .prefixedNo,
        exclusivity: .exclusive,
        help: "Whether the audit met its objectives."
    )
    var objectivesMet: Bool?
    @Flag(help: "Propose it for sign-off.")
    var propose = false
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let text = try text()
        guard propose || text != ConclusionText() else {
            throw CommandFailure(
                .nothingToChange,
                "you named nothing to change",
                next:
                    "Name a part, such as --fulfilment TEXT, --recommendation certify or --propose; "
                    + "`concord conclusion edit --help` lists them."
            )
        }
        let replica = try options.open()
        let view = try AuditView(replica)
        let standard = try view.standards.id(standard)
        let acts = ConclusionActs(on: view.totals.weighed())
        let old = view.frame.conclusion(for: standard)
        let edit = try acts.write(text, for: standard, proposing: propose)
        let receipt = try view.saveView.tellingRefusals {
            let receipt = try replica.save(edit, keepingVoid: saving.keepAnyway)
            if propose, old == nil {
                // A new record begins as a draft; the step is a save of its own.
                try replica.save(acts.propose(standard), keepingVoid: saving.keepAnyway)
            }
            return receipt
        }
        try options.report(
            receipt,
            ["Saved the conclusion for \(AuditView.title(ofStandard: standard))"],
            in: view,
            record: (
                Schema.conclusion.name, old?.id ?? DerivedID.conclusion(standard: standard),
                standard
            )
        )
    }

    /// What is to be written, as it was given.
    private func text() throws -> ConclusionText {
        var text = ConclusionText()
        text.fulfilment = fulfilment
        text.effectiveness = effectiveness
        text.conditions = conditions
        text.scopeStatement = scopeStatement
        text.partsNotCovered = partsNotCovered
        text.samplingCaveat = samplingCaveat
        text.divergingOpinions = divergingOpinions
        text.recommendation = try recommendation.map { try Recommendation.named($0) }
        text.followUp = try followUp.map { try ConclusionText.followUp(named: $0) }
        text.areObjectivesMet = objectivesMet
        return text
    }
}
