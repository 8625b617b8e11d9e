import ArgumentParser
import ConcordEncoding
import ConcordSyncServer

/// `concord-server doctor`.
struct DoctorCommand: AdministratorCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything around the server, and say what to do.",
        discussion: """
            Looks at the files and who can read them, at the disk, the key, the checkpoints, the certificate and the \
            clock. It changes nothing. `concord-server verify` checks the logs themselves.

            Exit status: 0 if the server can run safely, also with warnings; 1 if not.

            Examples:
              sudo -u concord concord-server doctor --database /var/lib/concord/audits.sqlite
            """
    )

    @OptionGroup var files: FileOptions
    @OptionGroup var certificate: CertificateOptions
    @OptionGroup var output: OutputOptions

    func result() throws -> CommandResult {
        let doctor = ServerDoctor(try files.files(), certificate: try certificate.files())
        let findings = doctor.findings()
        let isSafe = !findings.contains { $0.grade == .error }
        return CommandResult(
            json: [
                "safe": .bool(isSafe),
                "findings": .array(
                    findings.map { finding in
                        [
                            "subject": .string(finding.subject.rawValue),
                            "grade": .string(finding.grade.rawValue),
                            "detail": .string(finding.detail),
                        ]
                    }
                ),
            ],
            lines: ListCommand.columns(
                findings.map {
                    [$0.grade.rawValue.uppercased(), $0.subject.rawValue, $0.detail]
                }
            ),
            foundFaults: !isSafe
        )
    }
}
