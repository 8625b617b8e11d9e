/// The escapes of JSON strings: finding, judging and resolving them.
enum JSONEscape {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    /// The index of the first quote, backslash or control character, or the end.
    ///
    /// Eight bytes at a time: each of the three sums sets the top bit of a byte that is meant. A
    /// false hit can stand only above a true one of the same sum, so the lowest one is true.
    @inline(__always)
    static func plainEnd(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        let raw = UnsafeRawPointer(base)
        var index = start
        while index + 8 <= end {
            let word = UInt64(
                littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            let quotes = word ^ 0x2222_2222_2222_2222
            let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let hits =
                ((quotes &- 0x0101_0101_0101_0101) & ~quotes)
                | ((slashes &- 0x0101_0101_0101_0101) & ~slashes)
                | ((word &- 0x2020_2020_2020_2020) & ~word)
            let marks = hits & 0x8080_8080_8080_8080
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end {
            let byte = base[index]
            if byte == quote || byte == backslash || byte < 0x20 { break }
            index += 1
        }
        return index
    }

    /// What the letter after a backslash stands for, or 0 if it is none of the short escapes.
    @inline(__always)
    static func short(_ letter: UInt8) -> UInt8 {
        switch letter {
        case quote, backslash, UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): 0x0D
        default: 0
        }
    }

    /// The letter of the short escape that the canonical form demands for a byte, or 0.
    @inline(__always)
    static func letter(for byte: UInt8) -> UInt8 {
        switch byte {
        case quote, backslash: byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: 0
        }
    }

    /// The value of a hexadecimal digit.
    @inline(__always)
    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 0x61 + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 0x41 + 10
        default: nil
        }
    }

    /// The value of four hexadecimal digits that are known to be there.
    private static func hexUnit(_ digits: UnsafePointer<UInt8>) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | (hexDigit(digits[$1]) ?? 0) }
    }

    /// Resolves the contents of a string (without its quotes) that the scanner has accepted.
    static func resolve(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        guard let base = text.baseAddress else { return result }
        var index = 0
        while index < text.count {
            let plain = plainEnd(base, from: index, to: text.count)
            result.append(contentsOf: UnsafeBufferPointer(rebasing: text[index..<plain]))
            if plain == text.count { break }
            let letter = base[plain + 1]
            if letter != UInt8(ascii: "u") {
                result.append(short(letter))
                index = plain + 2
                continue
            }
            var value = hexUnit(base + plain + 2)
            index = plain + 6
            if value & 0xFC00 == 0xD800 {
                let low = hexUnit(base + index + 2)
                value = 0x1_0000 + (value & 0x3FF) << 10 + (low & 0x3FF)
                index += 6
            }
            let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
            result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return result
    }
}
