import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord engagement`.
struct EngagementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engagement",
        abstract: "Show the engagement, or move it to its next state (leaders only).",
        discussion: """
            States: planned, planApproved, inProgress, inReview, and back from inReview to \
            inProgress. When the review starts, planned clauses that nobody examined count as not \
            reached.

            Examples:
              concord engagement
              concord engagement --step planApproved
              concord engagement --step inProgress --reason "one site was forgotten"
            """
    )

    @Option(help: "The state to move to.")
    var step: WireText?
    @Option(
        parsing: .unconditional,
        help: "The reason. Going back requires one.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try step == nil ? options.openForReading() : options.open()
        let view = try AuditView(replica)
        guard let engagement = view.engagement else {
            throw CommandFailure(
                .noEngagement,
                "this device does not have the engagement's own record",
                next: "Run `concord sync`."
            )
        }
        guard let step else {
            return try options.output.show(EngagementView(engagement: engagement, view: view))
        }
        try options.save(
            try EngagementActs(on: engagement).step(to: step, reason: reason),
            keeping: saving.keepAnyway,
            in: view,
            said: ["The engagement is now \(NameWords.spaced(step))."],
            record: (Schema.engagement.name, engagement.id, engagement.number ?? engagement.id)
        )
    }
}

/// The engagement itself.
private struct EngagementView: View {
    let engagement: EngagementRecord
    let view: AuditView

    var json: JSON {
        var object = view.standing(Schema.engagement.name, engagement.id) ?? [:]
        // The secret has the other name: it is what is written on paper.
        object["recoveryPublicKey"] = object[EngagementField.recoveryKey]
        object[EngagementField.recoveryKey] = nil
        return .object(object)
    }

    var lines: [Shown] {
        let facts: [(String, WireText?)] = [
            ("number", engagement.number),
            ("state", engagement.state.map { WireText(NameWords.spaced($0)) }),
            ("kind", engagement.kind), ("mode", engagement.mode), ("from", engagement.from),
            ("to", engagement.to),
            ("previous", engagement.previous), ("certification body", engagement.certificationBody),
            ("organization", view.organization?.name),
        ]
        let titles = view.frame.standards.map { AuditView.title(ofStandard: $0) }
        var lines = Layout.table(facts.compactMap { name, text in text.map { [name, $0.string] } })
        lines += Layout.indented("standards: \(titles.joined(separator: ", "))", by: 0)
        for objective in engagement.objectives {
            lines += Layout.indented("- \(objective)", by: 0)
        }
        return lines
            + view.findingView.proposed(
                in: [engagement.id] + [view.organization?.id].compactMap { $0 }
            )
    }
}
