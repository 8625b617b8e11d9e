import ConcordEncoding
import Foundation

/// Standard output and standard error.
///
/// Results go to standard output, everything said about them to standard error. A result that could
/// not be written is a failure: a script that reads a truncated file must hear of it. Lines for people
/// are `Shown`: no control character of somebody's text gets here.
enum Output {
    /// Writes lines of text.
    static func lines(_ lines: [Shown]) throws {
        guard !lines.isEmpty else { return }
        try bytes(Array((lines.map(\.sent).joined(separator: "\n") + "\n").utf8))
    }

    /// Writes one JSON document as one line, in canonical form; on a terminal with what cannot be
    /// seen escaped, which is the same document.
    static func json(_ value: JSON) throws {
        try bytes(Array((terminalJSON(value.canonicalText, Terminal.isOutput) + "\n").utf8))
    }

    /// Writes text that is made for programs, such as exported lines of JSON or a report: as it is
    /// into a file or pipe; on a terminal with what cannot be seen escaped as JSON escapes it.
    static func document(_ bytes: [UInt8]) throws {
        guard Terminal.isOutput else { return try Self.bytes(bytes) }
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        try Self.bytes(
            Array(lines.map { terminalJSON(String($0), true) }.joined(separator: "\n").utf8)
        )
    }

    /// Writes bytes of somebody's file to standard output, as they are; a terminal gets them only if they are text.
    static func raw(_ bytes: [UInt8]) throws {
        if Terminal.isOutput { return try document(bytes) }
        try Self.bytes(bytes)
    }

    /// Writes bytes to standard output, unless something that belongs into them could not be read.
    private static func bytes(_ bytes: [UInt8]) throws {
        try Unread.check()
        let error = write(bytes, to: STDOUT_FILENO)
        if error == 0 { return }
        // The reader has gone away, as `head` does: there is nobody to tell.
        if error == EPIPE { exit(0) }
        throw CommandFailure(
            .output,
            "the output could not be written: \(String(cString: strerror(error)))",
            next: "What was saved in the replica is safe. Is the disk full?"
        )
    }

    /// Writes a line to standard error.
    static func note(_ line: Shown) {
        // If standard error is gone there is nobody to tell.
        _ = write(Array((line.sent + "\n").utf8), to: STDERR_FILENO)
    }

    /// Writes a question to standard error; the answer is typed behind it.
    static func prompt(_ question: String) {
        _ = write(Array(PrintableText.of(question).utf8), to: STDERR_FILENO)
    }

    /// Writes one JSON document to standard error, as one line.
    static func note(json value: JSON) {
        let text = terminalJSON(value.canonicalText, Terminal.isError)
        _ = write(Array((text + "\n").utf8), to: STDERR_FILENO)
    }

    /// Rewrites the line that the cursor is on, on standard error; an empty one takes it away.
    static func rewrite(_ line: Shown) {
        _ = write(Array(("\r\u{1B}[K" + line.sent).utf8), to: STDERR_FILENO)
    }

    /// JSON text with every scalar that cannot be seen escaped, for a terminal.
    static func terminalJSON(_ text: String, _ isTerminal: Bool) -> String {
        guard isTerminal, !text.unicodeScalars.allSatisfy(PrintableText.isPrintable) else {
            return text
        }
        return text.unicodeScalars.reduce(into: "") { escaped, scalar in
            if PrintableText.isPrintable(scalar) {
                escaped.unicodeScalars.append(scalar)
                return
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }

    /// Writes all bytes; the error number, 0 if there was none.
    private static func write(_ bytes: [UInt8], to file: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}
