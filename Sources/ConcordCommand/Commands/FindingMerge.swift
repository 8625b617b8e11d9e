import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordModel
import ConcordText

/// `concord finding merge`.
struct FindingMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge duplicate findings into one (leaders, or your own findings).",
        discussion: """
            The finding you keep receives the others' criteria and evidence. The others keep \
            their own statements, stay readable with `concord finding show`, and no longer count. If two of them grade one clause differently, make the \
            grades equal first, since no grade is dropped. `concord status --notices` names \
            possible duplicates. `concord finding unmerge` undoes a merge.

            Examples:
              concord finding merge B-03 --into A-07 --dry-run
              concord finding merge B-03 --into A-07 --reason "one sheet, seen twice"
            """
    )

    @Argument(help: "The findings to merge.")
    var findings: [String]
    @Option(help: "The finding to keep.")
    var into: String
    @Flag(help: "Show what would change, and save nothing.")
    var dryRun = false
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try dryRun ? options.openForReading() : options.open()
        let view = try AuditView(replica)
        let kept = try view.names.finding(into)
        let duplicates = try view.names.findings(findings)
        let edit = try view.findingActs().merge(duplicates, into: kept, reason: reason)
        let merge = MergeView(duplicates: duplicates, kept: kept, isPreview: dryRun, view: view)
        if dryRun { return try options.output.show(merge) }
        // Told as it was: afterwards the kept finding has what it gets.
        let text = merge.lines.map(\.plain)
        let receipt = try view.saveView.tellingRefusals {
            try replica.save(edit, keepingVoid: saving.keepAnyway)
        }
        let after = try AuditView(replica)
        let waiting = duplicates.filter { after.finding(id: $0.id)?.state != "merged" }
        try options.report(
            receipt,
            waiting.isEmpty ? text : waitingText(waiting, kept),
            in: view,
            record: (Schema.finding.name, kept.id, kept.label)
        )
    }

    /// What is said where the merge waits, since what it carries is only a proposal there.
    private func waitingText(_ waiting: [FindingRecord], _ kept: FindingRecord) -> [String] {
        let labels = waiting.map { $0.label.string }.joined(separator: ", ")
        return [
            "Saved, but the merge of \(labels) into \(kept.label) has to wait for a leader: some of what "
                + "it brings to \(kept.label) is only a proposal there. Until then both count.",
            "`concord conflicts` shows what is missing.",
        ]
    }
}

/// `concord finding unmerge`.
struct FindingUnmerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmerge",
        abstract: "Undo a merge, so that the findings count again (leaders, or your own findings).",
        discussion: """
            Each finding returns to its state before the merge. What the other finding received \
            stays there; remove what does not belong with `concord finding edit`.

            Example:
              concord finding unmerge B-03 --reason "two sheets after all"
            """
    )

    @Argument(help: "The findings that were merged.")
    var findings: [String]
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let merged = try view.names.findings(findings)
        let (edit, state) = try view.findingActs().unmerge(
            try merged.map { ($0, try view.blame(ofState: $0.id)) },
            reason: reason
        )
        let labels = merged.map(\.label).joined(separator: ", ")
        try options.save(
            edit,
            keeping: saving.keepAnyway,
            in: view,
            said: ["Unmerged \(labels): \(state) again, and counting."],
            record: merged.first.map { (Schema.finding.name, $0.id, $0.label) }
        )
    }
}

/// What a merge of findings comes to.
private struct MergeView: View {
    let duplicates: [FindingRecord]
    let kept: FindingRecord
    /// Whether nothing is saved.
    let isPreview: Bool
    let view: AuditView

    var lines: [Shown] {
        let labels = duplicates.map(\.label).joined(separator: ", ")
        let verb = isPreview ? "Would merge" : "Merged"
        var lines = Layout.indented(
            "\(verb) \(labels) into \(kept.label) \(kept.title ?? "")",
            by: 0
        )
        for finding in duplicates {
            lines += Layout.indented(
                "\(finding.label) \(finding.title ?? "") will no longer count",
                by: 2
            )
            let texts = MergeGain.textsLeft(in: finding).map { FieldTitles.label(ofField: $0.name) }
            if !texts.isEmpty {
                let verb = isPreview ? "would stay" : "stays"
                lines += Layout.indented(
                    "its \(texts.joined(separator: " and ")) \(verb) in \(finding.label): see `concord finding show \(finding.label)`",
                    by: 4
                )
            }
        }
        return lines + gain
    }

    /// What the kept finding gets.
    private var gain: [Shown] {
        let gain = MergeGain(of: duplicates, into: kept)
        let cited = gain.criteria.map { criterion in
            let reference = criterion.reference.map {
                "\(FindingView.short($0.standard)) \($0.clause)"
            }
            return [reference, criterion.grade?.rawValue].compactMap { $0 }.joined(separator: " ")
        }
        let new = gain.evidence.count
        let gained =
            (cited.isEmpty ? [] : [cited.joined(separator: ", ")])
            + (new > 0 ? [Layout.count(new, "piece") + " of evidence"] : [])
        return Layout.indented(
            gained.isEmpty
                ? "\(kept.label) has all their criteria and evidence already"
                : "\(kept.label) gets \(gained.joined(separator: " and "))",
            by: 2
        )
    }

    var json: JSON {
        [
            "dryRun": .bool(isPreview), "into": view.findingView.json(kept),
            "findings": .array(duplicates.map { view.findingView.json($0) }),
        ]
    }
}
