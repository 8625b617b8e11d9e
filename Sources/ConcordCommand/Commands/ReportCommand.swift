import ArgumentParser
import Concord
import ConcordChanges
import ConcordEncoding
import ConcordModel
import ConcordReports
import Foundation

/// `concord report`.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the audit report as one HTML file that needs nothing else.",
        discussion: """
            Coverage, findings and a conclusion for each standard, the evidence and the plan. What \
            is still contested is marked as such.

            Examples:
              concord report
              concord report --output - > report.html
            """
    )

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write it (default: NAME-report.html here); - is standard output.",
            valueName: "file"
        )
    )
    var output: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let conflicts = try view.snapshot.conflicts.map { try view.report($0) }
        let text = HTMLReport.render(
            ReportInput(
                audit: view.audit,
                conflicts: conflicts,
                digest: view.snapshot.digest,
                generatedAt: options.environment.now()
            )
        )
        if output == "-" { return try Output.bytes(Array(text.utf8)) }
        let name = URL(fileURLWithPath: replica.path).deletingPathExtension().lastPathComponent
        let url = URL(fileURLWithPath: output ?? "\(name)-report.html")
        do {
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw CommandFailure(
                .cannotCreate,
                "report",
                "the report cannot be written to \(url.path)",
                next: "Name another file with --output; is the disk full?"
            )
        }
        if options.json {
            return try Output.json([
                "path": .string(url.path), "bytes": .integer(Int64(text.utf8.count)),
                "digest": .string(view.snapshot.digest),
            ])
        }
        try Output.lines(["Report: \(url.path)"])
    }
}

extension AuditView {
    /// A conflict as the report shows it.
    fileprivate func report(_ conflict: Conflict) throws -> ReportConflict {
        ReportConflict(
            record: conflict.path.record,
            field: conflict.path.field ?? "",
            kind: Self.title(conflict.kind),
            candidates: try conflict.candidates.map { candidate in
                let by = try signature(of: candidate.write)
                return ReportConflict.Candidate(
                    value: candidateText(candidate),
                    person: by.name,
                    device: by.device,
                    time: by.time
                )
            }
        )
    }
}
