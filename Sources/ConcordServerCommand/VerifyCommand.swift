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
            server has signed. Every file of evidence is read and compared with its name. A server may be running meanwhile.

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
    @OptionGroup var evidence: EvidenceFolderOption
    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func result() throws -> CommandResult {
        if let backup {
            let verified = try ServerBackup.verify(backup, evidence: evidence.evidence)
            let isSound = verified.evidence.damaged.isEmpty
            return Self.show(verified.logs, verified.evidence, isSound: isSound)
        }
        let result = try LogVerification.verify(try files.files())
        return Self.show(
            result.logs,
            result.evidence,
            damage: result.damage,
            isSound: result.isSound
        )
    }

    static func show(
        _ logs: [LogReport],
        _ evidence: EvidenceReport,
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
        lines += Self.lines(evidence)
        lines.append(
            isSound
                ? "Everything that was checked is right."
                : "Stop the server, keep a copy of all its files, and restore a backup (docs/operating.md)."
        )
        return CommandResult(
            json: [
                "sound": .bool(isSound), "damage": .array(damage.map { .string($0) }),
                "engagements": .array(logs.map(Self.json)), "files": json(evidence),
            ],
            lines: lines,
            foundFaults: !isSound
        )
    }

    static func json(_ report: EvidenceReport) -> JSON {
        [
            "held": .integer(Int64(report.files)), "bytes": .integer(Int64(report.bytes)),
            "copied": .integer(Int64(report.copied)), "missing": .integer(Int64(report.missing)),
            "damaged": .array(
                report.damaged.map {
                    [
                        "engagement": .string($0.engagement.base64url),
                        "file": .string($0.name.hex),
                    ]
                }
            ),
        ]
    }

    static func lines(_ report: EvidenceReport) -> [String] {
        let missing = report.missing == 0 ? "" : ", \(report.missing) promised and not here"
        let copied = report.copied == 0 ? "" : ", \(report.copied) copied now"
        return ["\(report.files) files of evidence, \(report.bytes) bytes\(copied)\(missing)"]
            + report.damaged.map {
                "DAMAGED file \($0.engagement.base64url)/\($0.name.hex): its contents are not what its name says. Put a "
                    + "copy from a backup's folder in its place"
            }
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
