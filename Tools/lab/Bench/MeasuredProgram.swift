import ArgumentParser
import Foundation

/// One run of a program, with what it used of the machine.
struct MeasuredProgram {
    /// The processor's time, all threads together, in microseconds: it hardly depends on what else the machine does.
    let time: Double
    /// The most memory that it had, in bytes.
    let memory: Int

    /// Why a run gives no figures.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a program to its end from a small process of its own; what it prints goes nowhere.
    ///
    /// A process begins with the greatest memory that the one which starts it ever had, so one that has made large
    /// samples cannot tell what a program takes.
    static func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String]
    ) throws -> MeasuredProgram {
        let process = Process()
        process.executableURL = URL(
            fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0]
        )
        process.arguments = ["measured-run", program, "--"] + arguments
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        process.waitUntilExit()
        let words = text.split(whereSeparator: \.isWhitespace)
        guard process.terminationStatus == 0, words.count == 2, let time = Double(words[0]),
            let memory = Int(words[1])
        else {
            throw Failure(
                description: "`concord \(arguments.joined(separator: " "))` gave no figures"
            )
        }
        return MeasuredProgram(time: time, memory: memory)
    }

    private init(time: Double, memory: Int) {
        self.time = time
        self.memory = memory
    }

    /// Runs a program to its end; what it prints goes nowhere.
    ///
    /// - Throws: `Failure` if it cannot be started, or ends with another code than 0.
    init(_ program: String, _ arguments: [String], environment: [String: String]) throws {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_WRONLY, 0)
        }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var id: pid_t = 0
        var status: Int32 = 0
        var use = rusage()
        let error = posix_spawn(&id, program, &files, nil, words, variables)
        if error == 0 {
            while wait4(id, &status, 0, &use) < 0 && errno == EINTR {}
        }
        guard error == 0 else {
            throw Failure(
                description: "\(program) cannot be started: \(String(cString: strerror(error)))"
            )
        }
        guard status == 0 else {
            let command = arguments.joined(separator: " ")
            throw Failure(description: "`concord \(command)` ended with status \(status)")
        }
        time = Self.microseconds(use.ru_utime) + Self.microseconds(use.ru_stime)
        memory = use.ru_maxrss * 1024
    }

    private static func microseconds(_ time: timeval) -> Double {
        Double(time.tv_sec) * 1e6 + Double(time.tv_usec)
    }
}

/// `concord-lab measured-run`: runs a program once, and prints its time in microseconds and its memory in bytes.
struct MeasuredRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measured-run",
        abstract: "Run a program once, and print its microseconds and bytes.",
        shouldDisplay: false
    )

    @Argument(help: "The program.")
    var program: String
    @Argument(parsing: .captureForPassthrough, help: "What it is given.")
    var arguments: [String] = []

    func run() throws {
        let given = arguments.first == "--" ? Array(arguments.dropFirst()) : arguments
        let measured = try MeasuredProgram(
            program,
            given,
            environment: ProcessInfo.processInfo.environment
        )
        print(measured.time, measured.memory)
    }
}
