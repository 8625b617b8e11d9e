/// A SHA-256 digest: 32 bytes, stored inline, ordered as its bytes are.
///
/// On the wire it is base64url without padding, 43 characters.
public struct SHA256Digest: Sendable {
    // Big-endian words: comparing them in turn compares the bytes.
    private let word0: UInt64
    private let word1: UInt64
    private let word2: UInt64
    private let word3: UInt64

    /// The length in bytes.
    public static let byteCount = 32

    /// The digest of bytes.
    public init(hashing bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { SHA256Hasher.digest($0) }
    }

    /// The digest of a part of an array.
    public init(hashing bytes: [UInt8], in range: Range<Int>) {
        self = bytes.withUnsafeBytes {
            SHA256Hasher.digest(UnsafeRawBufferPointer(rebasing: $0[range]))
        }
    }

    /// A digest that is already known; nothing if there are not exactly 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self = bytes.withUnsafeBytes { SHA256Digest(loading: $0) }
    }

    /// A digest in base64url: exactly 43 characters, the last one with its two lowest bits zero.
    public init?(base64url text: String) {
        var text = text
        let digest = text.withUTF8 { SHA256Digest(base64URL: $0) }
        guard let digest else { return nil }
        self = digest
    }

    /// A digest in base64url, as on the wire.
    public init?(base64url text: WireText) { self.init(base64url: text.string) }

    /// A digest in hexadecimal: exactly 64 digits, small letters.
    public init?(hex text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Hexadecimal.value(digits[index]),
                let low = Hexadecimal.value(digits[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(bytes: bytes)
    }

    /// A digest in base64url, in UTF-8.
    package init?(base64URL text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 43 else { return nil }
        let digest = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { room in
            Base64URL.decode(text, into: room)
                ? SHA256Digest(loading: UnsafeRawBufferPointer(room)) : nil
        }
        guard let digest else { return nil }
        self = digest
    }

    /// Takes the first 32 bytes.
    init(loading bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= Self.byteCount, "a digest has 32 bytes")
        word0 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        word1 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        word2 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        word3 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// Gives the 32 bytes for as long as the call lasts.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let words = (word0.bigEndian, word1.bigEndian, word2.bigEndian, word3.bigEndian)
        return try Swift.withUnsafeBytes(of: words, body)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Base64url without padding, 43 characters.
    public var base64url: String { withUnsafeBytes { Base64URL.encode($0) } }

    /// Base64url, as on the wire.
    public var text: WireText { WireText(base64url) }

    /// Hexadecimal, 64 small letters and digits.
    public var hex: String {
        withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: 64) { digits in
                for (index, byte) in bytes.enumerated() {
                    digits[2 * index] = Hexadecimal.digit(byte >> 4)
                    digits[2 * index + 1] = Hexadecimal.digit(byte & 15)
                }
                return 64
            }
        }
    }

    /// Appends the 32 bytes.
    public func append(to output: inout [UInt8]) {
        withUnsafeBytes { output.append(contentsOf: $0) }
    }
}

extension SHA256Digest: Hashable, Comparable, CustomStringConvertible {
    /// Tells whether the bytes of the left one come first.
    public static func < (left: SHA256Digest, right: SHA256Digest) -> Bool {
        (left.word0, left.word1, left.word2, left.word3)
            < (right.word0, right.word1, right.word2, right.word3)
    }

    /// A digest is evenly spread already, so one of its words is hash enough.
    public func hash(into hasher: inout Hasher) { hasher.combine(word0) }

    /// Base64url without padding.
    public var description: String { base64url }
}
