import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord conflicts`.
struct ConflictsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts",
        abstract: "List open conflicts, or show their candidates next to each other.",
        discussion: """
            A conflict keeps every candidate, with its author, device and time, until someone who \
            has seen all of them chooses with `concord resolve`.

            Examples:
              concord conflicts
              concord conflicts show c-3fa21b
              concord conflicts show            (all of them)
              concord conflicts parallel
            """,
        subcommands: [ConflictsList.self, ConflictsShow.self, ConflictsParallel.self],
        defaultSubcommand: ConflictsList.self
    )
}

struct ConflictsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the open conflicts."
    )

    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        try options.output.show(
            Several(
                name: "conflicts",
                items: view.conflicts.map { ConflictSummaryView(conflict: $0, view: view) },
                none: ConflictSummaryView.none
            )
        )
    }
}

struct ConflictsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the candidates of conflicts next to each other.",
        discussion: """
            For each candidate, shows the value, its author, the device, the time by the author's \
            clock, the reason, and what the author saw before writing. For a text, it shows which \
            words each author deleted, [-so-], and inserted, {+so+}, compared with the text that \
            all of them had.
            """
    )

    @Argument(help: "The conflicts: by name, or by the finding they are about (default: all).")
    var conflicts: [String] = []
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let found =
            try conflicts.isEmpty
            ? view.conflicts : view.conflictView.conflicts(named: conflicts)
        try options.output.show(
            ConflictSidesView(
                conflicts: found.map { ConflictSideView(conflict: $0, view: view) },
                areNamed: !conflicts.isEmpty
            )
        )
    }
}

/// `concord resolve`.
struct ResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Resolve a conflict, with a reason.",
        discussion: """
            A resolution is a signed edit that names all candidates. A later edit by someone who \
            has not seen it cannot undo it; it raises a new conflict.

            Examples:
              concord resolve c-3fa21b --take 2 --reason "agreed in the team meeting"
              concord resolve c-3fa21b --value minor --reason "one service only"
              concord resolve B-04 --keep --reason "the new evidence stands"
            """
    )

    @Argument(help: "The conflict: by name, or by the finding it is about if it has only one.")
    var conflict: String
    @Option(
        help: ArgumentHelp(
            "Take this candidate, as numbered by `concord conflicts show`.",
            valueName: "n"
        )
    )
    var take: Int?
    @Option(parsing: .unconditional, help: "Set a value of your own.")
    var value: String?
    @Flag(
        help: """
            Keep what is shown now; for a text, the merged text. Where somebody removed something, or \
            proposes to, it stays.
            """
    )
    var keep = false
    @Flag(
        help: """
            Remove it, where somebody removed something or proposes to. Otherwise decline what is \
            only proposed.
            """
    )
    var remove = false
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        let count = [take != nil, value != nil, keep, remove].count { $0 }
        if count != 1 {
            throw ValidationError("Give one of --take N, --value TEXT, --keep and --remove.")
        }
    }

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let conflict = try view.conflictView.conflict(conflict)
        let decision = try decision(conflict, view)
        let part = try view.part(around: view.finding(of: conflict.path).map { [$0] } ?? [])
        let edit = try FindingActs(on: part, by: try replica.identity().member)
            .resolve(conflict, to: decision, reason: reason)
        let subject = view.conflictView.describe(conflict)
        try options.save(
            edit,
            keeping: saving.keepAnyway,
            in: view,
            said: [
                "Resolved \(subject.record), \(view.subjects.matter(conflict.path)): \(said(decision, conflict, view))"
            ],
            record: (
                conflict.path.kind, conflict.path.record, WireText(ConflictName.of(conflict.path))
            )
        )
    }

    private func decision(_ conflict: Conflict, _ view: AuditView) throws -> JSON? {
        try conflict.decision(
            for: try choice(conflict, view),
            told: try view.toldView.toldCandidates(conflict)
        ) {
            try view.conflictSides.account(of: conflict).commonText
        }
    }

    /// What the options choose.
    private func choice(_ conflict: Conflict, _ view: AuditView) throws -> ConflictChoice {
        if keep { return .keep }
        if remove { return .remove }
        if let take { return .candidate(take) }
        return .value(try checked(value ?? "", conflict, view))
    }

    /// The value as the field takes it.
    private func checked(
        _ text: String,
        _ conflict: Conflict,
        _ view: AuditView
    ) throws -> JSON {
        try conflict.requireTakesValue()
        let isTitle = conflict.path.field == FindingField.title.name
        if isTitle || !text.isEmpty, WireText(text).isBlank {
            throw CommandFailure(
                .value,
                isTitle ? "the title is empty" : "the value is only spaces",
                next: "Give a --value that is not empty, or use --take N."
            )
        }
        let field = Schema.kind(conflict.path.kind)?.field(conflict.path.field ?? "")
        switch field?.type {
        case .choice(let words):
            guard words.contains(WireText(text)) else {
                throw CommandFailure(
                    .value,
                    "'\(text)' is not a value of the "
                        + FieldTitles.title(ofField: conflict.path.field ?? ""),
                    next: NearNames.sentence(WireText(text), among: words, what: "value")
                )
            }
            return .string(text)
        case .integer, .bool, .composite:
            do {
                return try JSON(parsing: Array(text.utf8))
            } catch {
                throw CommandFailure(
                    .value,
                    "the value is not valid JSON: \(error)",
                    next: "Write it as JSON, or use --take N."
                )
            }
        default:
            let field = conflict.path.field ?? ""
            if text.isEmpty { return .string(WireText(text)) }
            return .string(
                try view.names.reference(WireText(text), of: field, in: conflict.path.kind)
            )
        }
    }

    private func said(_ decision: JSON?, _ conflict: Conflict, _ view: AuditView) -> String {
        if conflict.kind == .removedEdited {
            let declined =
                conflict.isProposedRemoval ? "; declined the proposal" : ""
            return decision == nil ? "removed" : "kept\(declined)"
        }
        if remove { return "declined the proposal" }
        if conflict.path.field == nil { return decision == nil ? "removed" : "added" }
        if conflict.path.member != nil { return decision == nil ? "out" : "in" }
        return view.valueWords.worded(decision, at: conflict.path)
    }
}
