import Foundation

/// What is known about the terminal.
enum Terminal {
    /// Whether standard output is one.
    static let isOutput = isatty(STDOUT_FILENO) == 1
    /// Whether standard error is one: then long work shows its progress.
    static let isError = isatty(STDERR_FILENO) == 1

    /// Whether to write colours: on a terminal that can show them, unless NO_COLOR is set.
    static func showsColour(_ isTerminal: Bool) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
            && environment["TERM"] != "dumb"
    }

    /// The columns to fill: those of the terminal, 80 elsewhere and at most.
    static let width: Int = {
        var size = winsize()
        guard isOutput, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return 80
        }
        return min(80, max(40, Int(size.ws_col)))
    }()
}
