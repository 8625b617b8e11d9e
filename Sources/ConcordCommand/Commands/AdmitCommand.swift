import ArgumentParser
import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord admit`.
struct AdmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: "List what does not count, and accept or decline it (leaders only).",
        discussion: """
            Nothing that a member's device has signed is thrown away. What its author had no right \
            to, what came after a revocation or what the life cycle forbids is kept without effect. \
            A leader can accept it: it then counts at its own place in the history, and where someone \
            has meanwhile written over it, it becomes a candidate of a conflict. A leader can also \
            decline it: it stays without effect, its author is told why, and it is not listed again.

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
        help: ArgumentHelp("Accept all that does not count of a member.", valueName: "member")
    )
    var allOf: String?
    @Flag(help: "Decline them: they stay without effect.")
    var decline = false
    @Flag(help: "List also what was declined.")
    var all = false
    @Option(
        parsing: .unconditional,
        help: "Why; it is part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let isList = saves.isEmpty && allOf == nil
        let replica = try isList ? options.openForReading() : options.open()
        let view = try AuditView(replica)
        if isList {
            if decline { throw ValidationError("Name what is to be declined.") }
            return try list(view)
        }
        guard let reason, !TextArgument.isBlank(reason.string) else {
            throw CommandFailure(
                .usage,
                "reason",
                decline ? "declining takes a reason" : "admitting takes a reason",
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
                AuditView.declinedKind,
                id: options.environment.newID(),
                fields: ["diff": .string(save.diff.base64url), "reason": .string(reason)]
            )
        }
        return edit
    }

    /// The saves that were named, each once.
    private func chosen(_ view: AuditView) throws -> [VoidSave] {
        let known = try view.voidSaves()
        var ids: Set<DiffID> = []
        var chosen = try saves.map { try self.save(DiffName.plain($0), known) }
        if let allOf {
            let member = try view.member(allOf)
            let theirs = known.filter {
                $0.by.member == member.id && $0.canBeAdmitted && $0.declined == nil
            }
            guard !theirs.isEmpty else {
                throw CommandFailure(
                    .notFound,
                    "not-found",
                    "everything of \(member.name ?? member.id) counts that can count",
                    next: "`concord admit --all` lists what does not count."
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
                .refused,
                "no-right",
                "only an audit team leader decides on what does not count",
                next: "Ask your audit team leader; nothing was saved."
            )
        }
        guard !decline, let first = chosen.first(where: { !$0.canBeAdmitted }) else { return }
        throw CommandFailure(
            .refused,
            first.reason.rawValue,
            "\(first.name) cannot be accepted: \(first.why)",
            next: "It has to be done again, by somebody who may."
        )
    }

    private func list(_ view: AuditView) throws {
        let known = try view.voidSaves().filter { all || $0.declined == nil }
        if options.json {
            return try Output.json([
                "void": .array(
                    known.flatMap { save in save.writes.map { json($0, save) } }
                ),
                "saves": .array(try known.map { try view.json($0) }),
            ])
        }
        guard !known.isEmpty else { return try Output.lines(["Everything counts."]) }
        for (index, save) in known.enumerated() {
            try Output.lines((index > 0 ? [""] : []) + (try view.text(save)))
        }
    }

    private func json(_ void: Snapshot.VoidWrite, _ save: VoidSave) -> JSON {
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
            found.isEmpty ? .notFound : .usage,
            found.isEmpty ? "not-found" : "ambiguous",
            found.isEmpty
                ? "nothing that does not count is called '\(name)'"
                : "'\(name)' may be any of \(found.count) saves",
            next: NearNames.hint(name, among: known.map(\.name))
                + "`concord admit` lists what does not count."
        )
    }
}
