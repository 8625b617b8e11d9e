import ArgumentParser
import ConcordSyncServer

/// Why the server does not run, as it ends the program; codes of `sysexits.h`.
struct ServeFailure: Error, Equatable {
    /// The status that the program exits with.
    enum Status: Int32 {
        /// A command has found something that is wrong.
        case faults = 1
        /// A wrong option.
        case usage = 64
        /// The address or the database is in use.
        case unavailable = 69
        /// A file cannot be made.
        case cannotCreate = 73
        /// The disk fails or is full, or the database is damaged.
        case io = 74
        /// A wrong environment variable, or a database that is not this program's.
        case configuration = 78
    }

    let status: Status
    let message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ problem: SettingProblem) {
        self.init(problem.isEnvironment ? .configuration : .usage, problem.message)
    }

    init(_ failure: StorageFailure) {
        let status: Status =
            switch failure.code {
            case .inUse: .unavailable
            case .cannotOpen: .cannotCreate
            case .newerVersion, .notOurs: .configuration
            case .corrupt, .full, .failed: .io
            }
        self.init(status, failure.message)
    }

    /// Says why on standard error, and gives the status to end with.
    var exit: ExitCode {
        StructuredLogHandler.writeToStandardError(
            Array("concord-server: \(Self.visible(message))\n".utf8)
        )
        return ExitCode(status.rawValue)
    }

    /// A message with control characters, which an option may have held, as question marks.
    static func visible(_ message: String) -> String {
        let scalars = message.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
                ? "?" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
