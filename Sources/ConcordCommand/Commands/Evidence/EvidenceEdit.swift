import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord evidence edit`.
struct EvidenceEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change what is said of an item of evidence. Its file stays as it is.",
        discussion: """
            Only the fields you name are written. An empty value clears a field. If a confirmed \
            finding cites the item, the change is a proposal, which a leader decides.

            Examples:
              concord evidence edit 3f9a1c --title "Label on rack 4" --place "server room"
              concord evidence edit 3f9a1c --confidentiality restricted --personal-data
            """
    )

    @Argument(help: "The item of evidence.")
    var evidence: String
    @Option(
        help: ArgumentHelp(
            "What it is: \(EvidenceWords.kinds.joined(separator: ", ")).",
            valueName: "kind"
        )
    )
    var kind: WireText?
    @Option(parsing: .unconditional, help: "The title of the evidence, in one line.")
    var title: WireText?
    @OptionGroup(title: "What it says") var fields: EvidenceFields
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws { try TextArgument.requireTitle(title, option: "--title") }

    func run() throws {
        let view = try AuditView(try options.open())
        let item = try view.names.evidence(evidence)
        var edit = Edit(reason: reason)
        var count = try fields.change(item.id, edit: &edit)
        if let kind {
            edit.set(.evidence(item.id, .kind), to: .string(try EvidenceWords.kind(kind)))
            count += 1
        }
        if let title {
            edit.set(.evidence(item.id, .title), to: .string(title))
            count += 1
        }
        guard count > 0 else {
            throw CommandFailure(
                .nothingToChange,
                "you named nothing to change",
                next:
                    "Name a field, such as --place \"floor 2\"; `concord evidence edit --help` lists them."
            )
        }
        let handle = AuditView.handle(item.id)
        try options.save(
            edit,
            keeping: saving.keepAnyway,
            in: view,
            said: ["Saved \(handle)"],
            record: (Schema.evidence.name, item.id, WireText(handle))
        )
    }
}

/// `concord evidence attach`.
struct EvidenceAttach: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Let findings cite an item of evidence.",
        discussion: "Example:\n  concord evidence attach 3f9a1c --finding B-07 --finding B-09"
    )

    @OptionGroup var citation: EvidenceCitation

    func run() throws { try citation.run(cites: true) }
}

/// `concord evidence detach`.
struct EvidenceDetach: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detach",
        abstract: "Remove an item of evidence from findings. The item itself stays.",
        discussion: "Example:\n  concord evidence detach 3f9a1c --finding B-07"
    )

    @OptionGroup var citation: EvidenceCitation

    func run() throws { try citation.run(cites: false) }
}

/// Which findings are to cite an item of evidence, or no longer.
struct EvidenceCitation: ParsableArguments {
    @Argument(help: "The item of evidence.")
    var evidence: String
    @Option(name: .long, help: "A finding (repeatable).")
    var finding: [String] = []
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if finding.isEmpty { throw ValidationError("Name at least one finding with --finding.") }
    }

    func run(cites: Bool) throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let item = try view.names.evidence(evidence)
        let findings = try finding.map { try view.names.finding($0) }
        let part = try view.part(around: findings.map(\.id))
        let acts = FindingActs(on: part, by: try replica.identity().member)
        var edit = Edit(reason: reason)
        for finding in findings {
            if cites {
                try acts.attach(item.id, to: finding, edit: &edit)
            } else {
                try acts.detach(item.id, from: finding, edit: &edit)
            }
        }
        let handle = AuditView.handle(item.id)
        let labels = findings.map { "\($0.label)" }.joined(separator: ", ")
        try options.save(
            edit,
            keeping: saving.keepAnyway,
            in: view,
            said: [cites ? "\(labels): cites \(handle)" : "\(labels): no longer cites \(handle)"],
            record: (Schema.evidence.name, item.id, WireText(handle))
        )
    }
}
