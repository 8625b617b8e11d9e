import ArgumentParser
import Concord

/// `concord status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the engagement's status and pending work.",
        discussion: """
            Shows what the server does not have yet, open conflicts, edits without effect, the \
            totals, and what the leader should look at before sign-off (--notices lists every \
            notice). --safety lists what no second device has yet, and how safe it is. \
            --safe-to-wipe says whether this device can be wiped, and what would be lost (exit code \
            0 for yes, 1 for no).
            """
    )

    @Flag(help: "List every notice, not only how many there are.")
    var notices = false
    @Flag(help: "List the records that no second device has yet, and how safe each is.")
    var safety = false
    @Flag(help: "Say whether this device can be wiped without losing anything.")
    var safeToWipe = false
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if [notices, safety, safeToWipe].count(where: { $0 }) > 1 {
            throw ValidationError("Give one of --notices, --safety and --safe-to-wipe.")
        }
    }

    func run() throws {
        let replica = try options.openForReading()
        if safeToWipe { return try judgeWipe(of: replica) }
        if safety {
            return try options.output.show(
                UnsafeView(
                    records: try replica.unsafeRecords(),
                    counts: try replica.safety(),
                    view: try AuditView(replica)
                )
            )
        }
        try options.output.show(
            StatusView(
                replica: replica,
                path: try options.existingPath(),
                view: try AuditView(replica),
                listsNotices: notices
            )
        )
    }

    /// Says yes or no with the reasons, and ends with 1 for no.
    private func judgeWipe(of replica: Replica) throws {
        let check = try replica.wipeCheck()
        try options.output.show(WipeView(check: check))
        if !check.isSafe { throw ExitCode(ExitStatus.refused.rawValue) }
    }
}
