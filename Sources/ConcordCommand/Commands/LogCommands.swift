import ArgumentParser
import Concord
import ConcordDiff
import ConcordEncoding
import Foundation

/// `concord log`.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "List the diffs of this replica, export them, or import an exported log.",
        discussion: """
            With --export, each line is a JSON object with the exact signed envelope and the \
            position in the server's log, which is missing until the server has accepted the diff. \
            Anyone can check such a file without this program (Tools/verify.py).

            --import checks every signature, then adds all diffs of the file, or none if one line \
            does not fit. The next sync offers them to the server.

            Examples:
              concord log --last 20
              concord log --export > engagement.jsonl
              concord log --import engagement.jsonl
            """
    )

    @Flag(help: "Write every envelope, one JSON object per line.")
    var export = false
    @Option(
        name: .customLong("import"),
        help: ArgumentHelp(
            "Import an exported log; use - for standard input.",
            valueName: "file"
        )
    )
    var importedFile: String?
    @Option(help: ArgumentHelp("List only this many of the newest diffs.", valueName: "count"))
    var last: Int?
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if let last, last < 1 { throw ValidationError("--last is at least 1.") }
        if importedFile != nil, export || last != nil {
            throw ValidationError("--import cannot be combined with --export or --last.")
        }
    }

    func run() throws {
        let replica = try importedFile == nil ? options.openForReading() : options.open()
        if let importedFile { return try importLog(importedFile, into: replica) }
        if export { return try exportAll(replica) }
        let snapshot = try replica.snapshot()
        var entries: [LogEntryRow] = []
        try replica.log { line in entries.append(try LogEntryRow(line, snapshot)) }
        let shown = last.map { Array(entries.suffix($0)) } ?? entries
        try options.output.show(Table(name: "diffs", rows: shown))
    }

    private func exportAll(_ replica: Replica) throws {
        var batch: [UInt8] = []
        try replica.log { line in
            batch += line.exported + [UInt8(ascii: "\n")]
            if batch.count > 1 << 20 {
                try Output.document(batch)
                batch = []
            }
        }
        try Output.document(batch)
    }
}

/// One diff of the log.
private struct LogEntryRow: Row {
    let position: Int?
    let reference: String
    let id: DiffID
    let time: WireText
    let name: WireText
    let operations: [String]

    /// Reads no more of it than is shown: a diff that does not verify is listed too.
    init(_ line: LogLine, _ snapshot: Snapshot) throws {
        let envelope = try JSON(parsing: line.envelope)
        let head = envelope["head"] ?? .null
        position = line.position
        id = DiffID(hashing: head.canonicalBytes)
        reference = "\(head["seq"]?.integerValue ?? 0)@\(head["author"]?.stringValue ?? "")"
        time = head["time"]?.stringValue ?? ""
        name = WriteReference(reference).flatMap { snapshot.person(of: $0.author)?.name } ?? ""
        operations = (envelope["body"]?["ops"]?.arrayValue ?? []).map { operation in
            "\(operation["op"]?.stringValue ?? "") \(operation["path"]?.stringValue ?? "")"
        }
    }

    var json: JSON {
        var object: JSONObject = [
            "id": .string(id.base64url), "write": .string(reference), "time": .string(time),
            "name": .string(name), "operations": .array(operations.map { .string($0) }),
        ]
        object["position"] = position.map { .integer(Int64($0)) }
        return .object(object)
    }

    var cells: [String] {
        let kinds = Set(operations.compactMap { $0.split(separator: "/").dropFirst().first })
        return [
            position.map { "\($0)" } ?? "-", String(id.base64url.prefix(8)),
            Timestamp(time).map { Signature.moment($0) } ?? time.string, name.string,
            "\(operations.count) on \(kinds.sorted().joined(separator: ", "))",
        ]
    }
}

/// `concord state`.
struct StateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Print the whole state document, in canonical form.",
        discussion: """
            {"conflicts":[…],"digest":"…","state":{…}}: the digest is the SHA-256 of the canonical \
            form of the other two, so that another program can recompute it. Two replicas \
            that hold the same diffs print the same bytes.
            """
    )

    @Flag(help: "Print only the digest.")
    var digest = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let snapshot = try options.openForReading().snapshot()
        if digest {
            return try options.output.show(
                Message(
                    json: ["digest": .string(snapshot.digest)],
                    lines: [Shown(snapshot.digest)]
                )
            )
        }
        try Output.json(snapshot.document)
    }
}

/// `concord verify`.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every hash, chain and signature of the log."
    )

    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.openForReading()
        let progress = ProgressLine()
        defer { progress.clear() }
        let report = try replica.verify { progress.show("Verifying: \($0)") }
        progress.clear()
        try options.output.show(VerificationView(report: report))
        guard let first = report.faults.first else { return }
        throw CommandFailure(
            .invalid,
            "\(report.faults.count) of \(report.diffs) diffs differ from what was signed, the "
                + "first "
                + "at line \(first.line)",
            next:
                "Do not change the file. To get what the server has, join again with a new invitation."
        )
    }
}

/// What checking the log found.
private struct VerificationView: View {
    let report: VerifyReport

    var json: JSON {
        [
            "diffs": .integer(Int64(report.diffs)), "valid": .bool(report.faults.isEmpty),
            "faults": .array(
                report.faults.map {
                    ["line": .integer(Int64($0.line)), "refusal": .string("\($0.refusal)")]
                }
            ),
        ]
    }

    var lines: [Shown] {
        report.faults.isEmpty
            ? ["\(report.diffs) diffs: every hash, chain and signature is correct."]
            : report.faults.map { "diff \($0.line): \($0.refusal)" }
    }
}
