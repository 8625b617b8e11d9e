import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord evidence add`.
struct EvidenceAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Record items of evidence, with their files or without.",
        discussion: """
            Each file becomes an item of evidence. It is copied into the engagement; the original is \
            only read. Of a folder, all files are added, also those of folders in it; names that \
            begin with a dot are left out. All items are saved together, or none.

            Without --kind, a picture is a photo, a recording is audio, and anything else is a \
            document. Without --title, the title is the file's name.

            Examples:
              concord evidence add rack-4.jpg plan.pdf --finding B-07
              concord evidence add photos/ --place "floor 2" --finding B-07
              ssh host uptime | concord evidence add - --name uptime.txt
              concord evidence add --kind photo --title "Sheet at workplace 4" --finding B-07
            """
    )

    @Argument(help: ArgumentHelp("Files or folders; - is standard input.", valueName: "file"))
    var files: [String] = []
    @Option(
        help: ArgumentHelp(
            "What it is: \(EvidenceWords.kinds.joined(separator: ", ")).",
            valueName: "kind"
        )
    )
    var kind: WireText?
    @Option(parsing: .unconditional, help: "The title of the evidence, in one line.")
    var title: WireText?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What to call the file from standard input.", valueName: "file name")
    )
    var name: WireText?
    @Option(help: ArgumentHelp("The media type of the file.", valueName: "image/jpeg"))
    var mediaType: WireText?
    @OptionGroup(title: "What it says") var fields: EvidenceFields
    @Option(help: "SHA-256 of a file that you keep yourself, in hexadecimal digits.")
    var sha256: WireText?
    @Option(
        name: .customLong("redaction-of"),
        help: ArgumentHelp(
            "The item of which this is a copy with something blacked out.",
            valueName: "evidence"
        )
    )
    var redactionOf: String?
    @Option(name: .long, help: "A finding that cites it (repeatable).")
    var finding: [String] = []
    @Option(name: .customLong("file-id"), help: .hidden)
    var fileID: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        try TextArgument.requireTitle(title, option: "--title")
        try TextArgument.requireTitle(name, option: "--name")
        if let sha256, Self.digest(sha256) == nil {
            throw ValidationError("--sha256 is 64 hexadecimal digits.")
        }
        if files.isEmpty {
            guard kind != nil, title != nil else {
                throw ValidationError("Name a file, or give --kind and --title.")
            }
        } else if sha256 != nil {
            throw ValidationError("--sha256 is for a file that you do not add.")
        }
        if files.filter({ $0 == "-" }).count > 1 {
            throw ValidationError("Standard input can be added once.")
        }
        if name != nil, !files.contains("-") {
            throw ValidationError("--name is for standard input: add the file -.")
        }
    }

    func run() throws {
        let replica = try options.open()
        let me = try replica.identity()
        let view = try AuditView(replica)
        let citing = try finding.map { try view.names.finding($0) }
        let original = try redactionOf.map { try view.names.evidence($0).id }
        // What is wrong with the words is told before a file is copied.
        var first = try draft(title: title ?? "file")
        try fields.fill(&first)
        let kept = try keep(in: replica)
        var isSaved = false
        defer { if !isSaved { for file in kept { replica.evidence.abandon(file) } } }
        var drafts = files.isEmpty ? [first] : []
        for file in kept { drafts.append(try draft(of: file)) }
        for index in drafts.indices { drafts[index].redactionOf = original }
        let part = try view.part(around: citing.map(\.id))
        let acts = EvidenceActs(on: part, by: me.member)
        var edit = Edit()
        var records: [SavedView.Record] = []
        for draft in drafts {
            let id = options.environment.newID()
            try acts.record(
                draft,
                id: id,
                at: options.environment.now(),
                citedBy: citing,
                edit: &edit
            )
            records.append((Schema.evidence.name, id, WireText(AuditView.handle(id))))
        }
        let receipt = try view.saveView.tellingRefusals {
            try replica.save(edit, keepingVoid: saving.keepAnyway)
        }
        isSaved = true
        let said = zip(records, drafts).map { "Recorded \($0.label)  \($1.title)" }
        try options.report(
            receipt,
            said + (try twins(of: kept, in: view)),
            in: view,
            records: records
        )
    }

    private static func digest(_ text: WireText) -> SHA256Digest? {
        SHA256Digest(hex: text.string.lowercased())
    }

    // MARK: Drafts.

    /// What is said of every item.
    private func draft(title: WireText) throws -> EvidenceDraft {
        var draft = EvidenceDraft(kind: try EvidenceWords.kind(kind ?? "document"), title: title)
        draft.sha256 = sha256.flatMap(Self.digest)
        draft.fileID = fileID
        draft.mediaType = mediaType
        try fields.fill(&draft)
        return draft
    }

    /// The item of a file.
    private func draft(of kept: KeptFile) throws -> EvidenceDraft {
        var draft = try draft(title: title ?? kept.name ?? "Standard input")
        draft.describe(kept)
        if kind == nil { draft.kind = kept.likelyKind }
        if let mediaType { draft.mediaType = mediaType }
        return draft
    }

    // MARK: Files.

    /// Copies the files into the engagement.
    private func keep(in replica: Replica) throws -> [KeptFile] {
        let sources = try FileSources(files)
        if sources.count > 1, title != nil {
            throw CommandFailure(
                .usage,
                "one title was given for \(sources.count) files",
                next: "Leave out --title: each file is then called by its name."
            )
        }
        let line = ProgressLine()
        defer { line.clear() }
        var kept: [KeptFile] = []
        do {
            for (index, source) in sources.all.enumerated() {
                let progress = { (bytes: Int) in
                    let done = "Copying \(index + 1) of \(sources.count): \(ByteCount.words(bytes))"
                    line.show(Shown("\(done) of \(PrintableText.of(source.name))"))
                }
                switch source {
                case .file(let path):
                    kept.append(try replica.evidence.keep(path, progress: progress))
                case .standardInput:
                    kept.append(
                        try replica.evidence.keep(
                            named: name?.string,
                            progress: progress,
                            reading: FileSources.readStandardInput
                        )
                    )
                }
            }
        } catch {
            for file in kept { replica.evidence.abandon(file) }
            throw error
        }
        return kept
    }

    /// What to say of files that other items of evidence have too.
    private func twins(of kept: [KeptFile], in view: AuditView) throws -> [String] {
        kept.filter(\.wasHere).flatMap { file in
            view.audit.evidence.filter { $0.file == file.file }.prefix(1).map { item in
                let name = file.name.map { "\($0)" } ?? "Standard input"
                return "\(name) is the file of \(AuditView.handle(item.id)) too."
            }
        }
    }
}
