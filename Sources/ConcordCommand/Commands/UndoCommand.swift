import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord undo`.
struct UndoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Undo your last save on this device, by a new save.",
        discussion: """
            Restores what you saw before that save, except where someone else has written since; \
            places left unchanged are listed. In a text, your words go and the words you deleted \
            return, in the right places. A record you added is hidden. Run it again to undo the \
            save before; `concord redo` reverses an undo. If nothing of your last save can be \
            undone, because others have changed it since, --save names an earlier one.

            Examples:
              concord undo --dry-run
              concord undo
              concord undo --save 12@Jb0xPqLr
              concord undo --reason "submitted too early"
            """
    )

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Undo this save of yours on this device instead of the last.",
            valueName: "point"
        )
    )
    var save: String?
    @OptionGroup var undo: TakingBackOptions
    @OptionGroup var options: EngagementOptions

    func run() throws { try undo.run(isRedo: false, save: save, options) }
}

/// `concord redo`.
struct RedoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redo",
        abstract: "Undo your last undo, if you have saved nothing since."
    )

    @OptionGroup var undo: TakingBackOptions
    @OptionGroup var options: EngagementOptions

    func run() throws { try undo.run(isRedo: true, options) }
}

/// What undo and redo have in common.
struct TakingBackOptions: ParsableArguments {
    @Flag(help: "Show what would change, and save nothing.")
    var dryRun = false
    @Option(
        parsing: .unconditional,
        help: "The reason. Some steps back need one.",
        transform: TextArgument.reason
    )
    var reason: WireText?

    func run(isRedo: Bool, save: String? = nil, _ options: EngagementOptions) throws {
        let replica = try dryRun ? options.openForReading() : options.open()
        let view = try AuditView(replica)
        let named = try save.map { try PointArgument.diff($0, replica) }
        do {
            let done =
                try isRedo
                ? replica.redo(reason: reason, preview: dryRun)
                : replica.undo(reason: reason, preview: dryRun, save: named)
            try report(done, view, try dryRun ? view : AuditView(replica), options)
        } catch let error as UndoError {
            if error.code == .nothing, let save { throw Self.notStanding(save) }
            throw CommandFailure(error, view)
        }
    }

    /// That a save is not one that this device made and that still stands.
    private static func notStanding(_ save: String) -> CommandFailure {
        CommandFailure(
            .undo(.nothing),
            "nothing of '\(save)' can be undone here: either it was not saved on this device, or it was "
                + "undone already",
            next: "`concord log` lists what was saved, and on which device."
        )
    }

    /// That nothing of a save is left to undo, and what can be undone instead.
    private static func nothingLeft(_ result: TakingBack) -> CommandFailure {
        let changers: String
        var next: String?
        switch result.changers {
        case .nobody: changers = ""
        case .others: changers = ": others have changed what it wrote"
        case .oneself(let save):
            changers = ": you have changed it since, in \(save.short)"
            next = "`concord undo --save \(save.short)` undoes that; then this one can be undone."
        }
        return CommandFailure(
            .nothingLeft,
            "nothing of your save of \(Signature.moment(of: result.time)) is left to undo"
                + changers,
            next: (next
                ?? (result.earlier.map {
                    "Undo an earlier save: `concord undo --save \($0.short)`. Or"
                } ?? "No earlier save can be undone;")) + " edit the value instead; "
                + "`concord blame` shows who wrote it."
        )
    }

    private func report(
        _ done: UndoReceipt,
        _ before: AuditView,
        _ after: AuditView,
        _ options: EngagementOptions
    ) throws {
        // A record that comes back has its name afterwards, one that goes had it before.
        let isBack = done.result.changes.contains { $0.path.field == nil && $0.to != nil }
        let view = isBack ? after : before
        let result = done.result
        try options.output.show(TakingBackView(done: done, isPreview: dryRun, view: view))
        if result.changes.isEmpty {
            throw Self.nothingLeft(result)
        }
        if let failure = done.receipt.flatMap({ view.saveView.kept($0) }) { throw failure }
    }
}

extension Signature {
    /// A claimed time for people.
    static func moment(of time: String) -> String { Timestamp(time).map { moment($0) } ?? time }
}

/// What an undo or a redo changes, and what it leaves.
private struct TakingBackView: View {
    let done: UndoReceipt
    let isPreview: Bool
    let view: AuditView

    private var result: TakingBack { done.result }

    var notes: [Shown] {
        result.leftAlone.filter(\.isWorthTelling).flatMap {
            Layout.indented("left alone: \(text($0))", by: 2)
        }
    }

    var lines: [Shown] {
        if result.changes.isEmpty { return [] }
        let verb = isPreview ? "Would undo" : "Undid"
        let what = result.isRedo ? "your undo" : "your save"
        var lines = Layout.indented(
            "\(verb) \(what) of \(Signature.moment(of: result.time)) (\(result.target.short)):",
            by: 0
        )
        for change in result.changes {
            lines += Layout.indented(
                "\(view.subjects.place(change.path)): \(text(change, isRedo: result.isRedo))",
                by: 2
            )
        }
        return lines
    }

    private func text(_ change: TakingBack.Change, isRedo: Bool) -> String {
        if change.path.field == nil {
            guard change.to != nil else { return "hidden" }
            let criteria = view.finding(id: change.path.record)?.criteria ?? []
            let cited = criteria.compactMap { criterion in
                criterion.reference.map { reference in
                    "\(FindingView.short(reference.standard)) \(reference.clause)"
                        + (criterion.grade.map { " \($0.rawValue)" } ?? "")
                }
            }
            return cited.isEmpty ? "restored" : "restored, with \(cited.joined(separator: ", "))"
        }
        if change.path.member != nil { return change.to == nil ? "removed" : "put back" }
        let isText = Schema.kind(change.path.kind)?.field(change.path.field ?? "")?.rule == .text
        if isText, let from = change.from?.stringValue, let to = change.to?.stringValue {
            return TextChanges.marked(TextChange.between(from, to))
        }
        let none = "(nothing)"
        let to = view.valueWords.worded(change.to, at: change.path, none: none)
        // Beside what was decided, a proposal comes and goes, and what is shown stays.
        if change.from == change.to {
            return isRedo
                ? "your proposal is open again; \(to) stays meanwhile"
                : "your proposal was undone; \(to) stays"
        }
        return "\(view.valueWords.worded(change.from, at: change.path, none: none)) -> \(to)"
    }

    private func text(_ left: TakingBack.LeftAlone) -> String {
        let by =
            left.by.map { " by \(view.accountView.signature(of: $0).name) (\($0.write.short))" }
            ?? ""
        let why =
            switch left.why {
            case .changedSince: "changed since\(by)"
            case .contested:
                "in conflict\(by); see `concord conflicts show \(ConflictName.of(left.path))`"
            case .noEffect: "it has no effect"
            case .restated: "it only restated what was shown"
            case .writtenOnce: "it can be written only once"
            }
        return "\(view.subjects.place(left.path)): \(why)"
    }

    var json: JSON {
        var object: JSONObject = [
            "target": .string(result.target.description), "time": .string(result.time),
            "redo": .bool(result.isRedo), "dryRun": .bool(isPreview),
            "changes": .array(
                result.changes.map { change in
                    [
                        "path": .string(change.path.description),
                        "about": .string(view.subjects.place(change.path)),
                        "from": change.from ?? .null,
                        "to": change.to ?? .null,
                    ]
                }
            ),
            "leftAlone": .array(result.leftAlone.map { json($0) }),
        ]
        object["earlier"] = result.earlier.map { .string($0.description) }
        if let receipt = done.receipt {
            object["diff"] = .string(receipt.id.base64url)
            object["write"] = .string(receipt.reference.description)
        }
        return .object(object)
    }

    private func json(_ left: TakingBack.LeftAlone) -> JSON {
        var object: JSONObject = [
            "path": .string(left.path.description),
            "about": .string(view.subjects.place(left.path)),
            "why": .string(left.why.rawValue),
        ]
        object["by"] = left.by.map { view.accountView.json($0) }
        return .object(object)
    }
}
