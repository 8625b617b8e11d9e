import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordFiles
import ConcordModel
import Foundation

/// `concord evidence open`.
struct EvidenceOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Open a copy of the file of an item of evidence.",
        discussion: """
            The program that the system has for such files opens a copy, which nobody else can \
            read, in the folder for temporary files; what is changed there changes nothing in the \
            engagement. Copies that are older than a day are removed by the next `evidence open`. \
            CONCORD_OPEN names another program. Unless you captured it, that you have viewed it \
            becomes part of its custody, once.
            """
    )

    @Argument(help: "The item of evidence.")
    var evidence: String
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let item = try EvidenceFile(evidence, in: view)
        try item.requireSound()
        let path = try OpenedCopies.make(of: item)
        let program = try OpenedCopies.open(path)
        try options.output.show(
            Message(
                json: ["path": .string(WireText(path)), "program": .string(WireText(program))],
                lines: ["Opened \(item.handle) with \(program): \(path)"],
                notes: item.warnings
                    + [try CustodyNote.keep(.viewed, of: [item], in: view, options)].compactMap {
                        $0
                    }
            )
        )
    }
}

/// `concord evidence export`.
struct EvidenceExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the files of items of evidence to where you want them.",
        discussion: """
            A file gets the name and the time that it had when it was added. A file that is there \
            already is never replaced. Only you can read what is written. That you took a copy out \
            becomes part of the custody of the item.

            Examples:
              concord evidence export 3f9a1c
              concord evidence export 3f9a1c 7b20de --output annex/
              concord evidence export 3f9a1c --output - | less
            """
    )

    @Argument(help: ArgumentHelp("The items of evidence.", valueName: "evidence"))
    var items: [String]
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A file, or a folder that is there. Use - for standard output.",
            valueName: "file"
        )
    )
    var output: String?
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        guard output == "-" else { return }
        if items.count > 1 { throw ValidationError("Standard output takes one file.") }
        try options.output.requireText("Standard output takes the file or JSON about it, not both.")
    }

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let files = try items.map { try EvidenceFile($0, in: view) }
        for file in files { try file.requireSound() }
        if output == "-" {
            for file in files { try file.writeToStandardOutput() }
            if let note = try CustodyNote.keep(.exported, of: files, in: view, options) {
                Output.note(note)
            }
            return
        }
        var paths: [String] = []
        for file in files {
            let path = try target(of: file)
            try view.replica.evidence.export(file.file, to: path, modifiedAt: file.modifiedAt)
            paths.append(URL(fileURLWithPath: path).path)
        }
        let unnoted = try CustodyNote.keep(.exported, of: files, in: view, options)
        try options.output.show(
            Message(
                json: [
                    "files": .array(
                        zip(files, paths).map { file, path in
                            [
                                "id": .string(file.item.id), "path": .string(WireText(path)),
                                "bytes": .integer(Int64(file.file.size)),
                            ]
                        }
                    )
                ],
                lines: zip(files, paths).map { Shown("Wrote \($0.handle) to \($1)") },
                notes: files.flatMap(\.warnings) + [unnoted].compactMap { $0 }
            )
        )
    }

    /// Where a file goes.
    private func target(of file: EvidenceFile) throws -> String {
        guard let output else { return file.name }
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
        if isThere, isFolder.boolValue {
            return output.hasSuffix("/") ? output + file.name : output + "/" + file.name
        }
        guard items.count == 1 else {
            throw CommandFailure(
                .notFound,
                "there is no folder \(output)",
                next: "Several files go into a folder that is there: create it first."
            )
        }
        return output
    }
}

/// `concord evidence verify`.
struct EvidenceVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare the files on this device with what was signed.",
        discussion: """
            Every byte is read. Without names, all files that are here are compared. If one is \
            damaged, the command ends with exit code 1.

            Examples:
              concord evidence verify
              concord evidence verify 3f9a1c
            """
    )

    @Argument(help: ArgumentHelp("The items of evidence (default: all).", valueName: "evidence"))
    var items: [String] = []
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let files =
            try items.isEmpty
            ? view.audit.evidence.compactMap { EvidenceFile($0, in: view) }.filter {
                try view.replica.evidence.state(of: $0.file) == .here
            }
            : items.map { try EvidenceFile($0, in: view) }
        let line = ProgressLine()
        defer { line.clear() }
        var damaged: [EvidenceFile] = []
        var bytes = 0
        for (index, file) in files.enumerated() {
            let isSound = try view.replica.evidence.verify(file.file) { done in
                line.show(
                    Shown("Reading \(index + 1) of \(files.count): \(ByteCount.words(done))")
                )
            }
            bytes += file.file.size
            if !isSound {
                damaged.append(file)
                try file.setAside()
            }
        }
        line.clear()
        try options.output.show(
            Message(
                json: [
                    "files": .integer(Int64(files.count)), "bytes": .integer(Int64(bytes)),
                    "damaged": .array(damaged.map { .string($0.item.id) }),
                ],
                lines: [
                    Shown(
                        "Compared \(Layout.count(files.count, "file")), \(ByteCount.words(bytes)): "
                            + (damaged.isEmpty
                                ? "all are as they were signed."
                                : "\(damaged.count) damaged.")
                    )
                ]
            )
        )
        guard let first = damaged.first else { return }
        throw first.damage(others: damaged.count - 1)
    }
}

