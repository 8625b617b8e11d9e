public import ConcordDiff
public import ConcordEncoding

/// One entry of the server's log, as a client receives it.
public enum LogEntry: Hashable, Sendable {
    /// Another author's diff, exactly as it was signed; nothing in it is believed yet.
    case envelope([UInt8])
    /// A diff that the client has: only its place in the log is news.
    case held(DiffID)
}

extension LogEntry {
    /// How every envelope begins: its first key in canonical order.
    private static let envelopeStart = Array(#"{"body":"#.utf8)

    /// The line on the wire.
    package var wireBytes: [UInt8] {
        switch self {
        case .envelope(let bytes): bytes
        case .held(let id): (["own": .string(id.base64url)] as JSONObject).canonicalBytes
        }
    }

    /// Reads the next line.
    init(_ reader: inout LineReader) throws(MessageError) {
        var ahead = reader
        let bytes = try ahead.next()
        if bytes.starts(with: Self.envelopeStart) {
            reader = ahead
            self = .envelope(bytes)
            return
        }
        let object = try reader.nextObject(or: .malformedEntry)
        guard object.count == 1,
            let id = object["own"]?.stringValue.flatMap(DiffID.init(base64url:))
        else { throw reader.error(.malformedEntry) }
        self = .held(id)
    }
}
