import ArgumentParser
import Concord
import ConcordChanges
import ConcordEncoding
import ConcordModel

/// `concord engagement`.
struct EngagementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engagement",
        abstract: "Show the engagement, or take the next step of its life (leaders only).",
        discussion: """
            Steps: planned, planApproved, inProgress, inReview, and back from inReview to \
            inProgress. What was planned and not looked at when the review begins was not reached.

            Examples:
              concord engagement
              concord engagement --step planApproved
              concord engagement --step inProgress --reason "one site was forgotten"
            """
    )

    @Option(help: "The state to go to.")
    var step: String?
    @Option(parsing: .unconditional, help: "Why; going back takes a reason.")
    var reason: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        guard let engagement = view.audit.engagement else {
            throw CommandFailure(
                .refused,
                "no-engagement",
                "the engagement's own record is not here",
                next: "Run `concord sync`."
            )
        }
        if let step { return try take(step, engagement, replica) }
        if options.json {
            return try Output.json(view.snapshot.state["engagement"]?[engagement.id] ?? .null)
        }
        let facts: [(String, String?)] = [
            ("number", engagement.number), ("state", engagement.state), ("kind", engagement.kind),
            ("mode", engagement.mode), ("from", engagement.from), ("to", engagement.to),
            ("previous", engagement.previous), ("certification body", engagement.certificationBody),
            ("organization", view.audit.organization?.name),
        ]
        let titles = view.audit.standards.map { AuditView.title(ofStandard: $0) }
        try Output.lines(
            Layout.table(facts.compactMap { name, text in text.map { [name, $0] } })
                + ["standards: " + titles.joined(separator: ", ")]
                + engagement.objectives.map { "- " + $0 }
        )
    }

    private func take(_ step: String, _ engagement: EngagementRecord, _ replica: Replica) throws {
        let cycle = LifeCycle.engagement
        let state = engagement.state ?? cycle.initial
        let open = cycle.next(from: state)
        guard open.contains(step), let found = cycle.step(from: state, to: step) else {
            throw CommandFailure(
                .refused,
                "life-cycle",
                "the engagement is \(state) and cannot become \(step)",
                next: open.isEmpty
                    ? "There is no step from there."
                    : "From there it can become \(open.joined(separator: " or "))."
            )
        }
        if found.needsReason, (reason ?? "").isEmpty {
            throw CommandFailure(
                .usage,
                "reason",
                "this step takes a reason",
                next: "Give --reason WHY."
            )
        }
        var edit = Edit(reason: reason)
        edit.set(
            CellPath(kind: "engagement", record: engagement.id, field: "state"),
            to: .string(step)
        )
        try options.report(
            try replica.save(edit, keepingVoid: true),
            "The engagement is now \(step).",
            record: ("engagement", engagement.id, engagement.number ?? engagement.id)
        )
    }
}
