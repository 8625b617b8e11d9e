import ArgumentParser
import ConcordEncoding
import ConcordSyncServer

/// `concord-server verify`.
struct VerifyCommand: AdministratorCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every log, signature and root again.",
        discussion: """
            Every diff is judged again as on the day it came: its signature, its author's chain and membership. From \
            the diffs the roots are computed again, and compared with the stored trees and with everything that the \
            server has signed. A server may be running meanwhile.

            Exit status: 0 if everything is right, 1 if something is wrong. A log that was restored from a backup and \
            that clients still fill again is no fault; it is named.

            Examples:
              concord-server verify --database audits.sqlite
              concord-server verify --backup audits-2026-03-02.backup
            """
    )

    @Option(
        help: ArgumentHelp("Verify a backup instead, which needs no database.", valueName: "file")
    )
    var backup: String?
    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func result() throws -> CommandResult {
        if let backup { return Self.show(try ServerBackup.verify(backup).logs) }
        let result = try LogVerification.verify(try files.files())
        return Self.show(result.logs, damage: result.damage, isSound: result.isSound)
    }

    static func show(
        _ logs: [LogReport],
        damage: [String] = [],
        isSound: Bool = true
    ) -> CommandResult {
        var lines = damage.map { "The database file is damaged: \($0)" }
        for log in logs {
            let name = log.engagement.base64url
            let state = log.faults.isEmpty ? "sound" : log.isSound ? "behind" : "WRONG"
            lines.append("\(name)  \(log.entries) diffs, \(log.signed) signed, \(state)")
            for fault in log.faults {
                let place = fault.position.map { "entry \($0): " } ?? ""
                lines.append("    \(fault.code.rawValue): \(place)\(fault.detail)")
            }
        }
        lines.append(
            isSound
                ? "Everything that was checked is right."
                : "Stop the server, keep a copy of all its files, and restore a backup (docs/operating.md)."
        )
        return CommandResult(
            json: [
                "sound": .bool(isSound), "damage": .array(damage.map { .string($0) }),
                "engagements": .array(logs.map(Self.json)),
            ],
            lines: lines,
            foundFaults: !isSound
        )
    }

    static func json(_ log: LogReport) -> JSON {
        let faults = log.faults.map { fault -> JSON in
            var object: JSONObject = [
                "code": .string(fault.code.rawValue), "detail": .string(fault.detail),
            ]
            object["position"] = fault.position.map { .integer(Int64($0)) }
            return .object(object)
        }
        return [
            "engagement": .string(log.engagement.base64url),
            "diffs": .integer(Int64(log.entries)), "root": .string(log.root.base64url),
            "signed": .integer(Int64(log.signed)), "faults": .array(faults),
        ]
    }
}
