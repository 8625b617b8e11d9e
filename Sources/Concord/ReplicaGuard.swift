import ConcordChanges
import ConcordEncoding

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The note beside the key of the newest diff that this device has written.
///
/// A replica file that is behind its guard was restored from a backup or copied from elsewhere: writing
/// on would fork the chain. The note is written after each commit and need not survive a power cut,
/// since an older note only makes the guard blinder, never wrong.
struct ReplicaGuard: Sendable {
    let path: String

    /// The number and identity in the note, or nil where there is none that can be read.
    func read() -> (seq: Int, id: DiffID)? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = fread(&bytes, 1, bytes.count, file)
        let parts = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
        guard parts.count == 2, let seq = Int(parts[0]),
            let id = DiffID(base64url: String(parts[1].filter { !$0.isWhitespace }))
        else { return nil }
        return (seq, id)
    }

    /// Writes the note over the old one: a line of fixed length, so that it is one write to one sector.
    ///
    /// In place, since replacing a file by renaming makes some file systems flush it, which would cost
    /// each save as much as its commit. A note that cannot be written leaves an older one, or none.
    func write(seq: Int, id: DiffID) {
        let digits = String(seq)
        let padding = String(repeating: "0", count: max(0, Self.digits - digits.count))
        let line = Array("\(padding)\(digits) \(id.base64url)\n".utf8)
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        pwrite(file, line, line.count, 0)
        close(file)
    }

    /// How many digits a number is written with.
    private static let digits = 10
}