/// An item of evidence with a file, as the commands on files name it.
struct EvidenceFile {
    let item: EvidenceRecord
    let file: FilePromise
    private let view: AuditView

    /// The item that a name means.
    ///
    /// - Throws: `CommandFailure` if it has no file, or not all of it is here.
    init(_ name: String, in view: AuditView) throws {
        let item = try view.names.evidence(name)
        let handle = AuditView.handle(item.id)
        guard let found = EvidenceFile(item, in: view) else {
            throw CommandFailure(
                .noFile,
                "\(handle) has no file",
                next: "It was recorded without one, or its file was erased."
            )
        }
        guard case .promised(let bytes) = try view.replica.evidence.state(of: found.file) else {
            self = found
            return
        }
        let here = bytes == 0 ? "nothing" : ByteCount.words(bytes, of: found.file.size)
        throw CommandFailure(
            .fileNotHere,
            "the file of \(handle) is promised, and \(here) of it is on this device",
            next: "Run `concord sync`, after the colleague who has it has synced."
        )
    }

    /// An item; nil if it has no file.
    init?(_ item: EvidenceRecord, in view: AuditView) {
        guard let file = item.file else { return nil }
        self.item = item
        self.file = file
        self.view = view
    }

    /// Refuses a file that is damaged, and sets it aside.
    func requireSound() throws {
        if try replica.evidence.verify(file) { return }
        try setAside()
        throw damage()
    }

    /// Sets the damaged file aside, where that can be written: a sync receives it again then.
    func setAside() throws {
        if ReadOnlyCopy.isNeeded(for: replica.path) { return }
        _ = try replica.evidence.setAsideIfDamaged(file)
    }

    /// The failure of a damaged file.
    ///
    /// - Parameter others: how many others are damaged too.
    func damage(others: Int = 0) -> CommandFailure {
        CommandFailure(
            .fileDamaged,
            "the file of \(handle) on this device is damaged: it is not the one that was signed"
                + (others > 0 ? ", and \(others) others are not either" : ""),
            next:
                "It was set aside. Run `concord sync` to receive it again, or `concord evidence add` with the"
                + " original, if you still have it."
        )
    }

    /// What people call the item.
    var handle: String { AuditView.handle(item.id) }

    /// When the file was last changed before it was added.
    var modifiedAt: Timestamp? { item.fileModifiedAt.flatMap { Timestamp($0) } }

    /// The replica that holds the file.
    var replica: Replica { view.replica }

    /// A name for a copy: that of the file, without anything that leads elsewhere. A colleague may have chosen it.
    var name: String {
        let given = item.fileName?.string.split(separator: "/").last.map(String.init) ?? ""
        let plain = given.unicodeScalars.allSatisfy(PrintableText.isPrintable) ? given : ""
        let usable = plain.hasPrefix(".") || plain.hasPrefix("-") || plain.utf8.count > 200
        return usable || plain.isEmpty ? "evidence-\(handle)" : plain
    }

    /// What somebody should know who takes the file out of the engagement.
    var warnings: [Shown] {
        var words: [String] = []
        if let mark = item.confidentiality, !Schema.isForReaders(mark) {
            words.append("is marked as \(PrintableText.of(mark.string))")
        }
        if item.hasPersonalData { words.append("holds personal data") }
        if words.isEmpty { return [] }
        return [
            Shown("\(handle) \(words.joined(separator: " and ")). Take care where the copy goes.")
        ]
    }

    /// Writes the bytes to standard output.
    func writeToStandardOutput() throws {
        guard let path = try replica.evidence.path(of: file) else { return }
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty {
            try Output.raw([UInt8](part))
        }
    }
}
