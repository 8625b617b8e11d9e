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
        let questions = view.audit.questions(unanswered: open, contested: view.contested)
        try options.output.show(
            Table(
                name: "items",
                rows: questions.map { QuestionRow(question: $0, view: view) },
                none: "There are no questions."
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
            end of its id, which the list shows next to it, does not.

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
        let answer = try ChecklistAnswer.named(WireText(answer))
        let edit = ChecklistActs().answer(
            item,
            with: answer,
            note: note,
            citing: try evidence.map { try view.names.evidence($0).id },
            reason: reason
        )
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

/// A question of the checklist.
private struct QuestionRow: Row {
    let question: ListedQuestion
    let view: AuditView

    var cells: [String] {
        let item = question.item
        let note = item.note.map { " (note: \($0))" } ?? ""
        return [
            "\(question.place)", AuditView.handle(item.id), item.answer?.rawValue ?? "-",
            item.clauses.sorted().map { "\(FindingView.short($0.standard)) \($0.clause)" }
                .joined(separator: ", "),
            (question.isContested ? "! " : "") + (item.question?.string ?? "") + note,
        ]
    }

    var json: JSON {
        let item = question.item
        var object: JSONObject = [
            "id": .string(item.id), "place": .integer(Int64(question.place)),
            "clauses": .array(item.clauses.sorted().map { .string($0.description) }),
            "contested": .bool(question.isContested),
        ]
        object["question"] = item.question.map { .string($0) }
        object["answer"] = item.answer.map { .string($0.rawValue) }
        object["note"] = item.note.map { .string($0) }
        object["fileID"] = view.fileID(Schema.checklistItem.name, item.id).map { .string($0) }
        return .object(object)
    }
}
