import CMachine
package import Foundation
import Synchronization

/// A program that a test starts.
///
/// Not Foundation's `Process`: on Linux that one reads beyond a buffer where more than a thousand descriptors are open, as
/// among tests of a server, changes the folder of the whole process for a moment, and lets children that are started at the
/// same time hold one another's pipes. A child gets standard input, output and errors, and nothing else.
package final class ChildProgram: Sendable {
    /// How a program ended.
    package enum End: Hashable, Sendable {
        /// By itself, with this status.
        case exit(Int32)
        /// By this signal.
        case signal(Int32)

        /// The status or the signal, as `Process.terminationStatus` has it.
        package var status: Int32 {
            switch self {
            case .exit(let status): status
            case .signal(let number): number
            }
        }
    }

    /// The number by which the system knows it.
    package let identifier: Int32
    private let ended = Mutex<End?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - environment: what it finds in its environment; nil for what this process has.
    ///   - folder: where it runs; nil for where this process runs.
    ///   - input: its standard input; nil for an empty one.
    ///   - output: its standard output; nil for none.
    ///   - errors: its standard errors; nil for none.
    /// - Throws: `POSIXError`.
    package init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        folder: String? = nil,
        input: FileHandle? = nil,
        output: FileHandle? = nil,
        errors: FileHandle? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, handle) in [input, output, errors].enumerated() {
            let number = Int32(number)
            if let handle {
                posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        if let folder { posix_spawn_file_actions_addchdir_np(&actions, folder) }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of the dispatch library block signals, and a child inherits that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP)
        )
        let environment = environment ?? ProcessInfo.processInfo.environment
        var child: pid_t = 0
        let code = Self.withStrings([path] + arguments) { arguments in
            Self.withStrings(environment.map { "\($0)=\($1)" }) { environment in
                posix_spawn(&child, path, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        identifier = child
    }

    deinit { _ = look() }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }

    /// Looks whether it has ended.
    private func look() -> End? {
        ended.withLock { ended in
            if let ended { return ended }
            var status: Int32 = 0
            var result = waitpid(identifier, &status, WNOHANG)
            while result < 0, errno == EINTR { result = waitpid(identifier, &status, WNOHANG) }
            guard result == identifier else { return nil }
            let signal = status & 0x7F
            ended = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
            return ended
        }
    }

    /// Whether it has not ended yet.
    package var isRunning: Bool { look() == nil }

    /// Sends a signal to this program alone.
    package func signal(_ number: Int32) {
        // Once it was waited for, its number may be another program's.
        ended.withLock { if $0 == nil { _ = kill(identifier, number) } }
    }

    /// Waits until it has ended.
    package func wait() -> End {
        // Without taking note of the end, so that others may ask meanwhile.
        var facts = siginfo_t()
        while waitid(P_PID, id_t(identifier), &facts, WEXITED | WNOWAIT) != 0, errno == EINTR {
            continue
        }
        return look() ?? .exit(-1)
    }

    /// Runs a program to its end, with its output and its errors in one.
    ///
    /// - Parameter input: what it reads.
    package static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        folder: String? = nil,
        input: [UInt8] = [],
        mergingErrors: Bool = false
    ) throws -> (end: End, output: [UInt8]) {
        let (written, read) = (Pipe(), Pipe())
        let child = try ChildProgram(
            path,
            arguments,
            environment: environment,
            folder: folder,
            input: written.fileHandleForReading,
            output: read.fileHandleForWriting,
            errors: mergingErrors ? read.fileHandleForWriting : nil
        )
        try written.fileHandleForReading.close()
        try read.fileHandleForWriting.close()
        let queue = DispatchQueue(label: "input of a child")
        queue.async {
            // What does not want its input closes it early.
            do { try written.fileHandleForWriting.write(contentsOf: Data(input)) } catch {}
            do { try written.fileHandleForWriting.close() } catch {}
        }
        let output = try read.fileHandleForReading.readToEnd() ?? Data()
        queue.sync {}
        return (child.wait(), [UInt8](output))
    }
}
