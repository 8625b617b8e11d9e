public import ConcordEncoding

/// The field `Content-Digest` (RFC 9530): the SHA-256 of a body as it travels, compressed if it is.
public struct ContentDigest: Hashable, Sendable {
    /// The field's name.
    public static let fieldName = "content-digest"

    private let sha256: [UInt8]

    /// The digest of a body.
    public init(of body: [UInt8]) { self.init(SHA256Digest(hashing: body)) }

    /// The digest of a body whose SHA-256 is known.
    public init(_ sha256: SHA256Digest) { self.sha256 = sha256.bytes }

    /// Reads the field; nil if it is not one, or holds no SHA-256. Digests of other algorithms are ignored.
    public init?(field: String) {
        guard case .item(let item)? = FieldDictionary(field)?["sha-256"],
            case .bytes(let bytes) = item.value, bytes.count == SHA256Digest.byteCount
        else { return nil }
        sha256 = bytes
    }

    /// The field's value.
    public var field: String {
        FieldDictionary([("sha-256", .item(FieldItem(.bytes(sha256))))]).text
    }

    /// Whether the body has this digest.
    public func matches(_ body: [UInt8]) -> Bool { self == ContentDigest(of: body) }
}
