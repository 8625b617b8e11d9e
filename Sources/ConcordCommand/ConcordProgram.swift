import ArgumentParser
import Concord
import ConcordEncoding
import Foundation

/// The program `concord`: capture findings offline, sync, resolve conflicts, report.
///
/// `main` is our own so that every failure ends the same way: one line that says what failed, one
/// that says what to do next, and an exit code that a script can decide on (`docs/concord.md`).
@main
struct ConcordProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "concord",
        abstract: "Audit together, offline and online, without losing a word.",
        discussion: """
            Each auditor captures findings on their own device, with or without a network. Run \
            `concord sync` when there is a network; then everyone has everything. If two people \
            decide differently, both decisions are kept as a conflict until someone resolves it.

            A first session:
              concord new --from engagement.json --server http://host:8080
              concord invite --role auditor --name "Tomas Ebrel"
              concord join < code.txt                (on the colleague's device)
              concord finding add --title "Plan untested" --criterion 20000-1:6.3.3=major
              concord sync
              concord conflicts
              concord report --output report.html

            If there is only one engagement on the device, you never need to name it. If there are \
            several, name one with --engagement. Every command takes --json.

            Exit codes: 0 done, 1 refused, or a comparison found a difference, 64 usage, 65 bad \
            input, 66 not found, 69 server not reached, 70 an error in the program, 73 cannot \
            create, 74 disk, 75 busy, 77 not permitted, 78 made by a newer version.
            """,
        version: "0.1.0 (SQLite \(Replica.sqliteVersion))",
        groupedSubcommands: [
            CommandGroup(
                name: "Engagements",
                subcommands: [
                    NewCommand.self, InviteCommand.self, JoinCommand.self, ListCommand.self,
                    StatusCommand.self, SyncCommand.self, NewsCommand.self, MemberCommand.self,
                    DeviceCommand.self, EngagementCommand.self, RecoverCommand.self,
                ]
            ),
            CommandGroup(
                name: "Audit",
                subcommands: [
                    FindingCommand.self, EvidenceCommand.self, ChecklistCommand.self,
                    CoverageCommand.self, ConclusionCommand.self, ReportCommand.self,
                ]
            ),
            CommandGroup(
                name: "Disagreements",
                subcommands: [
                    ConflictsCommand.self, ResolveCommand.self, ProposalsCommand.self,
                    AdmitCommand.self, InboxCommand.self,
                ]
            ),
            CommandGroup(
                name: "History",
                subcommands: [
                    BlameCommand.self, ShowCommand.self, UndoCommand.self, RedoCommand.self,
                ]
            ),
            CommandGroup(
                name: "The replica",
                subcommands: [
                    BundleCommand.self, LogCommand.self, StateCommand.self, RebuildCommand.self,
                    VerifyCommand.self,
                    ProofCommand.self,
                ]
            ),
        ]
    )

    static func main() async {
        // A limit on the size of files is told like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        do {
            let arguments = try CommandArguments.prepared(CommandArguments.ofProcess())
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard let failure = CommandFailure(of: error) else { end(with: error) }
            end(with: failure)
        }
    }

    /// Whether results and failures are printed as JSON, wherever on the command line it was said.
    private static var printsJSON: Bool {
        CommandLine.arguments.prefix { $0 != "--" }.contains("--json")
    }

    private static func end(with failure: CommandFailure) -> Never {
        failure.report(asJSON: printsJSON)
        Foundation.exit(failure.code.status.rawValue)
    }

    /// Ends with what the argument parser says: help, or what is wrong with the command line.
    ///
    /// The parser writes the usage as one line of any length; here it is wrapped.
    private static func end(with error: any Error) -> Never {
        let code = exitCode(for: error)
        // A line break within an argument is not one of the parser's.
        let full = CommandLine.arguments.filter { $0.contains("\n") }
            .reduce(fullMessage(for: error)) { text, argument in
                text.replacingOccurrences(of: argument, with: PrintableText.of(argument))
            }
        if code != .success, !full.isEmpty, printsJSON {
            let help = full.split(separator: "\n").last { $0.contains("--help'") }
            end(
                with: CommandFailure(
                    .usage,
                    message(for: error),
                    next: help.map { $0.drop { $0 == " " } + "" }
                )
            )
        }
        let lines = full.split(separator: "\n", omittingEmptySubsequences: false)
        let wrapped = lines.flatMap { line -> [Shown] in
            guard line.lowercased().hasPrefix("usage: "), line.count > 80 else {
                return [Shown(String(line))]
            }
            let parts = Layout.wrap(Shown(String(line)), width: 72)
            return [parts[0]] + parts.dropFirst().map { "       " + $0 }
        }
        if code == .success {
            do {
                try Output.lines(wrapped)
            } catch {
                Foundation.exit(ExitStatus.disk.rawValue)
            }
        } else if !full.isEmpty {
            for line in wrapped { Output.note(line) }
        }
        Foundation.exit(code.rawValue)
    }
}
