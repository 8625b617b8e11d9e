import ConcordEncoding
import Foundation

/// A secret that is read from standard input: nothing that `ps` or a shell's history shows.
enum SecretInput {
    /// The longest secret, in bytes.
    private static let bytesMax = 4096

    /// Asks at a terminal, without showing what is typed; elsewhere reads the first line that is not
    /// empty.
    ///
    /// - Throws: `missing` where nothing comes; `CommandFailure` where what comes is not UTF-8.
    static func read(_ prompt: String, orFail missing: CommandFailure) throws -> String {
        let line = try Terminal.isInput ? withoutEcho { try ask(prompt) } : firstLine()
        guard !line.allSatisfy(\.isWhitespace) else { throw missing }
        return line
    }

    private static func ask(_ prompt: String) throws -> String {
        Output.prompt(prompt)
        defer { Output.note("") }
        return try firstLine()
    }

    private static func firstLine() throws -> String {
        var line: [UInt8] = []
        while let byte = try FileHandle.standardInput.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") {
                if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
                    if Terminal.isInput { break }
                    line = []
                    continue
                }
                break
            }
            line.append(byte)
            if line.count > bytesMax { break }
        }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw CommandFailure(
                .notUTF8,
                "standard input is not UTF-8",
                next: "Copy the code again; it holds only letters, digits and hyphens."
            )
        }
        return text
    }

    /// Does something while the terminal does not show what is typed.
    private static func withoutEcho(_ work: () throws -> String) rethrows -> String {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return try work() }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer { _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        return try work()
    }
}
