import ArgumentParser
import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord conflicts parallel`.
struct ConflictsParallel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parallel",
        abstract:
            "List edits that two people made to different fields of one record at the same time.",
        discussion: """
            This is not a conflict: both edits count. But neither author saw the combined result, \
            so the record may be worth checking. "At the same time" means that neither had \
            received the other's edit, whatever the clocks say.

            Examples:
              concord conflicts parallel
              concord conflicts parallel B-07
            """
    )

    @Argument(help: "Only about these records.")
    var records: [String] = []
    @Flag(help: "Include edits that were replaced since.")
    var all = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.openForReading()
        let view = try AuditView(replica)
        let wanted = Set(try records.map { try view.subjects.subject($0).id })
        let found = try replica.parallelEdits(all: all).filter { edits in
            wanted.isEmpty || wanted.contains(edits.record.record)
                || view.field(edits.record.kind, edits.record.record, "finding")?.stringValue
                    .map(wanted.contains) ?? false
        }
        try options.output.show(
            Several(
                name: "parallel",
                items: found.map { ParallelView(edits: $0, view: view) },
                none: "There are no parallel edits."
            )
        )
    }
}

/// What was edited at the same time.
private struct ParallelView: View {
    let edits: ParallelEdits
    let view: AuditView

    var lines: [Shown] {
        let subject = view.conflictView.describe(edits.record)
        let isPart = edits.record.kind == Schema.criterion.name
        let title = isPart ? "\(subject.record): \(subject.what)" : subject.record
        var lines = Layout.indented(Shown(title), by: 0)
        lines[0] = Style.output.strong(lines[0])
        return lines
            + edits.edits.flatMap { edit in
                let name = view.person(of: edit.write.author)?.name ?? "someone unknown"
                let moment = Signature.moment(of: edit.time)
                return Layout.indented("\(name), \(moment), \(edit.write.short)", by: 2)
                    + Layout.indented(
                        Shown(edit.paths.map { cellName($0) }.joined(separator: ", ")),
                        by: 4
                    )
            }
    }

    private func cellName(_ path: CellPath) -> String {
        let field = NameWords.spaced(path.field ?? "")
        return path.member.map { "\(field) \(view.subjects.memberText($0))" } ?? field
    }

    var json: JSON {
        [
            "kind": .string(edits.record.kind), "id": .string(edits.record.record),
            "label": .string(view.conflictView.describe(edits.record).record),
            "edits": .array(
                edits.edits.map { edit in
                    let person = view.person(of: edit.write.author)
                    return [
                        "write": .string(edit.write.description),
                        "diff": .string(edit.diff.base64url), "time": .string(edit.time),
                        "member": .string(person?.member ?? ""),
                        "name": .string(person?.name ?? ""),
                        "paths": .array(edit.paths.map { .string($0.description) }),
                    ]
                }
            ),
        ]
    }
}
