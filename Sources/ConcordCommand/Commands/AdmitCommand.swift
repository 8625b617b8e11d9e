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
            let listed = view.voidSaves.filter { all || $0.declined == nil }
            return try options.output.show(try VoidListView(listed, in: view))
        }
        let chosen = try chosen(view)
        let edit = try decision(on: chosen, by: try replica.identity().role, view)
        let names = chosen.map(\.write.short).joined(separator: ", ")
        try options.save(
            edit,
            in: view,
            said: ["\(decline ? "Declined" : "Admitted") \(names)"],
            record: nil
        )
    }

    private func decision(on saves: [VoidSave], by role: Role, _ view: AuditView) throws -> Edit {
        let acts = SaveDecisionActs(by: role)
        do {
            return try decline
                ? acts.decline(saves, reason: reason) { options.environment.newID() }
                : acts.admit(saves, reason: reason)
        } catch {
            guard case .cannotBeAdmitted(let save) = error else { throw error }
            throw CommandFailure(
                .void(save.reason),
                "\(save.write.short) cannot be admitted: "
                    + view.voidView.why(save.reason, by: save.author),
                next: error.next
            )
        }
    }

    /// The saves that were named, each once.
    private func chosen(_ view: AuditView) throws -> [VoidSave] {
        let known = view.voidSaves
        var ids: Set<DiffID> = []
        var chosen = try saves.map { try self.save(DiffName.plain($0), known) }
        if let allOf {
            let member = try view.names.member(allOf)
            let theirs = known.filter {
                view.member(of: $0.author) == member.id && $0.canBeAdmitted && $0.declined == nil
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
            next: NearNames.hint(name, among: known.map(\.write.short))
                + "`concord admit` lists edits without effect."
        )
    }
}
