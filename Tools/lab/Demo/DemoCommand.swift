import ArgumentParser
import ConcordEncoding
import Foundation

/// `concord-lab demo`.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play an engagement end to end with the real programs.",
        discussion: """
            A server, a team leader and two auditors, each with a device of his own: they join, go \
            offline, capture what the file says, collide, sync, settle it, and write the report. \
            Exit code 0 only if all replicas agree and the file's expected totals come out.
            """
    )

    @Argument(help: "The engagement, such as Tools/demo-data/sample-engagement.json.")
    var file: String
    @Option(
        help: ArgumentHelp(
            "Where concord and concord-server are (default: next to this program).",
            valueName: "folder"
        )
    )
    var programs: String?
    @Option(
        help: ArgumentHelp(
            "Where everything is kept; begun afresh at each run.",
            valueName: "folder"
        )
    )
    var folder = ".demo"

    func run() throws {
        let programs =
            self.programs.map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
            .deletingLastPathComponent()
        RunningServer.endOnInterrupt()
        defer { RunningServer.end() }
        do {
            let file = try DemoFile(path: URL(fileURLWithPath: self.file).path)
            let player = try DemoPlayer(
                file: file,
                programs: programs.path,
                folder: try DemoFolder(folder)
            )
            guard try player.play() else { throw ExitCode(1) }
        } catch let failure as DemoFailure {
            let said = "concord-lab: \(failure)".split(separator: "\n")
                .map { PrintableText.of(String($0)) + "\n" }
            FileHandle.standardError.write(Data(said.joined().utf8))
            throw ExitCode(1)
        }
    }
}
