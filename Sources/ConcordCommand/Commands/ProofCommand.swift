import ArgumentParser
import Concord
import ConcordEncoding
import ConcordFiles
import Foundation

/// `concord proof`.
struct ProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Write one file that proves a record to someone who has nothing else.",
        discussion: """
            The file holds what the record shows, every signed save that wrote it, how their authors \
            joined, and the proof that each save stands in the log that the server has signed. \
            Anyone can check it alone: Tools/verify.py proof FILE. Sync first: only what the server \
            has signed can be proven. The saves go into the file as a whole, with everything else \
            that was saved with them, so think about who gets it.

            With --contradiction, the file holds the evidence that the server's log contradicts what \
            the server had signed (Tools/verify.py contradiction FILE).

            Examples:
              concord proof B-07
              concord proof B-07 --output b-07.jsonl
              concord proof B-07 --tlog proofs       (for public tools for transparency logs)
              concord proof --contradiction
            """
    )

    @Argument(help: "The record: a finding, evidence, a question, a member, or /KIND/ID.")
    var record: String?
    @Flag(help: "Write the evidence against the server instead.")
    var contradiction = false
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write it (default: NAME-proof.jsonl here). Use - for standard output.",
            valueName: "file"
        )
    )
    var output: String?
    @Option(
        help: ArgumentHelp(
            "Also write each save's entry and its C2SP tlog-proof into this folder.",
            valueName: "folder"
        )
    )
    var tlog: String?
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if (record == nil) != contradiction {
            throw ValidationError("Give either a record or --contradiction.")
        }
        if contradiction, tlog != nil {
            throw ValidationError("--tlog belongs to the proof of a record.")
        }
        if output == "-" {
            try options.output.requireText(
                "Standard output takes the proof or JSON about it, not both; give --output FILE."
            )
        }
    }

    func run() throws {
        let replica = try options.openForReading()
        guard let record else { return try writeContradiction(of: replica) }
        let subject = try AuditView(replica).subjects.subject(record)
        let proof = try replica.proof(ofKind: subject.kind, id: subject.id)
        if let tlog { try write(proof, intoFolder: tlog) }
        guard let path = try write(proof.bytes, for: replica, suffix: "proof") else { return }
        try options.output.show(
            Message(
                json: [
                    "path": .string(WireText(path)),
                    "entries": .integer(Int64(proof.entries.count)),
                    "logSize": .integer(Int64(proof.size)), "key": .string(proof.key),
                ],
                lines: [
                    "Proof: \(path)",
                    "\(Layout.count(proof.entries.count, "entry")) of the server's log, which it has signed with the key",
                    "  \(proof.key)",
                    "Tell this key to whoever checks the file, by another way: Tools/verify.py proof FILE --key KEY",
                ]
            )
        )
    }

    private func writeContradiction(of replica: Replica) throws {
        let count = try replica.contradictions().count
        guard count > 0 else {
            throw CommandFailure(
                .notFound,
                "nothing contradicts what the server has signed",
                next: "`concord status` says it from then on, if something ever does."
            )
        }
        let bytes = try replica.contradictionEvidence()
        guard let path = try write(bytes, for: replica, suffix: "contradiction") else { return }
        try options.output.show(
            Message(
                json: [
                    "path": .string(WireText(path)), "contradictions": .integer(Int64(count)),
                ],
                lines: ["Evidence: \(path)", "Check it with Tools/verify.py contradiction FILE"]
            )
        )
    }

    /// Writes the file.
    ///
    /// - Returns: its path; nil for standard output.
    private func write(_ bytes: [UInt8], for replica: Replica, suffix: String) throws -> String? {
        let name = URL(fileURLWithPath: replica.path).deletingPathExtension().lastPathComponent
        let path = output ?? "\(name)-\(suffix).jsonl"
        if path == "-" {
            try Output.document(bytes)
            return nil
        }
        try OutputFile.write(bytes, to: path)
        return URL(fileURLWithPath: path).path
    }

    /// Writes what public tools read: two files for each entry.
    private func write(_ proof: RecordProof, intoFolder folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        for entry in proof.entries {
            try OutputFile.write(entry.tlogProof, to: "\(folder)/\(entry.position).tlog-proof")
            try OutputFile.write(entry.leaf, to: "\(folder)/\(entry.position).entry")
        }
    }
}
