import ArgumentParser

/// `concord status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the engagement's status and pending work.",
        discussion: """
            Shows what the server does not have yet, open conflicts, edits without effect, the \
            totals, and what the leader should look at before sign-off (--notices lists every \
            notice).
            """
    )

    @Flag(help: "List every notice, not only how many there are.")
    var notices = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.openForReading()
        try options.output.show(
            StatusView(
                replica: replica,
                path: try options.existingPath(),
                view: try AuditView(replica),
                listsNotices: notices
            )
        )
    }
}
