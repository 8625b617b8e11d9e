import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord evidence`.
struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Add, list or show evidence.",
        discussion: """
            Name an item of evidence by the end of its id, as `concord evidence list` shows it. If \
            two people capture the same thing, there are two items: Concord never merges them on \
            its own.
            """,
        subcommands: [EvidenceAdd.self, EvidenceList.self, EvidenceShow.self],
        defaultSubcommand: EvidenceList.self
    )
}

struct EvidenceAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Record an item of evidence.",
        discussion: """
            Example:
              concord evidence add --kind photo --title "Sheet at workplace 4" --place "floor 2" \\
                --finding B-07
            """
    )

    @Option(
        help: ArgumentHelp(
            "What it is: \(EvidenceWords.kinds.joined(separator: ", ")).",
            valueName: "kind"
        )
    )
    var kind: WireText
    @Option(parsing: .unconditional, help: "The title of the evidence, in one line.")
    var title: WireText
    @Option(parsing: .unconditional, help: "The source of the evidence, with its revision.")
    var source: WireText?
    @Option(parsing: .unconditional, help: "The content of the evidence.")
    var content: WireText?
    @Option(parsing: .unconditional, help: "The place where it was captured.")
    var place: WireText?
    @Option(help: ArgumentHelp("The date on it.", valueName: "2026-03-02"))
    var date: WireText?
    @Option(help: "SHA-256 of its file, in hexadecimal digits.")
    var sha256: WireText?
    @Option(
        help: ArgumentHelp(
            "Who may read it: \(EvidenceWords.confidentialities.joined(separator: ", ")).",
            valueName: "who"
        )
    )
    var confidentiality: WireText?
    @Flag(help: "It holds personal data.")
    var personalData = false
    @Option(name: .long, help: "A finding that cites it (repeatable).")
    var finding: [String] = []
    @Option(name: .customLong("file-id"), help: .hidden)
    var fileID: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        try TextArgument.requireTitle(title, option: "--title")
        if let sha256, Self.digest(sha256) == nil {
            throw ValidationError("--sha256 is 64 hexadecimal digits.")
        }
    }

    func run() throws {
        let replica = try options.open()
        let me = try replica.identity()
        let id = options.environment.newID()
        let draft = try draft()
        let view = try AuditView(replica)
        let citing = try finding.map { try view.names.finding($0) }
        let part = try view.part(around: citing.map(\.id))
        let edit = try EvidenceActs(on: part, by: me.member).record(
            draft,
            id: id,
            at: options.environment.now(),
            citedBy: citing
        )
        let handle = AuditView.handle(id)
        try options.save(
            edit,
            keeping: saving.keepAnyway,
            in: view,
            said: ["Recorded \(handle)  \(title)"],
            record: (Schema.evidence.name, id, WireText(handle))
        )
    }

    private static func digest(_ text: WireText) -> SHA256Digest? {
        SHA256Digest(hex: text.string.lowercased())
    }

    /// The item as it was given.
    private func draft() throws -> EvidenceDraft {
        var draft = EvidenceDraft(kind: try EvidenceWords.kind(kind), title: title)
        draft.source = source
        draft.content = content
        draft.place = place
        draft.date = try date.map {
            WireText(try DateArgument.checked($0.string, option: "--date"))
        }
        draft.sha256 = sha256.flatMap(Self.digest)
        draft.confidentiality = confidentiality
        draft.hasPersonalData = personalData
        draft.fileID = fileID
        return draft
    }
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
                rows: found.map { EvidenceView(evidence: $0, view: view) },
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
            EvidenceView(evidence: ListedEvidence(item: item, findings: findings), view: view)
        )
    }
}

/// An item of evidence, in full or as a row of a list.
private struct EvidenceView: View, Row {
    let evidence: ListedEvidence
    let view: AuditView

    private var item: EvidenceRecord { evidence.item }

    var cells: [String] {
        [
            AuditView.handle(item.id), item.kind?.string ?? "",
            item.capturedBy.map { view.person($0) } ?? "", item.title?.string ?? "",
        ]
    }

    var lines: [Shown] {
        let facts: [(String, WireText?)] = [
            ("kind", item.kind), ("source", item.source), ("place", item.place),
            ("captured by", item.capturedBy.map { WireText(view.person($0)) }),
            (
                "captured at",
                item.capturedAt.flatMap { Timestamp($0) }.map { WireText(Signature.moment($0)) }
            ),
            ("date", item.evidenceDate), ("sha256", item.sha256),
            ("confidentiality", item.confidentiality),
            ("personal data", item.hasPersonalData ? "yes" : nil),
        ]
        var lines = Layout.wrap(
            "\(AuditView.handle(item.id))  \(item.title ?? "")",
            width: Terminal.width
        )
        lines += Layout.table(
            facts.compactMap { name, text in text.map { [name, $0.string] } },
            indent: 2
        )
        if let content = item.content { lines += [""] + Layout.paragraphs(content.string, by: 2) }
        let labels = evidence.findings.map(\.label)
        if !labels.isEmpty { lines += ["", "  Findings: \(labels.joined(separator: ", "))"] }
        return lines
    }

    var json: JSON {
        var object: JSONObject = [
            "id": .string(item.id), "handle": .string(AuditView.handle(item.id)),
        ]
        let texts: [(WireText, WireText?)] = [
            ("kind", item.kind), ("title", item.title), ("source", item.source),
            ("content", item.content), ("evidenceDate", item.evidenceDate),
            ("capturedAt", item.capturedAt), ("capturedBy", item.capturedBy),
            ("place", item.place), ("sha256", item.sha256),
            ("confidentiality", item.confidentiality),
            ("fileID", view.fileID(Schema.evidence.name, item.id)),
        ]
        for (name, text) in texts { object[name] = text.map { .string($0) } }
        object["findings"] = .array(evidence.findings.map { .string($0.id) })
        return .object(object)
    }
}
