import ArgumentParser
import ConcordEncoding
import ConcordSigning
import ConcordSyncServer

/// `concord-server create`.
struct CreateCommand: AdministratorCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token for somebody who may open engagements.",
        discussion: """
            The token is printed once. Give it to the audit team leader, who passes it to `concord new --token FILE`. \
            The server keeps only the public half of it, so it cannot be shown again: make another one instead.

            A server asks for tokens if it runs with `--new-engagements token`. A new token counts at once.

            Examples:
              concord-server create --database audits.sqlite --name "Ruth Weller"
              concord-server create --database audits.sqlite --name "Summer audits" --expires 2026-09-30T00:00:00Z
            """
    )

    @Option(
        parsing: .unconditional,
        help: "For whom the token is; nobody else's may have this name."
    )
    var name: String
    @Option(
        help: ArgumentHelp(
            "The time after which the token opens nothing more (default: it does not end).",
            valueName: "time"
        )
    )
    var expires: String?
    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func result() throws -> CommandResult {
        let time = expires.flatMap { Timestamp($0) }
        if let expires, time == nil {
            throw SettingProblem(
                message:
                    "--expires is “\(expires)”; it should be a time such as 2026-09-30T00:00:00Z",
                isEnvironment: false
            )
        }
        let token = try OpeningTokens(try files.files()).make(for: WireText(name), expires: time)
        return CommandResult(
            json: ["name": .string(name), "token": .string(token.text)],
            lines: [
                "The token for \(name), shown once:", "", "  \(token.text)", "",
                "They open an engagement with: concord new … --server URL --token FILE",
            ]
        )
    }
}

/// `concord-server withdraw`.
struct WithdrawCommand: AdministratorCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Withdraw a token: it opens no more engagements.",
        discussion: """
            Engagements that were opened with it stay.

            Examples:
              concord-server withdraw --database audits.sqlite --name "Ruth Weller"
            """
    )

    @Option(parsing: .unconditional, help: "Whose token.")
    var name: String
    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func result() throws -> CommandResult {
        try OpeningTokens(try files.files()).withdraw(WireText(name))
        return CommandResult(
            json: ["name": .string(name)],
            lines: ["The token for \(name) opens no more engagements."]
        )
    }
}
