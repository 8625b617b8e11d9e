import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord checklist`.
struct ChecklistCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checklist",
        abstract: "List the questions, and answer them.",
        discussion: """
            Answers: notAssessed, notApplicable, conforming, conformingWithObservation, \
            notConforming. If two people answer differently, the more severe answer counts until \
            someone resolves the conflict.
            """,
        subcommands: [ChecklistList.self, ChecklistAnswerCommand.self],
        defaultSubcommand: ChecklistList.self
    )
}

struct ChecklistList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the questions with their answers."
    )

    @Flag(help: "Only questions without an answer.")
    var open = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let items = view.audit.checklistItems.enumerated().filter {
            !open || !$0.element.isAnswered
        }
        if options.json {
            return try Output.json([
                "items": .array(
                    items.map { view.checklistView.json($0.element, place: $0.offset + 1) }
                )
            ])
        }
        guard !items.isEmpty else { return try Output.lines(["There are no questions."]) }
        try Output.lines(
            Layout.table(
                items.map { place, item in
                    let note = item.note.map { " (note: \($0))" } ?? ""
                    return [
                        "\(place + 1)", AuditView.handle(item.id), item.answer?.rawValue ?? "-",
                        item.clauses.sorted().map {
                            "\(FindingView.short($0.standard)) \($0.clause)"
                        }
                        .joined(separator: ", "),
                        (view.contested.contains(item.id) ? "! " : "")
                            + (item.question?.string ?? "") + note,
                    ]
                }
            )
        )
    }
}

struct ChecklistAnswerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Answer a question.",
        discussion: """
            A question's place in the list changes when a colleague adds or moves questions; the \
            end of its id, which the list shows beside it, does not.

            Example:
              concord checklist answer 3f9a1c notConforming --note "three of ten records differ"
            """
    )

    @Argument(help: "The question: its place in the list, or the end of its id.")
    var question: String
    @Argument(help: "The answer.")
    var answer: String
    @Option(parsing: .unconditional, help: "A note on what you saw.")
    var note: WireText?
    @Option(name: .long, help: "An item of evidence (repeatable).")
    var evidence: [String] = []
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
        let item = try view.names.checklistItem(question)
        guard let answer = ChecklistAnswer(WireText(answer)) else {
            throw CommandFailure(
                .unknownAnswer,
                "'\(answer)' is not an answer",
                next: NearNames.hint(WireText(answer), among: Schema.answers)
                    + "The answers are: \(Schema.answers.joined(separator: ", "))."
            )
        }
        var edit = Edit(reason: reason)
        edit.set(.checklistItem(item.id, .answer), to: .string(answer.rawValue))
        if let note { edit.setText(.checklistItem(item.id, .note), to: note) }
        for name in evidence {
            edit.insert(try view.names.evidence(name).id, into: .checklistItem(item.id, .evidence))
        }
        try options.save(
            edit,
            keeping: saving.keepAnyway,
            in: view,
            said: [
                "Answered \(AuditView.handle(item.id)) \(Layout.short((item.question ?? "").string)): \(answer.rawValue)"
            ],
            record: (Schema.checklistItem.name, item.id, item.question ?? "")
        )
    }
}

/// The questions of a checklist.
struct ChecklistView {
    let view: AuditView

    /// A question as JSON; the shape is in `docs/concord.md`.
    func json(_ item: ChecklistItemRecord, place: Int) -> JSON {
        var object: JSONObject = [
            "id": .string(item.id), "place": .integer(Int64(place)),
            "clauses": .array(item.clauses.sorted().map { .string($0.description) }),
            "contested": .bool(view.contested.contains(item.id)),
        ]
        object["question"] = item.question.map { .string($0) }
        object["answer"] = item.answer.map { .string($0.rawValue) }
        object["note"] = item.note.map { .string($0) }
        object["fileID"] = view.fileID(Schema.checklistItem.name, item.id).map { .string($0) }
        return .object(object)
    }
}
