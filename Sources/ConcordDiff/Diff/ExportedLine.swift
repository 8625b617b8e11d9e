import ConcordEncoding

/// One line of an exported log: a diff's envelope, with its place in the server's log.
///
/// Wire form: `Protocol/export.md`. Vectors: `Protocol/vectors/export`.
public struct ExportedLine: Hashable, Sendable {
    /// The place in the server's log, nil while there is none.
    public let position: Int?
    /// The exact bytes of the envelope.
    public let envelope: [UInt8]

    /// The line of a diff.
    public init(position: Int?, envelope: [UInt8]) {
        self.position = position
        self.envelope = envelope
    }

    /// The line without its line feed: canonical JSON that contains the envelope's bytes unchanged.
    public var bytes: [UInt8] {
        var line = Array(#"{"envelope":"#.utf8) + envelope
        if let position { line += Array(#","position":\#(position)"#.utf8) }
        return line + [UInt8(ascii: "}")]
    }

    /// Reads a line without its line feed; nil if it is not one.
    public init?(_ bytes: [UInt8]) {
        let line: JSON
        do throws(JSONError) {
            line = try JSON(canonicalBytes: bytes, limits: .document)
        } catch {
            return nil
        }
        guard let object = line.objectValue, let envelope = object["envelope"],
            envelope.objectValue != nil
        else { return nil }
        position = object["position"]?.integerValue.map(Int.init)
        if let position, position < 0 { return nil }
        guard object.count == (position == nil ? 1 : 2) else { return nil }
        self.envelope = envelope.canonicalBytes
    }

    /// Reads a whole file: diffs with a position first, from 0 without gaps.
    ///
    /// - Returns: the lines, or the index of the first wrong one.
    public static func lines(of file: [UInt8]) -> Result<[ExportedLine], MalformedExport> {
        var lines: [ExportedLine] = []
        var rest = file[...]
        var isLogged = true
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")),
                let line = ExportedLine(Array(rest[..<end]))
            else { return .failure(MalformedExport(line: lines.count)) }
            if line.position == nil { isLogged = false }
            let expected = isLogged ? lines.count : nil
            guard line.position == expected else {
                return .failure(MalformedExport(line: lines.count))
            }
            lines.append(line)
            rest = rest[(end + 1)...]
        }
        return .success(lines)
    }
}

/// An exported log that is not one from a line on.
public struct MalformedExport: Error, Hashable, Sendable {
    /// The index of the line.
    public let line: Int
}
