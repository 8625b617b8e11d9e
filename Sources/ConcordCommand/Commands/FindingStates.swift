import ArgumentParser
import Concord
import ConcordChanges
import ConcordEncoding
import ConcordModel

/// One step of the life cycle of findings, for any number of them in one save.
struct FindingStep {
    let to: String
    let said: String
    var reason: String?
    /// Whether whoever takes the step signs as the one who confirmed.
    var confirms = false

    func take(_ names: [String], _ options: EngagementOptions) throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let findings = try names.map { try view.finding($0) }
        var edit = Edit(reason: reason)
        var ids: Set<String> = []
        for finding in findings where ids.insert(finding.id).inserted {
            try add(finding, to: &edit)
            if confirms {
                edit.set(
                    CellPath(kind: "finding", record: finding.id, field: "confirmedBy"),
                    to: .string(try replica.identity().member)
                )
            }
        }
        let labels = findings.map(\.label).joined(separator: ", ")
        try options.report(
            try replica.save(edit, keepingVoid: true),
            "\(said) \(labels)",
            record: findings.first.map { ("finding", $0.id, $0.label) }
        )
    }

    /// Adds the step of one finding to an edit; throws where its state has no such step.
    func add(_ finding: FindingRecord, to edit: inout Edit) throws {
        guard LifeCycle.finding.step(from: finding.state, to: to) != nil else {
            throw refusal(finding)
        }
        edit.set(CellPath(kind: "finding", record: finding.id, field: "state"), to: .string(to))
    }

    private func refusal(_ finding: FindingRecord) -> CommandFailure {
        let open = LifeCycle.finding.next(from: finding.state)
        return CommandFailure(
            .refused,
            "life-cycle",
            "\(finding.label) is \(finding.state) and cannot become \(to)",
            next: open.isEmpty
                ? "There is no step from there."
                : "From there it can become \(open.joined(separator: " or "))."
        )
    }
}

struct FindingSubmit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Hand drafts over to the team leader."
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingStep(to: "submitted", said: "Submitted").take(findings, options)
    }
}

struct FindingConfirm: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Confirm what was submitted (leaders, and one's own)."
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingStep(to: "confirmed", said: "Confirmed", confirms: true).take(findings, options)
    }
}

struct FindingReturn: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return",
        abstract: "Give what was submitted back to its author."
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @Option(parsing: .unconditional, help: "Why; its author reads it.")
    var reason: String
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingStep(to: "draft", said: "Returned", reason: reason).take(findings, options)
    }
}

struct FindingWithdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Withdraw findings; they stay readable and do not count.",
        discussion: """
            If someone else edits the finding at the same time, it stays until someone decides.

            Example:
              concord finding withdraw B-07 --reason "covered by B-03"
            """
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @Option(parsing: .unconditional, help: "Why; it is part of the record.")
    var reason: String
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingStep(to: "withdrawn", said: "Withdrawn", reason: reason).take(findings, options)
    }
}

struct FindingReopen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen",
        abstract: "Take a withdrawal back: the finding is a draft again."
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @Option(parsing: .unconditional, help: "Why.")
    var reason: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingStep(to: "draft", said: "Reopened", reason: reason).take(findings, options)
    }
}
