public import ConcordEncoding

/// The Ed25519 public key of a device: who signed a diff.
///
/// The key itself is the name, so that verifying needs no directory. Text form: base64url without
/// padding, 43 characters.
///
/// Wire form: `Protocol/diff.md`, "Author".
public struct Author: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 32 bytes of the key, held like a digest so that comparing is four integer comparisons.
    private let key: SHA256Digest

    /// The author whose public key these 32 bytes are.
    init(key: SHA256Digest) { self.key = key }

    /// The author with this public key, or nil if there are not exactly 32 bytes.
    public init?(publicKey: [UInt8]) {
        guard let key = SHA256Digest(bytes: publicKey) else { return nil }
        self.key = key
    }

    /// The author named by 43 characters of base64url, or nil if the text is anything else.
    public init?(_ text: String) {
        guard let key = SHA256Digest(base64url: text) else { return nil }
        self.key = key
    }

    /// The author named by 43 characters of base64url, or nil if the text is anything else.
    public init?(_ text: WireText) {
        self.init(text.string)
    }

    /// 43 characters of base64url, as on the wire.
    public var text: WireText { key.text }

    /// The 32 bytes of the public key.
    public var publicKey: [UInt8] { key.bytes }

    /// 43 characters of base64url.
    public var description: String { key.base64url }

    /// Byte order of the keys: the last tie-breaker of every merge rule.
    public static func < (left: Author, right: Author) -> Bool { left.key < right.key }
}
