/// A UUID (RFC 9562), made at random by a device (version 7) or derived from names (version 8).
///
/// Its only text form is the canonical one, 36 characters with small letters. Versions 1 to 8 with
/// the variant of the RFC are taken; the nil and the max UUID are not identities and are refused.
public struct UniqueID: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    private init(high: UInt64, low: UInt64, version: UInt64) {
        self.high = high & ~0xF000 | version << 12
        self.low = low & ~(3 << 62) | 1 << 63
    }

    /// Makes an identity that sorts by the time it was made.
    ///
    /// The time is counted since 1970 UTC, of which the lowest 48 bits are taken; the other 74 bits
    /// are random.
    public static func v7(
        milliseconds: Int64,
        random: inout some RandomNumberGenerator
    ) -> UniqueID {
        let time = UInt64(truncatingIfNeeded: milliseconds) << 16
        return UniqueID(high: time | random.next() >> 52, low: random.next(), version: 7)
    }

    /// Derives an identity from names, so that two people who name the same thing get the same one.
    ///
    /// The bytes hashed are, for each part in turn, the length of its UTF-8 as four bytes with the
    /// most significant one first, and then its UTF-8. Of the SHA-256 digest the first sixteen bytes
    /// are taken; the upper half of byte 6 becomes 8 (the version) and the two upper bits of byte 8
    /// become 10 (the variant).
    public static func v8(hashing parts: [WireText]) -> UniqueID {
        var hasher = SHA256Hasher()
        for part in parts {
            part.withUTF8 { text in
                let length = UInt32(truncatingIfNeeded: text.count).bigEndian
                withUnsafeBytes(of: length) { hasher.update(bufferPointer: $0) }
                hasher.update(bufferPointer: UnsafeRawBufferPointer(text))
            }
        }
        return hasher.finalize().withUnsafeBytes { digest in
            UniqueID(
                high: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                low: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                version: 8
            )
        }
    }

    /// The canonical text, as on the wire.
    public var text: WireText { WireText(description) }

    /// The version, 1 to 8.
    public var version: Int { Int(high >> 12 & 15) }

    /// When it was made, in milliseconds since 1970 UTC, if it is of version 7.
    public var milliseconds: Int64? {
        version == 7 ? Int64(high >> 16) : nil
    }

    /// The sixteen bytes.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    /// An identity of sixteen bytes; nothing if they are not those of a UUID of version 1 to 8.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        let words = bytes.withUnsafeBytes { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self.init(high: words.0, low: words.1)
    }

    private init?(high: UInt64, low: UInt64) {
        guard low >> 62 == 2, 1...8 ~= high >> 12 & 15 else { return nil }
        self.high = high
        self.low = low
    }
}

extension UniqueID: Comparable, LosslessStringConvertible {
    private static let hyphens = [8, 13, 18, 23]

    /// Reads the canonical text; nothing if it has capitals, braces or another length.
    public init?(_ description: String) {
        var text = description
        let words = text.withUTF8 { Self.words($0) }
        guard let words else { return nil }
        self.init(high: words.high, low: words.low)
    }

    /// Reads the canonical text; nothing if it has capitals, braces or another length.
    public init?(_ text: WireText) { self.init(text.string) }

    private static func words(_ text: UnsafeBufferPointer<UInt8>) -> (high: UInt64, low: UInt64)? {
        guard text.count == 36 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, character) in text.enumerated() {
            if hyphens.contains(index) {
                if character != UInt8(ascii: "-") { return nil }
                continue
            }
            guard let digit = Hexadecimal.value(character) else { return nil }
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(digit)
        }
        return (high, low)
    }

    /// The canonical text, 36 characters.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var output = 0
            for index in 0..<32 {
                if Self.hyphens.contains(output) {
                    text[output] = UInt8(ascii: "-")
                    output += 1
                }
                let word = index < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 15
                text[output] = Hexadecimal.digit(digit)
                output += 1
            }
            return 36
        }
    }

    /// Tells whether the bytes of the left one come first: of version 7, the earlier one.
    public static func < (left: UniqueID, right: UniqueID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
