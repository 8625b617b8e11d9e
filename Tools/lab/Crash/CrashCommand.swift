import ArgumentParser
import Foundation

/// `concord-lab crash`: kills the real programs at random moments, and shows that nothing is lost.
struct CrashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash",
        abstract: "Kill the programs and the server at random moments; nothing may be lost.",
        discussion: """
            Two auditors add findings and sync, each command as its own process. In each round the command, \
            the server, or both are killed (SIGKILL) at a moment that chance chooses, and the server is \
            started again. Every so often everybody syncs: then all replicas have the same state, every \
            finding that a command had reported is there, each log verifies, and nothing waits.

            A seed repeats the choices, but not the moments: how long a process has come by then is the \
            machine's.

            Exit codes: 0 nothing was lost, 1 something was; the message says what, and the folder is kept.
            """
    )

    @Option(help: "How many rounds.")
    var rounds = 500
    @Option(help: "What chance begins with.")
    var seed: UInt64 = 1
    @Option(help: "After how many rounds everybody syncs and is compared.")
    var every = 25
    @Option(help: "The folder of the programs; by default the one of this program.")
    var programs: String?
    @Option(help: "A folder for the devices and the server; a temporary one by default.")
    var folder: String?

    func validate() throws {
        guard rounds > 0, every > 0 else { throw ValidationError("Numbers are at least 1.") }
    }

    func run() throws {
        let path = folder ?? NSTemporaryDirectory() + "concord-crash-" + UUID().uuidString
        let player = try CrashPlayer(
            programs: programs ?? Bundle.main.bundleURL.path,
            folder: try DemoFolder(path),
            seed: seed
        )
        do {
            try player.play(rounds: rounds, every: every)
        } catch {
            FileHandle.standardError.write(
                Data("concord-lab: seed \(seed): \(error)\nThe folder is \(path).\n".utf8)
            )
            throw ExitCode(1)
        }
        print(player.account)
        if folder == nil { try FileManager.default.removeItem(atPath: path) }
    }
}
