import Foundation

/// One run of a program, with what it used of the machine.
struct MeasuredProgram {
    /// By the clock on the wall, in microseconds.
    let time: Double
    /// The most memory that it had, in bytes.
    let memory: Int

    /// Why a run gives no figures.
    struct Failure: Error, CustomStringConvertible {
        let description: String
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
        var error: Int32 = 0
        let elapsed = ContinuousClock().measure {
            error = posix_spawn(&id, program, &files, nil, words, variables)
            if error == 0 {
                while wait4(id, &status, 0, &use) < 0 && errno == EINTR {}
            }
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
        let (seconds, attoseconds) = elapsed.components
        time = Double(seconds) * 1e6 + Double(attoseconds) / 1e12
        memory = use.ru_maxrss * 1024
    }
}
