/// Base64 with padding (RFC 4648, section 4), as signed notes and PEM write it.
///
/// Decoding is strict, as `Base64URL` is: each value has one spelling.
public enum Base64 {
    /// Writes bytes.
    public static func encode(_ bytes: [UInt8]) -> String {
        let padding = String(repeating: "=", count: (3 - bytes.count % 3) % 3)
        let characters = Base64URL.encode(bytes).utf8.map { character in
            switch character {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: character
            }
        }
        return String(decoding: characters, as: UTF8.self) + padding
    }

    /// Reads a text; nothing if it is not exactly what `encode` writes.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var characters: [UInt8] = []
        characters.reserveCapacity(text.count)
        for character in text {
            switch character {
            case UInt8(ascii: "+"): characters.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): characters.append(UInt8(ascii: "_"))
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: characters.append(character)
            }
        }
        for _ in 0..<2 where characters.last == UInt8(ascii: "=") { characters.removeLast() }
        // Of four characters at least two are data: `Base64URL` refuses a rest of one, and padding within.
        return characters.withUnsafeBufferPointer { Base64URL.decode($0) }
    }
}
