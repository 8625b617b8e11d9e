/// Reads a JSON text once, from left to right, and notes each value in a flat list.
///
/// No value is made and nothing is allocated besides that list, unless an object has its keys in
/// another order than the canonical one (then the keys seen are collected to find a double). The
/// scanner needs no stack and no recursion: a bomb of brackets costs nothing.
struct JSONScanner {
    let base: UnsafePointer<UInt8>
    let end: Int
    let limits: JSONLimits
    /// Whether everything is refused that is not canonical.
    let isStrict: Bool
    let isASCII: Bool
    /// Whether nothing was met so far that is not canonical.
    private(set) var isCanonical = true
    private var position = 0
    private var nodes: [JSONNode] = []
    /// The innermost open array or object, or -1.
    private var open = -1
    private var depth = 0
    /// The keys of each open object that has many, not in canonical order.
    private var manyKeys: [Int: Set<[UInt8]>] = [:]

    /// Reads a whole text, which has to be within the limit of bytes.
    static func scan(
        _ text: UnsafeBufferPointer<UInt8>,
        limits: JSONLimits,
        canonical: Bool
    ) throws(JSONError) -> (nodes: [JSONNode], isCanonical: Bool) {
        if text.count > limits.bytes { throw JSONError(code: .tooLarge, offset: limits.bytes) }
        let check = UTF8Check.check(text)
        if case .invalid(let place) = check { throw JSONError(code: .notUTF8, offset: place) }
        guard let base = text.baseAddress else { throw JSONError(code: .truncated, offset: 0) }
        var scanner = JSONScanner(
            base: base,
            end: text.count,
            limits: limits,
            isStrict: canonical,
            isASCII: check == .ascii
        )
        scanner.nodes.reserveCapacity(text.count / 10 + 8)
        try scanner.document()
        return (scanner.nodes, scanner.isCanonical)
    }

    private init(
        base: UnsafePointer<UInt8>,
        end: Int,
        limits: JSONLimits,
        isStrict: Bool,
        isASCII: Bool
    ) {
        self.base = base
        self.end = end
        self.limits = limits
        self.isStrict = isStrict
        self.isASCII = isASCII
    }

    private mutating func document() throws(JSONError) {
        try skipSpace()
        repeat {
            try value()
        } while try toNextValue()
        try skipSpace()
        if position < end { throw refusal(.unexpected) }
    }

    @inline(__always)
    func refusal(_ code: JSONRefusal) -> JSONError { JSONError(code: code, offset: position) }

    /// Refuses or notes something that is valid but not canonical.
    @inline(__always)
    mutating func notCanonical(_ offset: Int) throws(JSONError) {
        if isStrict { throw JSONError(code: .notCanonical, offset: offset) }
        isCanonical = false
    }

    /// The byte that is read next.
    @inline(__always)
    func peek() throws(JSONError) -> UInt8 {
        if position == end { throw refusal(.truncated) }
        return base[position]
    }

    @inline(__always)
    private mutating func skipSpace() throws(JSONError) {
        while position < end {
            switch base[position] {
            case 0x20, 0x0A, 0x0D, 0x09:
                try notCanonical(position)
                position += 1
            default: return
            }
        }
    }

    /// Reads a scalar, or the beginning of an array or object up to its first scalar or its end.
    @inline(__always)
    private mutating func value() throws(JSONError) {
        while true {
            switch try peek() {
            case JSONEscape.quote: _ = try string()
            case UInt8(ascii: "{"):
                try openContainer(.object)
                try skipSpace()
                if try peek() != UInt8(ascii: "}") {
                    try key()
                    continue
                }
                closeContainer()
            case UInt8(ascii: "["):
                try openContainer(.array)
                try skipSpace()
                if try peek() != UInt8(ascii: "]") { continue }
                closeContainer()
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
            case UInt8(ascii: "t"): try literal("true", .bool)
            case UInt8(ascii: "f"): try literal("false", .bool)
            case UInt8(ascii: "n"): try literal("null", .null)
            default: throw refusal(.unexpected)
            }
            return
        }
    }

