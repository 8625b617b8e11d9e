/// Base64url without padding (RFC 4648, section 5; RFC 7515, appendix C).
///
/// Decoding is strict, so that each value has one spelling: no padding, no other characters, no line
/// breaks, and the bits of the last character that belong to no byte are zero.
public enum Base64URL {
    /// Writes bytes.
    public static func encode(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { encode($0) }
    }

    /// Writes bytes.
    public static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        let length = (bytes.count * 4 + 2) / 3
        return String(unsafeUninitializedCapacity: length) { text in
            let alphabet = alphabet.utf8Start
            var output = 0
            var index = 0
            while index + 3 <= bytes.count {
                let bits =
                    Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
                text[output] = alphabet[bits >> 18]
                text[output + 1] = alphabet[bits >> 12 & 63]
                text[output + 2] = alphabet[bits >> 6 & 63]
                text[output + 3] = alphabet[bits & 63]
                index += 3
                output += 4
            }
            if index == bytes.count { return output }
            let isLast = index + 1 == bytes.count
            let bits = Int(bytes[index]) << 16 | (isLast ? 0 : Int(bytes[index + 1]) << 8)
            text[output] = alphabet[bits >> 18]
            text[output + 1] = alphabet[bits >> 12 & 63]
            if isLast { return output + 2 }
            text[output + 2] = alphabet[bits >> 6 & 63]
            return output + 3
        }
    }

    /// Reads a text; nothing if it is not exactly what `encode` writes.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    /// Reads a text from the wire; nothing if it is not exactly what `encode` writes.
    public static func decode(_ text: WireText) -> [UInt8]? {
        text.withUTF8 { decode($0) }
    }

    /// Reads a text in UTF-8; nothing if it is not exactly what `encode` writes.
    public static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        if text.count % 4 == 1 { return nil }
        let length = text.count * 3 / 4
        var isValid = false
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { room, count in
            isValid = decode(text, into: UnsafeMutableRawBufferPointer(room))
            count = isValid ? length : 0
        }
        return isValid ? bytes : nil
    }

    /// Reads a text whose bytes have exactly this room, which the caller has computed.
    static func decode(
        _ text: UnsafeBufferPointer<UInt8>,
        into room: UnsafeMutableRawBufferPointer
    ) -> Bool {
        values.withUnsafeBufferPointer { values in
            var output = 0
            var index = 0
            var seen: UInt8 = 0
            while index + 4 <= text.count {
                let (a, b) = (values[Int(text[index])], values[Int(text[index + 1])])
                let (c, d) = (values[Int(text[index + 2])], values[Int(text[index + 3])])
                seen |= a | b | c | d
                room[output] = a << 2 | b >> 4
                room[output + 1] = b << 4 | c >> 2
                room[output + 2] = c << 6 | d
                index += 4
                output += 3
            }
            var bits: UInt32 = 0
            var width: UInt32 = 0
            while index < text.count {
                let value = values[Int(text[index])]
                seen |= value
                bits = bits << 6 | UInt32(value & 63)
                width += 6
                if width >= 8 {
                    width -= 8
                    room[output] = UInt8(truncatingIfNeeded: bits >> width)
                    output += 1
                }
                index += 1
            }
            return seen & 0xC0 == 0 && bits & (1 << width - 1) == 0
        }
    }

    private static let alphabet: StaticString =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    /// The value of each character; 255, whose upper bits no value has, for all others.
    private static let values: [UInt8] = (0...255).map { (character: UInt8) in
        switch character {
        case 0x41...0x5A: character - 0x41
        case 0x61...0x7A: character - 0x61 + 26
        case 0x30...0x39: character - 0x30 + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: 255
        }
    }
}
