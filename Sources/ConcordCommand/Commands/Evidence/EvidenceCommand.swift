import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordModel

/// `concord evidence`.
struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Add, list, show or change evidence, and work with its files.",
        discussion: """
            Name an item of evidence by the end of its id, as `concord evidence list` shows it. If \
            two people capture the same thing, there are two items: Concord never merges them on \
            its own.

            A file that you add is copied into the engagement and stays there; the original is only \
            read. `concord sync` sends it to your colleagues, after the records.
            """,
        subcommands: [
            EvidenceAdd.self, EvidenceList.self, EvidenceShow.self, EvidenceEdit.self,
            EvidenceAttach.self, EvidenceDetach.self, EvidenceOpen.self, EvidenceExport.self,
            EvidenceVerify.self, EvidenceErase.self,
        ],
        defaultSubcommand: EvidenceList.self
    )
}

struct EvidenceList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List evidence.")

    @Option(help: "Only evidence that this finding cites.")
    var finding: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let found = view.audit.evidence(citedBy: try finding.map { try view.names.finding($0) })
        try options.output.show(
            Table(
                name: "evidence",
                rows: try found.map { try EvidenceView($0, view) },
                none: "There is no evidence yet."
            )
        )
    }
}

struct EvidenceShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an item of evidence in full."
    )

    @Argument(help: "The item of evidence.")
    var evidence: String
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let item = try view.names.evidence(evidence)
        let findings = view.audit.findings.filter { $0.evidence.contains(item.id) }
        try options.output.show(
            try EvidenceView(ListedEvidence(item: item, findings: findings), view)
        )
    }
}
