import ConcordEncoding
import Foundation

/// Standard output and standard error.
///
/// Results go to standard output, everything said about them to standard error. A result that could
/// not be written is a failure: a script that reads a truncated file must hear of it.
enum Output {
    /// Writes lines of text.
    static func lines(_ lines: [String]) throws {
        guard !lines.isEmpty else { return }
        try bytes(Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    /// Writes one JSON document as one line, in canonical form.
    static func json(_ value: JSON) throws {
        var bytes = value.canonicalBytes
        bytes.append(UInt8(ascii: "\n"))
        try Self.bytes(bytes)
    }

    /// Writes bytes to standard output.
    static func bytes(_ bytes: [UInt8]) throws {
        let error = write(bytes, to: STDOUT_FILENO)
        if error == 0 { return }
        // Whoever reads has gone away, as `head` does: there is nobody to tell.
        if error == EPIPE { exit(0) }
        throw CommandFailure(
            .disk,
            "output",
            "the output could not be written: \(String(cString: strerror(error)))",
            next: "What was saved in the replica is safe. Is the disk full?"
        )
    }

    /// Writes a line to standard error.
    static func note(_ line: String) {
        // If standard error is gone there is nobody to tell.
        _ = write(Array((line + "\n").utf8), to: STDERR_FILENO)
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
