/// Writes the scalars of RFC 8785.
enum JSONWriter {
    /// Appends a string with its quotes: the shortest escapes, and no more than are needed.
    static func write(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        output.append(JSONEscape.quote)
        if let base = text.baseAddress {
            var index = 0
            while true {
                let plain = JSONEscape.plainEnd(base, from: index, to: text.count)
                if plain > index {
                    output.append(contentsOf: UnsafeBufferPointer(rebasing: text[index..<plain]))
                }
                if plain == text.count { break }
                escape(base[plain], to: &output)
                index = plain + 1
            }
        }
        output.append(JSONEscape.quote)
    }

    private static func escape(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(JSONEscape.backslash)
        let letter = JSONEscape.letter(for: byte)
        if letter != 0 {
            output.append(letter)
            return
        }
        let low = byte & 15
        output.append(UInt8(ascii: "u"))
        output.append(0x30)
        output.append(0x30)
        output.append(0x30 + byte >> 4)
        output.append(low < 10 ? 0x30 + low : 0x57 + low)
    }

    /// Appends an integer.
    static func write(_ integer: Int64, to output: inout [UInt8]) {
        precondition(
            integer.magnitude <= UInt64(JSON.greatestInteger),
            "an integer in JSON lies within 2^53-1; write greater ones as strings"
        )
        if integer < 0 { output.append(UInt8(ascii: "-")) }
        var rest = integer.magnitude
        if rest < 10 {
            output.append(0x30 + UInt8(truncatingIfNeeded: rest))
            return
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var first = 20
            while rest > 0 {
                first -= 1
                digits[first] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first..<20]))
        }
    }

    /// Appends the letters of a literal.
    static func write(_ literal: StaticString, to output: inout [UInt8]) {
        output.append(
            contentsOf: UnsafeBufferPointer(
                start: literal.utf8Start,
                count: literal.utf8CodeUnitCount
            )
        )
    }
}
