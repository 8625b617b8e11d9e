import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord blame`.
struct BlameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blame",
        abstract: "Show who wrote each value, when, what it replaced, and why it is shown.",
        discussion: """
            For a text, it shows who wrote each run of words. Other candidates and edits without \
            effect are listed under each value. For a finding, its criteria are included.

            Examples:
              concord blame B-07
              concord blame B-07 unit
              concord blame /criterion/8f0c2b7e-… grade
            """
    )

    @Argument(help: "The record: a finding, evidence, a question, a member, or /KIND/ID.")
    var record: String
    @Argument(help: "Show only this field.")
    var field: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.openForReading()
        let view = try AuditView(replica)
        let subject = try view.subjects.subject(record)
        let field = try field.map { try view.subjects.field($0, of: subject.kind) }
        var cells = try replica.blame(kind: subject.kind, id: subject.id, field: field)
        if field == nil {
            for part in try replica.ownedRecords(kind: subject.kind, id: subject.id) {
                cells += try replica.blame(kind: part.kind, id: part.record)
            }
        }
        guard !cells.isEmpty else {
            throw CommandFailure(
                .notFound,
                "nobody has written \(field.map { "the \(FieldTitles.title(ofField: $0)) of " } ?? "")"
                    + "\(subject.label) yet",
                next: "`concord blame \(record)` shows what was written."
            )
        }
        try options.output.show(BlameView(subject: subject, cells: cells, view: view))
    }
}

/// Who wrote what is shown of a record.
private struct BlameView: View {
    let subject: RecordSubject
    let cells: [Blame]
    let view: AuditView

    var json: JSON {
        [
            "kind": .string(subject.kind), "id": .string(subject.id),
            "label": .string(subject.label),
            "cells": .array(cells.map { json($0) }),
        ]
    }

    var lines: [Shown] {
        Layout.indented(Shown(subject.label), by: 0).map { Style.output.strong($0) }
            + cells.filter(\.isWorthTelling).flatMap { text($0) }
    }

    /// One cell, for people.
    private func text(_ cell: Blame) -> [Shown] {
        let shown = cell.path.field == nil || cell.path.member != nil ? nil : cell.shown
        let isText = !cell.stretches.isEmpty
        var lines: [Shown] = ["", Style.output.strong(Shown(title(cell)))]
        if isText {
            for words in cell.words {
                lines += Layout.indented("\"\(words.text.string.trimmed)\"", by: 2)
                lines += Layout.indented(Shown(view.accountView.origin(words.by)), by: 4)
            }
        } else {
            if cell.path.field != nil, cell.path.member == nil {
                lines += Layout.indented(
                    Shown(view.valueWords.worded(shown, at: cell.path, none: "(nothing)")),
                    by: 2
                )
            }
            if let write = cell.write {
                lines += Layout.indented(Shown(view.accountView.origin(write)), by: 4)
            }
        }
        lines += because(cell)
        lines += list("replaced", cell.replaced)
        lines += list(cell.conflict == nil ? "not shown" : "in conflict with", cell.beside)
        for account in cell.void {
            lines += Layout.indented(
                "without effect (\(whyVoid(account))): \(view.accountView.line(account))",
                by: 4
            )
        }
        return lines
    }

    /// Why a write has no effect, in words.
    private func whyVoid(_ account: WriteAccount) -> String {
        guard case .void(let reason) = account.standing else { return "" }
        return view.voidView.why(reason, by: account.write.author)
    }

    private func title(_ cell: Blame) -> String {
        let subject = view.conflictView.describe(cell.path)
        if let member = cell.path.member {
            return "\(subject.what): \(view.subjects.memberText(member))"
                + (cell.shown == nil ? " (out)" : "")
        }
        if cell.path.field == nil {
            return cell.shown == nil ? "\(subject.what) (hidden)" : subject.what
        }
        return subject.what
    }

    private func because(_ cell: Blame) -> [Shown] {
        var lines: [Shown] = []
        if cell.isResolution, let write = cell.write {
            let reason = write.reason.map { ": \($0)" } ?? ""
            let whose =
                cell.taken.map { ", taking the text of \(view.accountView.signature(of: $0).name)" }
                ?? ""
            let by =
                cell.stretches.isEmpty
                ? "resolved" : "\(view.accountView.signature(of: write).name) resolved"
            lines += Layout.indented("\(by) a conflict\(whose)\(reason)", by: 4)
        } else if let reason = cell.write?.reason {
            lines += Layout.indented("because: \(reason)", by: 4)
        }
        if let write = cell.write, let admission = write.admission {
            lines += Layout.indented(
                "admitted by a leader (\(admission.by.short)); before, it had no effect: "
                    + Shown(view.voidView.why(admission.from, by: write.write.author)),
                by: 4
            )
        }
        if let words = cell.because.words, !(cell.because == .firstInLog && cell.void.isEmpty) {
            lines += Layout.indented("shown because: \(words)", by: 4)
        }
        return lines
    }

    private func list(_ title: String, _ accounts: [WriteAccount]) -> [Shown] {
        accounts.flatMap { Layout.indented("\(title): \(view.accountView.line($0))", by: 4) }
    }

    /// One cell as JSON; the shape is in `docs/concord.md`.
    private func json(_ cell: Blame) -> JSON {
        var object: JSONObject = [
            "path": .string(cell.path.description),
            "about": .string(view.conflictView.describe(cell.path).what),
            "shown": cell.shown ?? .null, "because": .string(cell.because.rawValue),
            "resolution": .bool(cell.isResolution),
            "replaced": .array(cell.replaced.map { view.accountView.json($0) }),
            "beside": .array(cell.beside.map { view.accountView.json($0) }),
            "void": .array(cell.void.map { view.accountView.json($0) }),
        ]
        object["write"] = cell.write.map { view.accountView.json($0) }
        object["taken"] = cell.taken.map { .string($0.write.description) }
        object["conflict"] = cell.conflict.map { .string($0.rawValue) }
        if !cell.stretches.isEmpty {
            object["stretches"] = .array(
                cell.stretches.map { stretch in
                    let by = view.accountView.signature(of: stretch.by)
                    return [
                        "text": .string(stretch.text), "name": .string(by.name),
                        "write": .string(stretch.by.write.description), "time": .string(by.time),
                    ]
                }
            )
        }
        return .object(object)
    }
}
