/// Whether bytes are UTF-8, and ASCII even.
enum UTF8Check {
    /// What a text consists of.
    enum Finding: Equatable {
        case ascii
        case valid
        case invalid(at: Int)
    }

    /// Checks a whole text, eight bytes at a time while it is ASCII.
    static func check(_ text: UnsafeBufferPointer<UInt8>) -> Finding {
        guard let base = text.baseAddress else { return .ascii }
        let end = text.count
        var index = asciiEnd(base, from: 0, to: end)
        if index == end { return .ascii }
        while index < end {
            if base[index] < 0x80 {
                index = asciiEnd(base, from: index, to: end)
                continue
            }
            let length = sequenceLength(base + index, end - index)
            if length == 0 { return .invalid(at: index) }
            index += length
        }
        return .valid
    }

    /// The index of the first byte that is not ASCII.
    @inline(__always)
    static func asciiEnd(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        let raw = UnsafeRawPointer(base)
        var index = start
        while index + 32 <= end {
            let bits =
                raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                | raw.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
                | raw.loadUnaligned(fromByteOffset: index + 16, as: UInt64.self)
                | raw.loadUnaligned(fromByteOffset: index + 24, as: UInt64.self)
            if bits & 0x8080_8080_8080_8080 != 0 { break }
            index += 32
        }
        while index < end, base[index] < 0x80 { index += 1 }
        return index
    }

    /// The length of the well-formed sequence of two to four bytes that begins here, or 0.
    /// (The Unicode Standard, table 3-7.)
    private static func sequenceLength(_ bytes: UnsafePointer<UInt8>, _ room: Int) -> Int {
        let first = bytes[0]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        if room < length || !second.contains(bytes[1]) { return 0 }
        if length > 2, bytes[2] & 0xC0 != 0x80 { return 0 }
        if length > 3, bytes[3] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
