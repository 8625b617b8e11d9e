public import ConcordEncoding

/// The identity of a diff: the SHA-256 of its head's canonical bytes.
///
/// An engagement's id is the identity of its first diff. Wire form: `Protocol/diff.md`, "Identity".
public typealias DiffID = SHA256Digest

/// A write named by its place in its author's chain: `"12@author"`.
///
/// Short enough forevery `over`; a fork makes it ambiguous, and then it names the branch that the
/// citing author had seen. Wire form: `Protocol/diff.md`, "References".
public struct WriteReference: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of the diff in its author's chain, from 1.
    public let seq: Int
    /// Whose chain it is.
    public let author: Author

    /// The diff numbered `seq` of `author`.
    public init(seq: Int, author: Author) {
        self.seq = seq
        self.author = author
    }

    /// Parses `"12@author"`: digits without leading zeros, from 1 to 2^31−1.
    public init?(_ text: String) { self.init(WireText(text)) }

    /// Parses `"12@author"`, as on the wire.
    public init?(_ text: WireText) {
        guard let reference = text.withUTF8({ WriteReference(utf8: $0) }) else { return nil }
        self = reference
    }

    /// The same of the text's UTF-8.
    init?(utf8: UnsafeBufferPointer<UInt8>) {
        guard let at = utf8.firstIndex(of: UInt8(ascii: "@")), at <= 10,
            utf8.first != UInt8(ascii: "0")
        else { return nil }
        var seq = 0
        for byte in utf8[..<at] {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            seq = seq * 10 + Int(byte - UInt8(ascii: "0"))
        }
        guard seq >= 1, seq <= Int(Int32.max),
            let key = SHA256Digest(base64URL: UnsafeBufferPointer(rebasing: utf8[(at + 1)...]))
        else { return nil }
        self.init(seq: seq, author: Author(key: key))
    }

    /// Number and author: `"12@author"`.
    public var description: String { "\(seq)@\(author)" }

    /// By author, then by number.
    public static func < (left: WriteReference, right: WriteReference) -> Bool {
        (left.author, left.seq) < (right.author, right.seq)
    }
}
