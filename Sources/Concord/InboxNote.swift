import ConcordEncoding

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The names of what a member has read in his inbox: a line each, in a file beside the replica.
///
/// Only a convenience: where the file is lost, everything is told again.
struct InboxNote {
    let path: String

    /// The names; none where there is no file that can be read.
    func read() -> Set<WireText> {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&bytes, 1, bytes.count, file)
            if count == 0 { break }
            text += bytes[..<count]
        }
        return Set(text.split(separator: UInt8(ascii: "\n")).map { WireText(decoding: $0) })
    }

    /// Replaces the file; whether that went well.
    func write(_ names: Set<WireText>) -> Bool {
        let new = path + ".new"
        let text = Array(names.sorted().map { "\($0)\n" }.joined().utf8)
        guard let file = fopen(new, "w") else { return false }
        let isWritten = fwrite(text, 1, text.count, file) == text.count
        let isClosed = fclose(file) == 0
        guard isWritten, isClosed, rename(new, path) == 0 else {
            PlainFile.remove(new)
            return false
        }
        return true
    }
}
