import ConcordEncoding
import ConcordTesting
import Foundation

/// Two auditors and a server, whose processes are killed.
final class CrashPlayer {
    /// What is killed in a round.
    private enum Victim: CaseIterable {
        case command, server, both, nobody
    }

    /// One auditor's device.
    private struct Device {
        let name: String
        let home: String
        /// The titles that a command has reported as recorded.
        var reported: Set<String> = []
    }

    private let server: DemoServer
    private let folder: DemoFolder
    private let program: String
    private var generator: SeededGenerator
    private var devices: [Device]
    private var commands = 0
    private var killed = 0
    private var restarts = 0
    /// How long a command takes that nobody kills, in seconds; the moments are spread over somewhat more.
    private var usual = 0.2

    init(programs: String, folder: DemoFolder, seed: UInt64) throws {
        self.folder = folder
        program = programs + "/concord"
        server = DemoServer(program: programs + "/concord-server", folder: folder)
        generator = SeededGenerator(seed: seed)
        devices = try ["Ines", "Tomas"].map {
            Device(name: $0, home: try folder.folder("devices/" + $0))
        }
    }

    /// What was done, for people.
    var account: String {
        let reported = devices.map(\.reported.count).reduce(0, +)
        return "\(commands) commands, \(killed) of them killed, and \(restarts) servers; "
            + "\(reported) findings were reported, and all are there."
    }

    /// Plays the rounds.
    ///
    /// - Throws: `DemoFailure` that says what was lost.
    func play(rounds: Int, every: Int) throws {
        RunningServer.endOnInterrupt()
        try server.start()
        do {
            try open()
            for round in 1...rounds {
                try play(round)
                if round % every == 0 || round == rounds { try compare(after: round) }
            }
        } catch {
            try server.stop()
            throw error
        }
        try server.stop()
    }

    private func open() throws {
        try run(
            [
                "new", "--standard", "iso-9001-2008", "--organization", "Meridale", "--leader",
                "Ines",
            ]
                + ["--server", server.url],
            on: 0
        )
        let invitation = try ask(["invite", "--role", "auditor", "--name", "Tomas"], on: 0)
        guard let code = invitation["code"]?.stringValue?.string else {
            throw DemoFailure("concord invite gave no code")
        }
        try run(["sync"], on: 0)
        try run(["join", code, "--device", "Tomas"], on: 1)
        let began = Date()
        try run(["sync"], on: 1)
        usual = Date().timeIntervalSince(began)
    }

    private func play(_ round: Int) throws {
        let device = generator.below(devices.count)
        let title = "Finding \(round)"
        let arguments =
            generator.oneIn(2)
            ? ["sync"]
            : ["finding", "add", "--title", title, "--criterion", "9001:8.4=minor", "--json"]
        let victim = generator.pick(Victim.allCases)
        let child = try start(arguments, on: device)
        let moment = usual * 1.3 * Double(generator.below(1000)) / 1000
        usleep(useconds_t(moment * 1_000_000))
        if victim == .server || victim == .both {
            try server.kill()
            restarts += 1
        }
        if victim == .command || victim == .both {
            if child.isRunning { killed += 1 }
            child.kill()
        }
        if victim == .server || victim == .both { try server.start() }
        let result = try child.wait(seconds: 60)
        if arguments.count > 1, result.output.contains("\"label\"") {
            devices[device].reported.insert(title)
        }
    }

    /// Everybody syncs, and is compared.
    private func compare(after round: Int) throws {
        for _ in 0..<2 { for index in devices.indices { try run(["sync"], on: index) } }
        let states = try devices.indices.map { try run(["state"], on: $0) }
        guard Set(states).count == 1 else { throw DemoFailure("round \(round): the states differ") }
        for index in devices.indices {
            let name = devices[index].name
            guard try ask(["verify"], on: index)["valid"] == true else {
                throw DemoFailure("round \(round): the log of \(name) does not verify")
            }
            guard try ask(["status"], on: index)["pending"] == 0 else {
                throw DemoFailure("round \(round): something of \(name) waits")
            }
        }
        let findings = try ask(["finding", "list"], on: 0)["findings"]?.arrayValue ?? []
        let titles = Set(findings.compactMap { $0["title"]?.stringValue?.string })
        let lost = devices.reduce(into: Set<String>()) { $0.formUnion($1.reported) }
            .subtracting(titles)
        guard lost.isEmpty else {
            throw DemoFailure("round \(round): lost are \(lost.sorted().joined(separator: ", "))")
        }
    }

    // MARK: Commands.

    private func start(_ arguments: [String], on device: Int) throws -> ChildProcess {
        commands += 1
        return try ChildProcess(
            program,
            arguments,
            environment: Surroundings.device(home: devices[device].home),
            files: try folder.folder("output") + "/\(commands)"
        )
    }

    @discardableResult
    private func run(_ arguments: [String], on device: Int) throws -> String {
        let result = try start(arguments, on: device).wait(seconds: 60)
        guard result.status == 0 else {
            let command = arguments.joined(separator: " ")
            throw DemoFailure("concord \(command) ended with \(result.status): \(result.errors)")
        }
        return result.output
    }

    private func ask(_ arguments: [String], on device: Int) throws -> JSON {
        try JSON(parsing: Array(try run(arguments + ["--json"], on: device).utf8))
    }
}
