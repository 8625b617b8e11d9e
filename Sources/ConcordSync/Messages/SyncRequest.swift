public import ConcordChanges
public import ConcordEncoding

/// What a client posts: its new envelopes, and how much of the server's log it holds.
///
/// It can be repeated any number of times: what the server has already is answered as `known`.
///
/// Wire form: `Protocol/sync.md`, "Request".
public struct SyncRequest: Hashable, Sendable {
    /// The version of the messages.
    public static let version = 1

    /// Which log.
    public var engagement: DiffID
    /// How many entries the client holds, which are the log's first ones.
    public var position: Int
    /// Whose diffs need not come back as bytes, since the client has them.
    public var own: Author?
    /// The envelopes, exactly as they were signed, what was seen before what had seen it.
    public var envelopes: [[UInt8]]

    /// A request that pushes `envelopes` and asks for what stands at `position` and behind it.
    public init(
        engagement: DiffID,
        position: Int,
        own: Author? = nil,
        envelopes: [[UInt8]] = []
    ) {
        precondition(position >= 0, "a position is not negative")
        self.engagement = engagement
        self.position = position
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
        if let own { header["own"] = .string(own.description) }
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
        guard let version = header.count("v") else { throw reader.error(.malformedHeader) }
        guard version == Self.version else { throw reader.error(.unknownProtocol) }
        guard let engagement = header["engagement"]?.stringValue.flatMap(DiffID.init(base64url:)),
            let position = header.count("position"), let count = header.count("envelopes")
        else { throw reader.error(.malformedHeader) }
        var own: Author?
        if let value = header["own"] {
            guard let author = value.stringValue.flatMap(Author.init) else {
                throw reader.error(.malformedHeader)
            }
            own = author
        }
        // A member that this server does not know may ask for what it would not do.
        guard header.count == (own == nil ? 4 : 5) else { throw reader.error(.malformedHeader) }
        guard count <= SyncLimits.envelopes else { throw reader.error(.tooManyLines) }
        var envelopes: [[UInt8]] = []
        envelopes.reserveCapacity(count)
        for _ in 0..<count { envelopes.append(try reader.next()) }
        try reader.finish()
        self.init(engagement: engagement, position: position, own: own, envelopes: envelopes)
    }
}
