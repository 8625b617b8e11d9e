package import ConcordEncoding

/// One server-sent event.
package struct ServerEvent: Hashable, Sendable {
    /// What kind of event it is; `message` where the server does not say.
    package let name: WireText
    /// Its lines of data, with line feeds between them.
    package let data: [UInt8]

    /// An event.
    package init(name: WireText, data: [UInt8]) {
        (self.name, self.data) = (name, data)
    }

    /// The event as a server sends it; the data have no line ends.
    package var wireBytes: [UInt8] {
        Array("event: \(name.string)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }
}

/// Reads server-sent events from the pieces in which they arrive.
///
/// Source: WHATWG HTML, 9.2.6, without what Concord does not use: no ids and no reconnection time.
package struct EventStreamParser: Sendable {
    /// A line, or all data of one event, are no longer than this, in bytes.
    package static let bytesMax = 64 << 10

    private var line: [UInt8] = []
    private var endsWithReturn = false
    private var isFirstLine = true
    private var name: [UInt8] = []
    private var data: [UInt8]?

    /// A parser at the beginning of a stream.
    package init() {}

    /// The events that are complete with these bytes.
    ///
    /// - Throws: `MessageError` with `bodyTooLarge` for a line or event of more than `bytesMax` bytes; the stream is of no use then.
    package mutating func received(
        _ bytes: some Sequence<UInt8>
    ) throws(MessageError) -> [ServerEvent] {
        var events: [ServerEvent] = []
        for byte in bytes {
            // A return and a line feed together end one line.
            let ended = endsWithReturn && byte == UInt8(ascii: "\n")
            endsWithReturn = byte == UInt8(ascii: "\r")
            if ended { continue }
            if byte == UInt8(ascii: "\n") || endsWithReturn {
                if let event = try takeLine() { events.append(event) }
                continue
            }
            guard line.count < Self.bytesMax else { throw MessageError(.bodyTooLarge, line: 1) }
            line.append(byte)
        }
        return events
    }

    /// Takes the finished line in.
    private mutating func takeLine() throws(MessageError) -> ServerEvent? {
        var line = self.line[...]
        self.line.removeAll(keepingCapacity: true)
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        isFirstLine = false
        guard !line.isEmpty else { return takeEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        let field = line[..<(colon ?? line.endIndex)]
        var value = colon.map { line[($0 + 1)...] } ?? []
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if field.elementsEqual("event".utf8) {
            name = Array(value)
        } else if field.elementsEqual("data".utf8) {
            guard (data?.count ?? 0) + value.count < Self.bytesMax else {
                throw MessageError(.bodyTooLarge, line: 1)
            }
            data = data.map { $0 + [UInt8(ascii: "\n")] + value } ?? Array(value)
        }
        return nil
    }

    private mutating func takeEvent() -> ServerEvent? {
        defer { (name, data) = ([], nil) }
        guard let data else { return nil }
        let name = String(decoding: name, as: UTF8.self)
        return ServerEvent(name: name.isEmpty ? "message" : WireText(name), data: data)
    }
}

/// What a server tells of a log: `{"size":17}`.
package struct LogNews: Hashable, Sendable {
    /// The name of its events.
    package static let event: WireText = "log"

    /// How many entries the log has.
    package let size: Int

    /// News.
    package init(size: Int) { self.size = size }

    /// What an event says; nil if it is another kind of event, or none of this protocol.
    package init?(_ event: ServerEvent) {
        guard event.name == Self.event else { return nil }
        do throws(JSONError) {
            guard let size = try JSON(parsing: event.data)["size"]?.integerValue, size >= 0 else {
                return nil
            }
            self.size = Int(size)
        } catch {
            return nil
        }
    }

    /// As an event.
    package var serverEvent: ServerEvent {
        ServerEvent(
            name: Self.event,
            data: (["size": .integer(Int64(size))] as JSON).canonicalBytes
        )
    }
}
