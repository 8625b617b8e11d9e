import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord admit`.
struct AdmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: "List edits that have no effect, and admit or decline them (leaders only).",
        discussion: """
            Concord keeps everything that a member's device signed. An edit has no effect if its \
            author had no right to it, if it came after a revocation, or if no such step exists. A \
            leader can admit it: it then counts at its own place in the history, and becomes a \
            candidate in a conflict if someone has written over it since. A leader can also \
            decline it: its author reads the reason, and it is not listed again.

            Examples:
              concord admit                                  (list)
              concord admit 12@Jb0x --reason "made before the tablet was replaced"
              concord admit --all-of "Tomas Ebrel" --reason "the audit went on until noon"
              concord admit --decline 12@Jb0x --reason "covered by B-03"
            """
    )

    @Argument(help: "The saves: as listed, or the beginning of the identity.")
    var saves: [String] = []
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Admit everything by this member that has no effect.",
            valueName: "member"
        )
    )
    var allOf: String?
    @Flag(help: "Decline them, so that they stay without effect.")
    var decline = false
    @Flag(help: "Include declined edits.")
    var all = false
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let isList = saves.isEmpty && allOf == nil
        let replica = try isList ? options.openForReading() : options.open()
        let view = try AuditView(replica)
        if isList {
            if decline { throw ValidationError("Name the saves to decline.") }
            return try list(view)
        }
        guard let reason, !reason.isBlank else {
            throw CommandFailure(
                .reason,
                decline ? "declining needs a reason" : "admitting needs a reason",
                next: "Give --reason WHY."
            )
        }
        let chosen = try chosen(view)
        try requireRight(view, chosen)
        let names = chosen.map(\.name).joined(separator: ", ")
        try options.save(
            edit(chosen, reason),
            in: view,
            said: ["\(decline ? "Declined" : "Admitted") \(names)"],
            record: nil
        )
    }

    private func edit(_ chosen: [VoidSave], _ reason: WireText) -> Edit {
        var edit = Edit(reason: reason)
        for save in chosen {
            guard decline else {
                edit.admit(save.diff)
                continue
            }
            edit.add(
                VoidView.declinedKind,
                id: options.environment.newID(),
                fields: ["diff": .string(save.diff.base64url), "reason": .string(reason)]
            )
        }
        return edit
    }

    /// The saves that were named, each once.
    private func chosen(_ view: AuditView) throws -> [VoidSave] {
        let known = try view.voidView.voidSaves()
        var ids: Set<DiffID> = []
        var chosen = try saves.map { try self.save(DiffName.plain($0), known) }
        if let allOf {
            let member = try view.names.member(allOf)
            let theirs = known.filter {
                $0.by.member == member.id && $0.canBeAdmitted && $0.declined == nil
            }
            guard !theirs.isEmpty else {
                throw CommandFailure(
                    .notFound,
                    "no edit by \(member.name ?? member.id) is left to admit",
                    next: "`concord admit --all` lists edits without effect."
                )
            }
            chosen += theirs
        }
        return chosen.filter { ids.insert($0.diff).inserted }
    }

    private func requireRight(_ view: AuditView, _ chosen: [VoidSave]) throws {
        let me = try view.replica.identity()
        guard Rights.right(of: me.role, to: .admit) == .yes else {
            throw CommandFailure(
                .noRight,
                "only an audit team leader decides on edits without effect",
                next: "Ask your audit team leader; nothing was saved."
            )
        }
        guard !decline, let first = chosen.first(where: { !$0.canBeAdmitted }) else { return }
        throw CommandFailure(
            .void(first.reason),
            "\(first.name) cannot be admitted: \(first.why)",
            next: "It has to be done again, by someone with the right to it."
        )
    }

    private func list(_ view: AuditView) throws {
        let known = try view.voidView.voidSaves().filter { all || $0.declined == nil }
        if options.json {
            return try Output.json([
                "void": .array(
                    known.flatMap { save in save.writes.map { json($0, save) } }
                ),
                "saves": .array(try known.map { try view.voidView.json($0) }),
            ])
        }
        guard !known.isEmpty else {
            return try Output.lines(["There are no edits without effect."])
        }
        for (index, save) in known.enumerated() {
            try Output.lines((index > 0 ? [""] : []) + (try view.voidView.text(save)))
        }
    }

    private func json(_ void: VoidWrite, _ save: VoidSave) -> JSON {
        [
            "diff": .string(void.diff.base64url), "write": .string(void.write.description),
            "path": .string(void.path.description), "reason": .string(void.reason.rawValue),
            "name": .string(save.by.name), "time": .string(void.time),
        ]
    }

    private func save(_ name: String, _ known: [VoidSave]) throws -> VoidSave {
        let found = known.filter {
            $0.diff.base64url.hasPrefix(name) || $0.write.description.hasPrefix(name)
        }
        if let only = found.first, found.count == 1 { return only }
        throw CommandFailure(
            found.isEmpty ? .notFound : .ambiguous,
            found.isEmpty
                ? "there is no edit without effect called '\(name)'"
                : "'\(name)' may be any of \(found.count) saves",
            next: NearNames.hint(name, among: known.map(\.name))
                + "`concord admit` lists edits without effect."
        )
    }
}