    /// Reads what is after a value, and tells whether another value follows.
    @inline(__always)
    private mutating func toNextValue() throws(JSONError) -> Bool {
        while open >= 0 {
            nodes[open].countOneMore()
            try skipSpace()
            let isObject = nodes[open].isObject
            let byte = try peek()
            if byte == UInt8(ascii: ",") {
                position += 1
                try skipSpace()
                if isObject { try key() }
                return true
            }
            guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw refusal(.unexpected)
            }
            closeContainer()
        }
        return false
    }

    @inline(__always)
    private mutating func openContainer(_ kind: JSONKind) throws(JSONError) {
        if depth == limits.depth { throw refusal(.tooDeep) }
        depth += 1
        nodes.append(JSONNode(kind, start: position, end: 0, next: open + 1))
        open = nodes.count - 1
        position += 1
    }

    @inline(__always)
    private mutating func closeContainer() {
        position += 1
        if !manyKeys.isEmpty { manyKeys[open] = nil }
        let around = Int(nodes[open].next) - 1
        nodes[open].end = UInt32(truncatingIfNeeded: position)
        nodes[open].next = UInt32(truncatingIfNeeded: nodes.count)
        open = around
        depth -= 1
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONKind) throws(JSONError) {
        let start = position
        for index in 0..<text.utf8CodeUnitCount {
            if try peek() != text.utf8Start[index] { throw refusal(.unexpected) }
            position += 1
        }
        nodes.append(JSONNode(kind, start: start, end: position, next: nodes.count + 1))
    }

    /// Reads a key and the colon after it.
    @inline(__always)
    private mutating func key() throws(JSONError) {
        if try peek() != JSONEscape.quote { throw refusal(.unexpected) }
        let node = try string()
        if limits.asciiKeys, !isASCII || nodes[node].isEscaped { try requireASCII(node) }
        try judgeOrder(node)
        try skipSpace()
        if try peek() != UInt8(ascii: ":") { throw refusal(.unexpected) }
        position += 1
        try skipSpace()
    }

    private func requireASCII(_ node: Int) throws(JSONError) {
        if resolved(node).contains(where: { $0 >= 0x80 }) {
            throw JSONError(code: .keyNotASCII, offset: Int(nodes[node].start))
        }
    }

    /// Compares a key with the one before it: ascending keys cannot contain a double.
    @inline(__always)
    private mutating func judgeOrder(_ node: Int) throws(JSONError) {
        let before = Int(nodes[open].end)
        nodes[open].end = UInt32(truncatingIfNeeded: node)
        if before == 0 { return }
        if !nodes[open].isUnordered, !nodes[before].isEscaped, !nodes[node].isEscaped {
            if CanonicalOrder.compare(contents(before), contents(node)) < 0 { return }
        }
        try judgeUnordered(node, before)
    }

    private mutating func judgeUnordered(_ node: Int, _ before: Int) throws(JSONError) {
        if !nodes[open].isUnordered {
            if compare(before, node) < 0 { return }
            nodes[open].markUnordered()
        }
        let offset = Int(nodes[node].start)
        if repeatsKey(node) { throw JSONError(code: .duplicateKey, offset: offset) }
        try notCanonical(offset)
    }

    /// Looks for a key among the earlier ones of its object, in a set if they are many.
    private mutating func repeatsKey(_ node: Int) -> Bool {
        if nodes[open].count > 16 {
            var keys = manyKeys.removeValue(forKey: open) ?? keysRead(before: node)
            let isNew = keys.insert(resolved(node)).inserted
            manyKeys[open] = keys
            return !isNew
        }
        var index = open + 1
        while index < node {
            if compare(index, node) == 0 { return true }
            index = Int(nodes[index + 1].next)
        }
        return false
    }

    private func compare(_ left: Int, _ right: Int) -> Int {
        if !nodes[left].isEscaped, !nodes[right].isEscaped {
            return CanonicalOrder.compare(contents(left), contents(right))
        }
        let right = resolved(right)
        return resolved(left).withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { CanonicalOrder.compare(left, $0) }
        }
    }

    private func keysRead(before node: Int) -> Set<[UInt8]> {
        var keys: Set<[UInt8]> = []
        var index = open + 1
        while index < node {
            keys.insert(resolved(index))
            index = Int(nodes[index + 1].next)
        }
        return keys
    }

    @inline(__always)
    private func contents(_ node: Int) -> UnsafeBufferPointer<UInt8> {
        let start = Int(nodes[node].start) + 1
        return UnsafeBufferPointer(start: base + start, count: Int(nodes[node].end) - 1 - start)
    }

    private func resolved(_ node: Int) -> [UInt8] {
        nodes[node].isEscaped ? JSONEscape.resolve(contents(node)) : Array(contents(node))
    }

    // MARK: Strings and numbers.

    /// Reads a string with its quotes and gives its node.
    @inline(__always)
    private mutating func string() throws(JSONError) -> Int {
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
    private mutating func number() throws(JSONError) {
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
