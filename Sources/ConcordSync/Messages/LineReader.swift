import ConcordEncoding

/// Reads a body line by line: each ends with a line feed, the last one too.
///
/// That is why a body that was cut off is noticed even where it was cut between two lines: either the
/// last line feed is missing, or a line that the header announces.
struct LineReader {
    private let body: [UInt8]
    private var start = 0
    /// The number of the line that was read last.
    private(set) var line = 0

    /// - Throws: `bodyTooLarge`, or `truncatedBody` where the last line has no end.
    init(_ body: [UInt8]) throws(MessageError) {
        guard body.count <= SyncLimits.bodyBytes else { throw MessageError(.bodyTooLarge, line: 1) }
        guard body.last == Self.lineFeed else { throw MessageError(.truncatedBody, line: 1) }
        self.body = body
    }

    private static let lineFeed = UInt8(ascii: "\n")

    /// The next line without its line feed.
    mutating func next() throws(MessageError) -> [UInt8] {
        line += 1
        guard start < body.count else { throw error(.truncatedBody) }
        let end = body.withUnsafeBufferPointer { bytes in
            var index = start
            while bytes[index] != Self.lineFeed { index += 1 }
            return index
        }
        let bytes = Array(body[start..<end])
        start = end + 1
        return bytes
    }

    /// The next line, which has to be a JSON object in canonical form.
    mutating func nextObject(or code: MessageRefusal) throws(MessageError) -> JSONObject {
        let limits = JSONLimits(
            bytes: SyncLimits.lineBytes,
            depth: 4,
            stringBytes: SyncLimits.lineBytes,
            asciiKeys: true
        )
        let bytes = try next()
        let value: JSON
        do {
            value = try JSON(canonicalBytes: bytes, limits: limits)
        } catch {
            throw self.error(code)
        }
        guard let object = value.objectValue else { throw self.error(code) }
        return object
    }

    /// Refuses what is after the last line.
    func finish() throws(MessageError) {
        guard start == body.count else { throw MessageError(.surplusLines, line: line + 1) }
    }

    /// A refusal of the line that was read last.
    func error(_ code: MessageRefusal) -> MessageError { MessageError(code, line: line) }
}

/// Writes a body line by line.
struct LineWriter {
    private(set) var body: [UInt8] = []

    mutating func append(_ line: [UInt8]) {
        precondition(!line.contains(UInt8(ascii: "\n")), "a line has no line feed")
        body += line
        body.append(UInt8(ascii: "\n"))
    }

    mutating func append(_ object: JSONObject) { append(object.canonicalBytes) }
}

extension JSONObject {
    /// The member `key` as a number of things, 0 to 2^31−1; nil if it is anything else.
    func count(_ key: WireText) -> Int? {
        guard let value = self[key]?.integerValue, value >= 0, value <= Int64(Int32.max) else {
            return nil
        }
        return Int(value)
    }
}
