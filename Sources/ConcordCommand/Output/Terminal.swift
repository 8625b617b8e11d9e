import Foundation

/// What is known about the terminal.
enum Terminal {
    /// Whether standard output is one.
    static let isOutput = isatty(STDOUT_FILENO) == 1
    /// Whether standard error is one: then long work shows its progress.
    static let isError = isatty(STDERR_FILENO) == 1
    /// Whether standard input is one: then somebody can be asked.
    static let isInput = isatty(STDIN_FILENO) == 1

    /// Whether to write colours: on a terminal that can show them, unless NO_COLOR is set.
    static func showsColour(_ isTerminal: Bool) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
            && environment["TERM"] != "dumb"
    }

    /// The columns to fill: those of the terminal, 80 elsewhere.
    static let width = columns(of: STDOUT_FILENO) ?? 80

    /// The columns to fill with what is said on standard error; nil where it is not a terminal, and
    /// its reader reads lines.
    static let errorWidth = columns(of: STDERR_FILENO)

    private static func columns(of file: Int32) -> Int? {
        var size = winsize()
        guard isatty(file) == 1 else { return nil }
        guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return max(40, Int(size.ws_col))
    }
}
