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
            "What it is: \(EvidenceKind.all.joined(separator: ", ")).",
            valueName: "kind"
        )
    )
    var kind: WireText
    @Option(parsing: .unconditional, help: "What it is, in one line.")
    var title: WireText
    @Option(parsing: .unconditional, help: "Where it comes from, with its revision.")
    var source: WireText?
    @Option(parsing: .unconditional, help: "Its content.")
    var content: WireText?
    @Option(parsing: .unconditional, help: "Where it was captured.")
    var place: WireText?
    @Option(help: ArgumentHelp("The date on it.", valueName: "2026-03-02"))
    var date: WireText?
    @Option(help: "SHA-256 of its file, in hexadecimal digits.")
    var sha256: WireText?
    @Option(
        help: ArgumentHelp(
            "Who may read it: \(Confidentiality.all.joined(separator: ", ")).",
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
        if let sha256, SHA256Digest(hex: sha256.string.lowercased()) == nil {
            throw ValidationError("--sha256 is 64 hexadecimal digits.")
        }
    }

    func run() throws {
        let replica = try options.open()
        let me = try replica.identity()
        let id = options.environment.newID()
        let kind = try EvidenceKind.checked(kind.string)
        let date = try date.map { try WireText(DateArgument.checked($0.string, option: "--date")) }
        var record: JSONObject = [
            "kind": .string(kind), "title": .string(title), "capturedBy": .string(me.member),
            "capturedAt": .string(options.environment.now().description),
        ]
        let texts: [(WireText, WireText?)] = [
            ("source", source), ("content", content), ("place", place), ("evidenceDate", date),
            ("sha256", sha256.map { WireText($0.string.lowercased()) }),
            ("confidentiality", try confidentiality.map { try Confidentiality.checked($0) }),
            ("fileID", fileID),
        ]
        for (field, text) in texts { record[field] = text.map { .string($0) } }
        if personalData { record["personalData"] = true }
        var edit = Edit()
        edit.add(Schema.evidence.name, id: id, fields: record)
        let view = try AuditView(replica)
        let acts = FindingActs(on: view.audit, by: me.member)
        for name in finding { try acts.attach(id, to: try view.names.finding(name), edit: &edit) }
        let handle = AuditView.handle(id)
        try options.save(
            edit,
            keeping: saving.keepAnyway,
            in: view,
            said: ["Recorded \(handle)  \(title)"],
            record: (Schema.evidence.name, id, WireText(handle))
        )
    }
}

struct EvidenceList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List evidence.")

    @Option(help: "Only evidence that this finding cites.")
    var finding: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let of = try finding.map { try view.names.finding($0).evidence }
        let found = view.audit.evidence.filter { of?.contains($0.id) ?? true }
        if options.json {
            let users = view.audit.findingsByEvidence
            return try Output.json([
                "evidence": .array(
                    found.map { view.evidenceView.json($0, users: users[$0.id] ?? []) }
                )
            ])
        }
        guard !found.isEmpty else { return try Output.lines(["There is no evidence yet."]) }
        try Output.lines(
            Layout.table(
                found.map { item in
                    [
                        AuditView.handle(item.id), item.kind?.string ?? "",
                        item.capturedBy.map { view.person($0) } ?? "", item.title?.string ?? "",
                    ]
                }
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
        let users = view.audit.findings.filter { $0.evidence.contains(item.id) }
        if options.json { return try Output.json(view.evidenceView.json(item, users: users)) }
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
        let labels = users.map(\.label)
        if !labels.isEmpty { lines += ["", "  Findings: \(labels.joined(separator: ", "))"] }
        try Output.lines(lines)
    }
}

/// Items of evidence.
struct EvidenceView {
    let view: AuditView

    /// An item of evidence as JSON; the shape is in `docs/concord.md`.
    func json(_ item: EvidenceRecord, users: [FindingRecord]) -> JSON {
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
        object["findings"] = .array(users.map { .string($0.id) })
        return .object(object)
    }
}
