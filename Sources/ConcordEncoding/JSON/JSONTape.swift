/// A JSON text that has been checked and can be read in place.
///
/// The tape is a flat list of nodes in the order of the text, of sixteen bytes each; node 0 is the
/// whole value. No tree is made and no strings, until they are asked for: this is how diffs are read.
/// A node's number is valid for the tape that gave it, and for no other; a node of another kind than
/// a function asks for is a mistake and stops the program.
public struct JSONTape: Sendable {
    /// The array that was read.
    public let bytes: [UInt8]
    /// Where the text begins in `bytes`.
    let origin: Int
    /// Whether the text is in canonical form.
    public let isCanonical: Bool
    let nodes: [JSONNode]

    /// Reads a text; if `canonical`, everything is refused that is not in the form of RFC 8785.
    ///
    /// - Throws: the first refusal and the index of the byte that it is about.
    public init(_ bytes: [UInt8], limits: JSONLimits, canonical: Bool) throws(JSONError) {
        try self.init(bytes, in: bytes.indices, limits: limits, canonical: canonical)
    }

    /// Reads a text within other bytes; if `canonical`, only the form of RFC 8785 is accepted.
    ///
    /// - Throws: the first refusal and the index in `bytes` of the byte that it is about.
    public init(
        _ bytes: [UInt8],
        in range: Range<Int>,
        limits: JSONLimits,
        canonical: Bool
    ) throws(JSONError) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= bytes.count,
            "a range beyond the bytes"
        )
        self.bytes = bytes
        origin = range.lowerBound
        do throws(JSONError) {
            (nodes, isCanonical) = try bytes.withUnsafeBufferPointer { (whole) throws(JSONError) in
                try JSONScanner.scan(
                    UnsafeBufferPointer(rebasing: whole[range]),
                    limits: limits,
                    canonical: canonical
                )
            }
        } catch {
            throw JSONError(code: error.code, offset: error.offset + range.lowerBound)
        }
    }

    /// The node of the whole value.
    public var root: Int { 0 }

    /// The number of nodes.
    public var nodeCount: Int { nodes.count }

    /// What a value is.
    public func kind(_ node: Int) -> JSONKind { nodes[node].kind }

    /// The place of a value in `bytes`; a string includes its quotes.
    public func range(_ node: Int) -> Range<Int> {
        let node = nodes[node]
        return origin + Int(node.start)..<origin + Int(node.end)
    }

    /// The node after this one and all that it contains: the next sibling, if there is one.
    public func next(_ node: Int) -> Int { Int(nodes[node].next) }

    /// The number of elements of an array or members of an object.
    public func count(_ node: Int) -> Int { nodes[node].count }

    /// The first node within an array or object: an element, or a key.
    ///
    /// After a key comes its value, and after that the next key.
    public func firstChild(_ node: Int) -> Int { node + 1 }

    /// The value of an integer.
    public func integer(_ node: Int) -> Int64 {
        precondition(nodes[node].kind == .integer, "the node is not an integer")
        let range = range(node)
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var magnitude: Int64 = 0
        for index in (isNegative ? range.lowerBound + 1 : range.lowerBound)..<range.upperBound {
            magnitude = magnitude * 10 + Int64(bytes[index] - 0x30)
        }
        return isNegative ? -magnitude : magnitude
    }

    /// The truth value.
    public func bool(_ node: Int) -> Bool {
        precondition(nodes[node].kind == .bool, "the node is not a truth value")
        return bytes[range(node).lowerBound] == UInt8(ascii: "t")
    }

    /// The string, or the key.
    public func string(_ node: Int) -> WireText {
        withContents(node) { WireText(decoding: $0) }
    }

    /// Tells whether a node is a string (or key) with exactly these scalars.
    public func equals(_ node: Int, _ text: StaticString) -> Bool {
        guard nodes[node].kind == .string else { return false }
        let text = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return withContents(node) { contents in
            contents.count == text.count
                && WireText.areEqual(UnsafeRawBufferPointer(contents), text)
        }
    }

    /// The value of an object's member, or nothing if there is no such key.
    public func member(_ object: Int, _ key: StaticString) -> Int? {
        precondition(nodes[object].kind == .object, "the node is not an object")
        let length = UInt32(truncatingIfNeeded: key.utf8CodeUnitCount + 2)
        var child = object + 1
        for _ in 0..<nodes[object].count {
            // Keys are mostly distinguished by their lengths.
            let node = nodes[child]
            if node.isEscaped || node.end &- node.start == length, equals(child, key) {
                return child + 1
            }
            child = Int(nodes[child + 1].next)
        }
        return nil
    }

    /// Gives a string's UTF-8, escapes resolved, for as long as the call lasts.
    @inline(__always)
    package func withContents<Result>(
        _ node: Int,
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        precondition(nodes[node].kind == .string, "the node is not a string")
        let outer = range(node)
        let inner = outer.lowerBound + 1..<outer.upperBound - 1
        return bytes.withUnsafeBufferPointer { whole in
            let contents = UnsafeBufferPointer(rebasing: whole[inner])
            if !nodes[node].isEscaped { return body(contents) }
            return JSONEscape.resolve(contents).withUnsafeBufferPointer(body)
        }
    }
}
