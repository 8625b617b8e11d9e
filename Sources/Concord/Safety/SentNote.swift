import ConcordDiff
import ConcordFiles
import ConcordStorage

/// The newest diff that a device has posted, in a file next to the replica: until it was answered, nobody knows whether
/// the server has it. If the file is lost, such diffs count as only here.
struct SentNote {
    let path: String

    private static let bytesMax = 256

    /// What was posted by this device; nothing if the file names another one.
    func read(of author: Author) throws(FileFailure) -> PostedDiffs {
        guard let bytes = try OwnFile.read(path, most: Self.bytesMax), let note = Self.note(bytes),
            note.author == author
        else { return PostedDiffs(author: author, newest: 0) }
        return note
    }

    /// Notes a post before it is sent; where it cannot be written, less is known, and nothing wrong.
    func write(_ posted: PostedDiffs) {
        do {
            if try read(of: posted.author).newest >= posted.newest { return }
            let line = Array("\(posted.newest) \(posted.author)\n".utf8)
            try OwnFile.write(line, to: path) { $0.isEmpty || Self.note($0) != nil }
        } catch {
            return
        }
    }

    private static func note(_ bytes: [UInt8]) -> PostedDiffs? {
        let parts = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }
        guard parts.count == 2, let newest = Int(parts[0]), let author = Author(String(parts[1]))
        else { return nil }
        return PostedDiffs(author: author, newest: newest)
    }
}
