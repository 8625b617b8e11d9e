import ConcordDiff
import ConcordEncoding
import ConcordFiles

/// A file next to the key that names the newest diff that this device has written.
///
/// A replica that is older than its guard was restored from a backup or copied from elsewhere: writing
/// to it would fork the chain. The guard is written after each commit and need not survive a power cut,
/// since an older guard notices less but is never wrong.
struct ReplicaGuard: Sendable {
    let path: String

    /// The number and identity in the guard, or nil if there is none yet.
    ///
    /// - Throws: `FileFailure` if there is something else, such as a link, to which the next guard must
    ///   not be written.
    func read() throws(FileFailure) -> (seq: Int, id: DiffID)? {
        guard let bytes = try OwnFile.read(path, most: Self.bytesMax), !bytes.isEmpty else {
            return nil
        }
        guard let note = Self.note(bytes) else {
            throw FileFailure(
                .notOurs,
                "\(path) is not a guard file that Concord wrote. Move it away and try again."
            )
        }
        return note
    }

    private static func note(_ bytes: [UInt8]) -> (seq: Int, id: DiffID)? {
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard parts.count == 2, let seq = Int(parts[0]),
            let id = DiffID(base64url: String(parts[1].filter { !$0.isWhitespace }))
        else { return nil }
        return (seq, id)
    }

    /// Writes the note over the old one: a line of fixed length, so that it is one write to one sector.
    ///
    /// The save whose note it is was committed before: a note that cannot be written leaves an older one,
    /// or none. What would be in its way was looked at before the first save.
    func write(seq: Int, id: DiffID) {
        let digits = String(seq)
        let padding = String(repeating: "0", count: max(0, Self.digits - digits.count))
        let line = Array("\(padding)\(digits) \(id.base64url)\n".utf8)
        do {
            try OwnFile.writeInPlace(line, to: path) { $0.isEmpty || Self.note($0) != nil }
        } catch {
            return
        }
    }

    /// More than any note has.
    private static let bytesMax = 256
    /// How many digits a number is written with.
    private static let digits = 10
}
