public import ConcordDiff
public import ConcordEncoding

/// What a client posts: its new envelopes, and how much of the server's log it holds.
///
/// It can be repeated any number of times: the server answers `known` for diffs that it has
/// already.
///
/// Wire form: `Protocol/sync.md`, "Request".
public struct SyncRequest: Hashable, Sendable {
    /// The version of the messages.
    public static let version = 1

    /// Which log.
    public var engagement: DiffID
    /// How many entries the client holds, which are the log's first ones.
    public var position: Int
    /// The identity of the last entry that the client holds, by which the server sees whether both have
    /// the same log; nil if the client does not give it, or holds no entry.
    public var last: DiffID?
    /// Some of the client's entries before the last, ascending, by which the server finds where the two
    /// logs differ; a client sends them once it knows that they do.
    public var marks: [LogMark]
    /// Whose diffs need not come back as bytes, since the client has them.
    public var own: Author?
    /// The number of the log key that the client knows, so that an answer need not bring it (`NoteKey.id`).
    public var logKey: UInt32?
    /// The envelopes, exactly as they were signed; each diff comes after those that it had seen.
    public var envelopes: [[UInt8]]

    /// A request that sends `envelopes` and asks for the entries from `position` on.
    public init(
        engagement: DiffID,
        position: Int,
        last: DiffID? = nil,
        marks: [LogMark] = [],
        own: Author? = nil,
        logKey: UInt32? = nil,
        envelopes: [[UInt8]] = []
    ) {
        self.logKey = logKey
        precondition(position >= 0, "a position is not negative")
        precondition(last == nil || position > 0, "who holds nothing has no last entry")
        self.engagement = engagement
        self.position = position
        self.last = last
        self.marks = marks
        self.own = own
        self.envelopes = envelopes
    }
}

extension SyncRequest {
    /// The body that is sent.
    public var wireBytes: [UInt8] {
        var header: JSONObject = [
            "engagement": .string(engagement.base64url),
            "envelopes": .integer(Int64(envelopes.count)),
            "position": .integer(Int64(position)),
            "v": .integer(Int64(Self.version)),
        ]
        if let last { header["last"] = .string(last.base64url) }
        if !marks.isEmpty { header["marks"] = .array(marks.map(\.wireValue)) }
        if let own { header["own"] = .string(own.description) }
        if let logKey { header["key"] = .string(WireText(NoteKey.digits(of: logKey))) }
        var writer = LineWriter()
        writer.append(header)
        for envelope in envelopes { writer.append(envelope) }
        return writer.body
    }

    /// Reads a body; the envelopes are taken as they are and judged one by one later.
    ///
    /// - Throws: the first refusal, with its line.
    public init(wireBytes: [UInt8]) throws(MessageError) {
        var reader = try LineReader(wireBytes)
        let header = try reader.nextObject(or: .malformedHeader)
        guard let version = header["v"]?.integerValue else { throw reader.error(.malformedHeader) }
        guard version == Int64(Self.version) else { throw reader.error(.unknownProtocol) }
        guard let engagement = header["engagement"]?.stringValue.flatMap(DiffID.init(base64url:)),
            let position = header.count("position"), let count = header.count("envelopes")
        else { throw reader.error(.malformedHeader) }
        guard let options = Options(header, position: position) else {
            throw reader.error(.malformedHeader)
        }
        guard count <= SyncLimits.envelopes else { throw reader.error(.tooManyLines) }
        var envelopes: [[UInt8]] = []
        envelopes.reserveCapacity(count)
        for _ in 0..<count { envelopes.append(try reader.next()) }
        try reader.finish()
        self.init(
            engagement: engagement,
            position: position,
            last: options.last,
            marks: options.marks,
            own: options.own,
            logKey: options.logKey,
            envelopes: envelopes
        )
    }

    /// The members of a header that may be absent.
    private struct Options {
        var last: DiffID?
        var marks: [LogMark] = []
        var own: Author?
        var logKey: UInt32?

        /// Nil if one of them has not its form, or if the header has a member that this server does not
        /// know: it may ask for what the server would not do.
        init?(_ header: JSONObject, position: Int) {
            var members = 4
            if let value = header["last"] {
                guard position > 0, let id = value.stringValue.flatMap(DiffID.init(base64url:))
                else {
                    return nil
                }
                last = id
                members += 1
            }
            if let value = header["marks"] {
                guard let marks = LogMark.list(value, below: position) else { return nil }
                self.marks = marks
                members += 1
            }
            if let value = header["own"] {
                guard let author = value.stringValue.flatMap(Author.init) else { return nil }
                own = author
                members += 1
            }
            if let value = header["key"] {
                guard let number = value.stringValue.flatMap({ NoteKey.number($0.string) }) else {
                    return nil
                }
                logKey = number
                members += 1
            }
            guard header.count == members else { return nil }
        }
    }
}
