import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Foundation

/// `concord new`.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Open an engagement as its audit team leader.",
        discussion: """
            Describe the engagement with a file or with a few options.

            The recovery key is printed once: write it on paper. Its holder can appoint a new leader if \
            every leader's device is lost: `concord recover` on any member's device, or `concord join` with the \
            recovery code on a new one.

            Examples:
              concord new --from engagement.json --server http://audit.example:8080
              concord new --standard iso-9001-2008 --organization "Meridale" --leader "Ines Carrow"
            """
    )

    @Option(
        help: ArgumentHelp(
            "A JSON file that describes the engagement (docs/concord.md). Use - for standard input.",
            valueName: "file"
        )
    )
    var from: String?
    @Option(
        parsing: .unconditional,
        help: "The leader: a person on the file's team, or a name if there is no file."
    )
    var leader: String?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A standard to audit against, if there is no file (repeatable).",
            valueName: "id"
        )
    )
    var standard: [String] = []
    @Option(parsing: .unconditional, help: "The audited organization, if there is no file.")
    var organization: String?
    @Option(parsing: .unconditional, help: "The engagement's number, as people quote it.")
    var number: WireText?
    @Option(help: ArgumentHelp("The server to sync with.", valueName: "url"))
    var server: String?
    @Option(
        help: ArgumentHelp(
            "The token that the server's operator has given you, if it asks for one; - asks for it.",
            valueName: "file"
        )
    )
    var token: String?
    @Option(
        parsing: .unconditional,
        help: "This device's name (default: the file's, or the host's name)."
    )
    var device: WireText?
    @Option(help: "The letter of the leader's draft numbers.")
    var letter = "L"
    @Option(
        parsing: .unconditional,
        help: "The engagement's name on this device (default: its number)."
    )
    var name: String?
    @OptionGroup var encryption: PassphraseOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if from == nil, standard.isEmpty || leader == nil {
            throw ValidationError("Give --from FILE, or --standard ID and --leader NAME.")
        }
        if from != nil, !standard.isEmpty || organization != nil {
            throw ValidationError("--standard and --organization cannot be combined with --from.")
        }
        try LetterArgument.check(letter)
        if from == "-", token == "-" {
            throw ValidationError("Only one of --from and --token can be standard input.")
        }
        for (name, text) in [("--leader", leader), ("--organization", organization)] {
            guard let text, WireText(text).isBlank else { continue }
            throw ValidationError("Give a \(name) that is not empty.")
        }
    }

    func run() throws {
        let server = try server.map { try SyncServer($0) }
        let token = try token.map { try TokenInput.read($0) }
        let file = try EngagementFile(source())
        let person = try file.leader(from == nil ? nil : leader)
        let number = self.number ?? file.number
        let path = try options.newPath(
            named: name ?? DataFolder.name(from: number?.string ?? "engagement")
        )
        var fields = file.fields
        fields[EngagementField.number] = number.map { .string($0) }
        var rest = file.records.map {
            EngagementDraft.Record(
                kind: $0.kind,
                id: options.environment.newID(),
                fields: $0.fields
            )
        }
        let first = Self.takeBatch(&rest)
        let created = try Replica.create(
            at: path,
            engagement: EngagementDraft(
                leader: person.name,
                device: device ?? person.device ?? WireText(HostName.current),
                letter: WireText(letter),
                leaderFields: person.competence,
                fields: fields,
                records: first
            ),
            environment: options.environment,
            passphrase: try encryption.ofNewKey()
        )
        let replica = created.0
        while !rest.isEmpty {
            var edit = Edit()
            for record in Self.takeBatch(&rest) {
                edit.add(record.kind, id: record.id, fields: record.fields)
            }
            try replica.save(edit)
        }
        try server?.remember(for: replica)
        if let token { try replica.useOpeningToken(token) }
        try report(replica, person, created.recoveryKey, count: file.records.count)
    }

    /// The file, or what the options say in its form.
    private func source() throws -> JSON {
        if let from { return try InputFile.json(from) }
        let known = StandardNames(ids: Catalogues.shipped.catalogues.map(\.id))
        let ids = try standard.map { JSON.string(try known.id($0)) }
        var file: JSONObject = [
            "engagement": ["standards": .array(ids)],
            "team": [
                [
                    "id": "leader", "name": .string(leader ?? ""), "role": "lead",
                    "standards": .array(ids),
                ]
            ],
        ]
        if let organization { file["client"] = ["name": .string(organization)] }
        return .object(file)
    }

    /// Takes the records of one diff, whose size is bounded.
    private static func takeBatch(
        _ records: inout [EngagementDraft.Record]
    ) -> [EngagementDraft.Record] {
        var bytes = 0
        let batch = records.prefix { record in
            bytes += record.fields.canonicalBytes.count + 200
            return bytes < DiffLimits.envelopeBytes / 2
        }
        let taken = batch.isEmpty ? records.prefix(1) : batch
        records.removeFirst(taken.count)
        return Array(taken.prefix(DiffLimits.operations))
    }

    private func report(
        _ replica: Replica,
        _ person: EngagementFile.Person,
        _ recoveryKey: String,
        count: Int
    ) throws {
        let name = URL(fileURLWithPath: replica.path).deletingPathExtension().lastPathComponent
        let code =
            InvitationCode(
                engagement: replica.engagement,
                recoveryKey: recoveryKey,
                server: server
            )?.description ?? ""
        try options.output.show(
            Message(
                json: [
                    "engagement": .string(replica.engagement.base64url), "name": .string(name),
                    "path": .string(replica.path), "leader": .string(person.name),
                    "records": .integer(Int64(count)), "recoveryKey": .string(recoveryKey),
                    "recoveryCode": .string(code),
                ],
                lines: [
                    "Opened \(name), led by \(person.name), with \(Layout.count(count, "record"))"
                        + " for the plan and the organization.",
                    "Replica: \(replica.path)",
                    "",
                    Style.output.strong("Recovery key (shown once, write it on paper):"),
                    "  \(recoveryKey)",
                    "For a device that has no replica, keep this code as secretly:",
                    "  \(code)",
                    "",
                    "Next: `concord invite --role auditor --name NAME` for each colleague.",
                ]
            )
        )
    }
}
