/// Strings and numbers.
extension JSONScanner {
    /// Reads a string with its quotes and gives its node.
    @inline(__always)
    mutating func string() throws(JSONError) -> Int {
        let start = position
        var saved = 0
        position = JSONEscape.plainEnd(base, from: start + 1, to: end)
        while true {
            let byte = try peek()
            if byte == JSONEscape.quote { break }
            if byte != JSONEscape.backslash { throw refusal(.unexpected) }
            saved += try escape()
            position = JSONEscape.plainEnd(base, from: position, to: end)
        }
        position += 1
        if position - start - 2 - saved > limits.stringBytes {
            throw JSONError(code: .stringTooLong, offset: start)
        }
        let node = nodes.count
        nodes.append(
            JSONNode(.string, start: start, end: position, next: node + 1, isEscaped: saved > 0)
        )
        return node
    }

    /// Reads an escape and tells how many bytes shorter its scalar is.
    private mutating func escape() throws(JSONError) -> Int {
        let start = position
        position += 1
        let letter = try peek()
        if letter != UInt8(ascii: "u") {
            if JSONEscape.short(letter) == 0 { throw refusal(.unexpected) }
            if letter == UInt8(ascii: "/") { try notCanonical(start) }
            position += 1
            return 1
        }
        let unit = try unicodeUnit()
        if !isCanonicalEscape(unit, start) { try notCanonical(start) }
        switch unit {
        case 0..<0x80: return 5
        case 0x80..<0x800: return 4
        case 0xD800..<0xDC00:
            try lowSurrogate(after: start)
            return 8
        case 0xDC00..<0xE000: throw JSONError(code: .loneSurrogate, offset: start)
        default: return 3
        }
    }

    /// Reads the second half of a pair; anything else makes the first half a lone one.
    private mutating func lowSurrogate(after start: Int) throws(JSONError) {
        let lone = JSONError(code: .loneSurrogate, offset: start)
        if try peek() != JSONEscape.backslash { throw lone }
        position += 1
        if try peek() != UInt8(ascii: "u") { throw lone }
        let unit = try unicodeUnit()
        if unit & 0xFC00 != 0xDC00 { throw lone }
    }

    /// Reads the letter u and four hexadecimal digits.
    private mutating func unicodeUnit() throws(JSONError) -> UInt32 {
        position += 1
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = JSONEscape.hexDigit(try peek()) else { throw refusal(.unexpected) }
            unit = unit << 4 | digit
            position += 1
        }
        return unit
    }

    /// Only controls without a short escape are written this way, in small letters.
    private func isCanonicalEscape(_ unit: UInt32, _ start: Int) -> Bool {
        guard unit < 0x20, JSONEscape.letter(for: UInt8(unit)) == 0 else { return false }
        let last = base[start + 5]
        return last < UInt8(ascii: "A") || last > UInt8(ascii: "F")
    }

    /// Reads an integer; a fraction, an exponent and a negative zero make it a float.
    @inline(__always)
    mutating func number() throws(JSONError) {
        let start = position
        let isNegative = base[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let first = position
        var magnitude: UInt64 = 0
        while position < end, case let digit = base[position] &- 0x30, digit < 10 {
            magnitude = magnitude &* 10 &+ UInt64(digit)
            position += 1
        }
        let digits = position - first
        if digits == 0 {
            throw refusal(position == end ? .truncated : .unexpected)
        }
        if digits > 1, base[first] == 0x30 {
            throw JSONError(code: .unexpected, offset: first + 1)
        }
        if position < end {
            switch base[position] {
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                throw JSONError(code: .float, offset: start)
            default: break
            }
        }
        if isNegative, magnitude == 0, digits == 1 { throw JSONError(code: .float, offset: start) }
        if digits > 16 || magnitude > UInt64(JSON.greatestInteger) {
            throw JSONError(code: .integerRange, offset: start)
        }
        nodes.append(JSONNode(.integer, start: start, end: position, next: nodes.count + 1))
    }
}
