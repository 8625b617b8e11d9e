import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge

/// An open conflict in a list.
struct ConflictSummaryView: View {
    let conflict: Conflict
    let view: AuditView

    /// What is said where there is no conflict.
    static let none: Shown = "There are no open conflicts."

    var json: JSON { get throws { .object(try object()) } }

    /// Its members in JSON; the shape is in `docs/concord.md`.
    func object() throws -> JSONObject {
        let subject = view.conflictView.describe(conflict)
        let texts = try view.conflictSides.sideTexts(of: conflict)
        return [
            "name": .string(ConflictName.of(conflict.path)),
            "kind": .string(conflict.kind.rawValue),
            "path": .string(conflict.path.description),
            "record": .string(subject.record), "about": .string(subject.what),
            "story": .string(try ConflictStoryView(view: view, conflict: conflict).words()),
            "shown": conflict.shown ?? .null,
            "candidates": .array(
                try zip(conflict.candidates, view.toldView.numbers(conflict)).map {
                    candidate,
                    number in
                    var object = try view.conflictView.json(candidate).objectValue ?? [:]
                    object["number"] = number.map { .integer(Int64($0)) }
                    if let text = texts[candidate.write] { object["value"] = .string(text) }
                    return .object(object)
                }
            ),
        ]
    }

    var lines: [Shown] {
        get throws {
            let subject = view.conflictView.describe(conflict)
            var lines = Layout.indented(Shown(subject.record), by: 10)
            let name = Style.output.strong(Shown(ConflictName.of(conflict.path)))
            lines[0] = "\(name)  \(lines[0].plain.drop { $0 == " " })"
            let story = try ConflictStoryView(view: view, conflict: conflict).words()
            lines += Layout.indented("\(view.subjects.matter(conflict.path)): \(story)", by: 10)
            var rows = try view.toldView.told(conflict).map { told in
                let by = try view.signature(of: told.candidates[0].write)
                return [
                    "\(told.number)", view.deedWords.text(told.candidates, of: conflict),
                    "\(by.name), \(by.moment)",
                ]
            }
            if conflict.isProposedRemoval {
                rows.append(["\(rows.count + 1)", "keep it", "declines the proposal"])
            }
            lines += Layout.table(rows, indent: 10)
            if let words = try view.conflictMeanwhile.recommended(beside: conflict) {
                lines += Layout.indented(Shown(words), by: 10)
            }
            lines += Layout.indented(
                "meanwhile: \(view.conflictMeanwhile.shown(conflict)) "
                    + "(\(view.conflictMeanwhile.reason(conflict)))",
                by: 10
            )
            return lines
        }
    }
}
