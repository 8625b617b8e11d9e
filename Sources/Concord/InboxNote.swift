import ConcordEncoding
import ConcordFiles

/// The names of the inbox items that a member has read, one per line, in a file next to the
/// replica.
///
/// If the file is lost, all items count as new again.
struct InboxNote {
    let path: String

    /// 64 MB of names; nobody reads so much.
    private static let bytesMax = 1 << 26

    /// The names; none if there is no file.
    ///
    /// - Throws: `FileFailure`, for example if there is a link.
    func read() throws(FileFailure) -> Set<WireText> {
        guard let bytes = try OwnFile.read(path, most: Self.bytesMax) else { return [] }
        return Set(bytes.split(separator: UInt8(ascii: "\n")).map { WireText(decoding: $0) })
    }

    /// Replaces the file.
    ///
    /// - Throws: `FileFailure`; the old file is as it was then.
    func write(_ names: Set<WireText>) throws(FileFailure) {
        let text = Array(names.sorted().map { "\($0)\n" }.joined().utf8)
        try OwnFile.write(text, to: path) { bytes in
            // Names of what is in an inbox are printable ASCII, a line each.
            bytes.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x0A }
        }
    }
}
