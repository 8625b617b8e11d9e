import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// One act on any number of findings, in one save.
struct FindingAct {
    let said: String
    let act: (FindingActs, [FindingRecord]) throws -> Edit

    func carryOut(
        on names: [String],
        _ options: EngagementOptions,
        _ saving: SavingOptions
    ) throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let findings = try view.names.findings(names)
        try options.save(
            try act(try view.findingActs(), findings),
            keeping: saving.keepAnyway,
            in: view,
            said: findings.map { "\(said) \(view.stepView.brief($0))" },
            record: findings.first.map { (Schema.finding.name, $0.id, $0.label) },
            leaving: findings.map(\.id)
        )
    }
}

/// What a step of a finding leaves open.
struct StepView {
    let view: AuditView

    /// What about some findings nobody has decided yet: a step does not decide it.
    func undecided(_ ids: [WireText]) throws -> [Shown] {
        let saves = try view.proposedSaves()
        let merged = ids.flatMap { view.duplicates(of: $0) }.compactMap { waiting($0) }
        let open = ids.compactMap { view.finding(id: $0) }.compactMap { self.open($0, saves) }
        return (merged + open).flatMap { Layout.indented(Shown($0), by: 0) }
    }

    /// That the merge of a finding is in conflict; nil where it is not.
    private func waiting(_ finding: FindingRecord) -> String? {
        guard
            let waiting = view.findingView.conflicts(about: finding).first(where: {
                $0.kind == .mergedEnded
            }),
            let target = finding.duplicateOf.flatMap({ view.finding(id: $0) })
        else { return nil }
        return
            "\(finding.label) was merged into \(target.label), and that merge is now in conflict: "
            + "\(view.conflictMeanwhile.reason(waiting)). See `concord conflicts show \(finding.label)`."
    }

    /// How many conflicts and proposals about a finding are open; nil for none.
    private func open(_ finding: FindingRecord, _ saves: [ProposedSave]) -> String? {
        let records = Set([finding.id] + finding.criteria.map(\.id))
        let conflicts = view.findingView.conflicts(about: finding).count
        let proposals = saves.count { $0.isAbout(records) }
        var parts: [String] = []
        if conflicts > 0 { parts.append(Layout.count(conflicts, "open conflict")) }
        if proposals > 0 { parts.append(Layout.count(proposals, "open proposal")) }
        guard !parts.isEmpty else { return nil }
        let place =
            conflicts > 0 ? "`concord conflicts show \(finding.label)`" : "`concord proposals`"
        return "\(finding.label) has \(parts.joined(separator: " and ")): \(place)."
    }
}

extension StepView {
    /// A finding in one line, with what counts of it: its title, and each clause with its grade.
    func brief(_ finding: FindingRecord) -> String {
        let criteria = finding.criteria.compactMap { criterion in
            criterion.reference.map { reference in
                [
                    FindingView.short(reference.standard), reference.clause.string,
                    criterion.grade?.rawValue,
                ]
                .compactMap { $0 }.joined(separator: " ")
            }
        }
        let cited = criteria.isEmpty ? "" : " (\(criteria.joined(separator: ", ")))"
        return "\(finding.label)  \(finding.title ?? "")\(cited)"
    }
}

struct FindingSubmit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit drafts to the audit team leader."
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingAct(said: "Submitted") { try $0.submit($1) }
            .carryOut(on: findings, options, saving)
    }
}

struct FindingConfirm: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Confirm submitted findings (leaders, or your own findings)."
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingAct(said: "Confirmed") { try $0.confirm($1) }
            .carryOut(on: findings, options, saving)
    }
}

struct FindingReturn: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return",
        abstract: "Return submitted findings to their author, or undo a confirmation.",
        discussion: """
            A submitted finding becomes a draft again. A confirmed finding becomes submitted \
            again, without its confirmation (leaders only).

            Example:
              concord finding return B-07 --reason "the evidence is from last year"
            """
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @Option(
        parsing: .unconditional,
        help: "The reason, which the finding's author reads.",
        transform: TextArgument.reason
    )
    var reason: WireText
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingAct(said: "Returned") { try $0.giveBack($1, reason: reason) }
            .carryOut(on: findings, options, saving)
    }
}

struct FindingWithdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Withdraw findings. They stay readable and no longer count.",
        discussion: """
            If someone else edits the finding at the same time, it still counts until someone \
            resolves the conflict.

            Example:
              concord finding withdraw B-07 --reason "covered by B-03"
            """
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingAct(said: "Withdrew") { try $0.withdraw($1, reason: reason) }
            .carryOut(on: findings, options, saving)
    }
}

struct FindingReopen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen",
        abstract: "Undo a withdrawal, so that the finding is a draft again."
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @Option(
        parsing: .unconditional,
        help: "The reason.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func run() throws {
        try FindingAct(said: "Reopened") { try $0.reopen($1, reason: reason) }
            .carryOut(on: findings, options, saving)
    }
}
