extension JSONTape {
    /// A value as a tree.
    public func value(_ node: Int) -> JSON {
        switch kind(node) {
        case .null: .null
        case .bool: .bool(bool(node))
        case .integer: .integer(integer(node))
        case .string: .string(string(node))
        case .array: .array(elements(node).map { value($0) })
        case .object:
            .object(
                JSONObject(uniqueKeysWithValues: members(node).map { (string($0), value($1)) })
            )
        }
    }

    /// The nodes of an array's elements.
    public func elements(_ array: Int) -> [Int] {
        precondition(kind(array) == .array, "the node is not an array")
        var result: [Int] = []
        result.reserveCapacity(count(array))
        var child = array + 1
        for _ in 0..<count(array) {
            result.append(child)
            child = next(child)
        }
        return result
    }

    /// The nodes of an object's keys and values, in the order of the text.
    public func members(_ object: Int) -> [(key: Int, value: Int)] {
        precondition(kind(object) == .object, "the node is not an object")
        var result: [(key: Int, value: Int)] = []
        result.reserveCapacity(count(object))
        var child = object + 1
        for _ in 0..<count(object) {
            result.append((key: child, value: child + 1))
            child = next(child + 1)
        }
        return result
    }

    /// The bytes that a string holds in base64url, or nothing if it holds something else.
    public func base64URL(_ node: Int) -> [UInt8]? {
        guard kind(node) == .string else { return nil }
        return withContents(node) { Base64URL.decode($0) }
    }

    /// The digest that a string holds in base64url, or nothing if it holds something else.
    public func digest(_ node: Int) -> SHA256Digest? {
        guard kind(node) == .string else { return nil }
        return withContents(node) { SHA256Digest(base64URL: $0) }
    }

    /// Appends a value in canonical form; of a canonical text these are its own bytes.
    public func write(_ node: Int, canonicalTo output: inout [UInt8]) {
        if isCanonical {
            output.append(contentsOf: bytes[range(node)])
            return
        }
        switch kind(node) {
        case .null, .bool, .integer: output.append(contentsOf: bytes[range(node)])
        case .string: writeString(node, to: &output)
        case .array: writeArray(node, to: &output)
        case .object: writeObject(node, to: &output)
        }
    }

    /// A string without escapes has none in canonical form either.
    private func writeString(_ node: Int, to output: inout [UInt8]) {
        if nodes[node].isEscaped {
            withContents(node) { JSONWriter.write($0, to: &output) }
        } else {
            output.append(contentsOf: bytes[range(node)])
        }
    }

    private func writeArray(_ node: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        var child = node + 1
        for index in 0..<count(node) {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            write(child, canonicalTo: &output)
            child = next(child)
        }
        output.append(UInt8(ascii: "]"))
    }

    private func writeObject(_ node: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        if !nodes[node].isUnordered {
            var key = node + 1
            for index in 0..<count(node) {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                writeMember(key, to: &output)
                key = next(key + 1)
            }
        } else {
            var isFirst = true
            for (key, _) in members(node).sorted(by: { precedes($0.key, $1.key) }) {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                writeMember(key, to: &output)
            }
        }
        output.append(UInt8(ascii: "}"))
    }

    private func writeMember(_ key: Int, to output: inout [UInt8]) {
        writeString(key, to: &output)
        output.append(UInt8(ascii: ":"))
        write(key + 1, canonicalTo: &output)
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        withContents(left) { left in
            withContents(right) { CanonicalOrder.compare(left, $0) < 0 }
        }
    }
}
