public import ConcordEncoding

/// The signed part of a diff: its author, its place in the chain, what the author had seen, and the
/// body's hash.
///
/// Wire form: `Protocol/diff.md`, "Head".
public struct Head: Hashable, Sendable {
    /// The only version of format and rules so far.
    public static let version = 1

    /// Which device.
    public var author: Author
    /// The SHA-256 of the canonical body.
    public var body: SHA256Digest
    /// The author's commitment to the contents that can be erased: `Body.contents`.
    public var contents: SHA256Digest?
    /// The engagement, or nil in its first diff, whose identity is the engagement's id.
    public var engagement: DiffID?
    /// How many entries of the server's log the author held, if the operations splice a text. Void edits
    /// and proposals among these entries were not in the text that the author had.
    public var held: Int?
    /// The newest checkpoint of the server's log that the author had verified.
    public var log: LogWitness?
    /// The newest diffs the author had: their own previous one first, then the others by identity.
    public var parents: [DiffID]
    /// The number of this diff in its author's chain, from 1 without gaps.
    public var seq: Int
    /// The device's own clock, for people.
    public var time: Timestamp
    /// Seen diffs without effect in a text that this diff edits, apart from those that `held` leaves
    /// out already.
    public var without: [WriteReference]

    /// A head of the current version.
    public init(
        author: Author,
        seq: Int,
        engagement: DiffID?,
        parents: [DiffID],
        time: Timestamp,
        body: SHA256Digest,
        log: LogWitness? = nil,
        held: Int? = nil,
        without: [WriteReference] = []
    ) {
        self.author = author
        self.seq = seq
        self.engagement = engagement
        self.parents = parents
        self.time = time
        self.body = body
        self.log = log
        self.held = held
        self.without = without.sorted()
    }

    /// Whether the author may have lacked something in a text though it was seen.
    package var omits: Bool { !without.isEmpty || held != nil }

    /// The exact bytes that are signed (RFC 8785).
    public var canonicalBytes: [UInt8] {
        var object: JSONObject = [
            "author": .string(author.description),
            "body": .string(body.base64url),
            "parents": .array(parents.map { .string($0.base64url) }),
            "seq": .integer(Int64(seq)),
            "time": .string(time.description),
            "v": .integer(Int64(Self.version)),
        ]
        if let contents { object["contents"] = .string(contents.base64url) }
        if let engagement { object["engagement"] = .string(engagement.base64url) }
        if let held { object["held"] = .integer(Int64(held)) }
        if let log {
            object["log"] = [
                "root": .string(log.root.base64url), "size": .integer(Int64(log.size)),
            ]
        }
        if !without.isEmpty { object["without"] = .array(without.map { .string($0.description) }) }
        return JSON.object(object).canonicalBytes
    }
}

/// The part of the server's log that an author had verified: each diff witnesses the server's
/// history.
public struct LogWitness: Hashable, Sendable {
    /// How many entries the log had.
    public var size: Int
    /// The Merkle root over them (RFC 6962).
    public var root: SHA256Digest

    /// A log of `size` entries with this root.
    public init(size: Int, root: SHA256Digest) {
        self.size = size
        self.root = root
    }
}

/// The operations of a diff and the salt that keeps short values from being guessed from the hash.
public struct Body: Hashable, Sendable {
    /// What the diff changes, in order.
    public var operations: [Operation]
    /// 16 random bytes in base64url, if the operations hold contents that can be erased.
    public var salt: WireText?
    /// The cells whose contents were destroyed, ascending by path: then the head pins another body.
    public internal(set) var erased: [ErasedCell] = []
    /// The other cells whose contents can be erased, ascending by path; only if some were erased.
    public internal(set) var kept: [KeptCell] = []

    /// A body with these operations.
    public init(operations: [Operation], salt: WireText? = nil) {
        self.operations = operations
        self.salt = salt
    }

    init(operations: [Operation], salt: WireText?, erased: [ErasedCell], kept: [KeptCell]) {
        self.init(operations: operations, salt: salt)
        self.erased = erased
        self.kept = kept
    }

    /// The exact bytes whose hash is in the head (RFC 8785).
    public var canonicalBytes: [UInt8] {
        var object: JSONObject = ["ops": .array(operations.map(\.json))]
        if let salt { object["salt"] = .string(salt) }
        if !erased.isEmpty { object["erased"] = .array(erased.map(\.json)) }
        if !kept.isEmpty { object["kept"] = .array(kept.map(\.json)) }
        return JSON.object(object).canonicalBytes
    }
}
