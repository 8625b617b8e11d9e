import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordFiles
import ConcordMerge
import ConcordModel
import ConcordReports
import Foundation

/// `concord report`.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the audit report as one self-contained HTML file.",
        discussion: """
            The report holds coverage, findings and a conclusion for each standard, the evidence \
            and the plan. Open conflicts are marked. Only you can read the file. The command never \
            overwrites replicas, keys, databases, or anything that is not a regular file.

            Examples:
              concord report
              concord report --output - > report.html
            """
    )

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write it (default: NAME-report.html here). Use - for standard output.",
            valueName: "file"
        )
    )
    var output: String?
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if output == "-" {
            try options.output.requireText(
                "Standard output takes the report or JSON about it, not both; give --output FILE."
            )
        }
    }

    func run() throws {
        let replica = try options.openForReading()
        let name = URL(fileURLWithPath: replica.path).deletingPathExtension().lastPathComponent
        let path = output ?? "\(name)-report.html"
        if path != "-" { try OutputFile.requireUsable(path) }
        let view = try AuditView(replica)
        let conflicts = try view.conflicts.map { try view.reportView.report($0) }
        let totals = view.totals
        let digest = try view.digest()
        let text = HTMLReport.render(
            ReportInput(
                audit: view.audit,
                counted: totals.decided,
                proposedFindings: totals.findingsWithProposedGrades,
                conflicts: conflicts,
                proposals: view.proposals.map { view.reportView.report($0) },
                digest: WireText(digest),
                generatedAt: options.environment.now(),
                markedBy: try view.reportView.markedBy()
            )
        )
        if path == "-" { return try Output.document(Array(text.utf8)) }
        try OutputFile.write(Array(text.utf8), to: path)
        let full = URL(fileURLWithPath: path).path
        try options.output.show(
            Message(
                json: [
                    "path": .string(full), "bytes": .integer(Int64(text.utf8.count)),
                    "digest": .string(digest),
                ],
                lines: ["Report: \(full)"]
            )
        )
    }
}

/// What a report is made of.
struct ReportView {
    let view: AuditView

    /// An undecided proposal as the report shows it.
    fileprivate func report(_ proposal: ShownProposal) -> ReportProposal {
        ReportProposal(
            record: proposal.path.record,
            field: proposal.path.field ?? "",
            person: view.person(of: proposal.write.author)?.name ?? "someone unknown"
        )
    }

    /// Who marked evidence with a word by which the report does not show what it says.
    fileprivate func markedBy() throws -> [WireText: WireText] {
        var people: [WireText: WireText] = [:]
        for item in view.audit.evidence {
            guard let word = item.confidentiality, !Schema.isForReaders(word) else { continue }
            let cells = try view.replica.blame(
                kind: Schema.evidence.name,
                id: item.id,
                field: EvidenceField.confidentiality.name
            )
            people[item.id] = cells.first?.write.flatMap {
                view.person(of: $0.write.author)?.name
            }
        }
        return people
    }

    /// A conflict as the report shows it: what it is about, what happened, and what each candidate's author wrote.
    fileprivate func report(_ conflict: Conflict) throws -> ReportConflict {
        let subject = view.conflictView.describe(conflict)
        let texts = try view.conflictSides.sideTexts(of: conflict)
        return ReportConflict(
            record: conflict.path.record,
            field: conflict.path.field ?? "",
            kind: WireText(ConflictView.title(conflict.kind)),
            candidates: try view.toldView.told(conflict).map { told in
                let candidates = told.candidates
                let by = try view.signature(of: candidates[0].write)
                return ReportConflict.Candidate(
                    value: WireText(
                        texts[candidates[0].write] ?? view.deedWords.text(candidates, of: conflict)
                    ),
                    person: by.name,
                    device: by.device,
                    time: by.time
                )
            },
            shown: WireText(
                "\(view.conflictMeanwhile.shown(conflict)) (\(view.conflictMeanwhile.reason(conflict)))"
            ),
            about: WireText("\(subject.record.trimmed): \(subject.what)"),
            story: WireText(try ConflictStoryView(view: view, conflict: conflict).words())
        )
    }
}
