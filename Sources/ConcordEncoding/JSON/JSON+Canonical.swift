extension JSON {
    /// Reads a JSON text in any form.
    ///
    /// - Throws: the first refusal and the index of the byte that it is about.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .document) throws(JSONError) {
        let tape = try JSONTape(bytes, limits: limits, canonical: false)
        self = tape.value(tape.root)
    }

    /// Reads a JSON text that has to be in the canonical form of RFC 8785.
    ///
    /// - Throws: the first refusal and the index of the byte that it is about.
    public init(canonicalBytes bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        let tape = try JSONTape(bytes, limits: limits, canonical: true)
        self = tape.value(tape.root)
    }

    /// The canonical form of RFC 8785.
    public var canonicalBytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        write(canonicalTo: &output)
        return output
    }

    /// The canonical form of RFC 8785, as a string.
    public var canonicalText: String {
        String(decoding: canonicalBytes, as: UTF8.self)
    }

    /// Appends the canonical form of RFC 8785.
    public func write(canonicalTo output: inout [UInt8]) {
        switch self {
        case .null: JSONWriter.write("null", to: &output)
        case .bool(let value): JSONWriter.write(value ? "true" : "false", to: &output)
        case .integer(let value): JSONWriter.write(value, to: &output)
        case .string(let value): value.withUTF8 { JSONWriter.write($0, to: &output) }
        case .array(let elements):
            var separator = UInt8(ascii: "[")
            for element in elements {
                output.append(separator)
                element.write(canonicalTo: &output)
                separator = UInt8(ascii: ",")
            }
            if elements.isEmpty { output.append(separator) }
            output.append(UInt8(ascii: "]"))
        case .object(let object): object.write(canonicalTo: &output)
        }
    }
}

extension JSONObject {
    /// The canonical form of RFC 8785.
    public var canonicalBytes: [UInt8] { JSON.object(self).canonicalBytes }

    /// Appends the canonical form of RFC 8785.
    public func write(canonicalTo output: inout [UInt8]) {
        var separator = UInt8(ascii: "{")
        for member in self {
            output.append(separator)
            member.key.withUTF8 { JSONWriter.write($0, to: &output) }
            output.append(UInt8(ascii: ":"))
            member.value.write(canonicalTo: &output)
            separator = UInt8(ascii: ",")
        }
        if isEmpty { output.append(separator) }
        output.append(UInt8(ascii: "}"))
    }
}
