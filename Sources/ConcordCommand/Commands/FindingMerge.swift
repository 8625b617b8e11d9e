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
        let duplicates = try view.mergeView.findings(findings)
        let edit = try FindingActs(on: view.audit, by: try replica.identity().member)
            .merge(duplicates, into: kept, reason: reason)
        if dryRun {
            if options.json { return try Output.json(view.mergeView.mergeJSON(duplicates, kept)) }
            return try Output.lines(view.mergeView.mergeText(duplicates, kept, isPreview: true))
        }
        let text = view.mergeView.mergeText(duplicates, kept, isPreview: false).map(\.plain)
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
        let merged = try view.mergeView.findings(findings)
        let acts = FindingActs(on: view.audit, by: try replica.identity().member)
        let states = Set(try merged.map { try view.mergeView.stateBeforeMerge($0) })
        guard let state = states.first, states.count == 1 else {
            throw CommandFailure(
                .severalStates,
                "the findings were in different states before they were merged: "
                    + states.sorted().joined(separator: ", "),
                next: "Unmerge them one at a time."
            )
        }
        let labels = merged.map(\.label).joined(separator: ", ")
        try options.save(
            try acts.unmerge(merged, to: state, reason: reason),
            keeping: saving.keepAnyway,
            in: view,
            said: ["Unmerged \(labels): \(state) again, and counting."],
            record: merged.first.map { (Schema.finding.name, $0.id, $0.label) }
        )
    }
}

/// A merge of findings.
struct MergeView {
    let view: AuditView

    /// Findings by the names that people use, each once.
    func findings(_ names: [String]) throws -> [FindingRecord] {
        var ids: Set<WireText> = []
        return try names.map { try view.names.finding($0) }.filter { ids.insert($0.id).inserted }
    }

    /// The state that a merged finding had before; a draft where nothing says so.
    func stateBeforeMerge(_ finding: FindingRecord) throws -> WireText {
        let cell = try view.replica.blame(
            kind: Schema.finding.name,
            id: finding.id,
            field: FindingField.state.name
        )
        .first
        let before = cell?.replaced.compactMap { $0.value?.stringValue }.filter { $0 != "merged" }
        return before?.last ?? LifeCycle.finding.initial
    }

    /// What a merge comes to, for people.
    fileprivate func mergeText(
        _ duplicates: [FindingRecord],
        _ kept: FindingRecord,
        isPreview: Bool
    ) -> [Shown] {
        let labels = duplicates.map(\.label).joined(separator: ", ")
        let verb = isPreview ? "Would merge" : "Merged"
        var lines = Layout.indented(
            "\(verb) \(labels) into \(kept.label) \(kept.title ?? "")",
            by: 0
        )
        for finding in duplicates {
            lines += Layout.indented(
                "\(finding.label) \(finding.title ?? "") does not count then",
                by: 2
            )
            let all: [(name: String, text: WireText?)] = [
                ("statement", finding.statement), ("requirement", finding.requirementNote),
                ("diverging opinion", finding.divergingOpinion),
            ]
            let texts: [String] = all.compactMap { $0.text == nil ? nil : $0.name }
            if !texts.isEmpty {
                let verb = isPreview ? "would stay" : "stays"
                lines += Layout.indented(
                    "its \(texts.joined(separator: " and ")) \(verb) in \(finding.label): see `concord finding show \(finding.label)`",
                    by: 4
                )
            }
        }
        let own = Set(kept.criteria.compactMap(\.reference))
        let criteria = duplicates.flatMap(\.criteria).filter { criterion in
            criterion.reference.map { !own.contains($0) } ?? false
        }
        let cited = criteria.map { criterion in
            let reference = criterion.reference.map {
                "\(FindingView.short($0.standard)) \($0.clause)"
            }
            return [reference, criterion.grade?.rawValue].compactMap { $0 }.joined(separator: " ")
        }
        let new = Set(duplicates.flatMap(\.evidence)).subtracting(kept.evidence).count
        let gained =
            (cited.isEmpty ? [] : [cited.joined(separator: ", ")])
            + (new > 0 ? [Layout.count(new, "piece") + " of evidence"] : [])
        lines += Layout.indented(
            gained.isEmpty
                ? "\(kept.label) has all their criteria and evidence already"
                : "\(kept.label) gets \(gained.joined(separator: " and "))",
            by: 2
        )
        return lines
    }

    fileprivate func mergeJSON(_ duplicates: [FindingRecord], _ kept: FindingRecord) -> JSON {
        [
            "dryRun": true, "into": view.findingView.json(kept),
            "findings": .array(duplicates.map { view.findingView.json($0) }),
        ]
    }
}
