public import ConcordDiff
public import ConcordEncoding
import ConcordStorage
import ConcordSync

/// What a new device says of itself to another device of the same person: its public key. Nothing in it is secret.
///
/// `Protocol/membership.md`, "A further device".
public struct DeviceRequest: Hashable, Sendable, CustomStringConvertible {
    private static let code = PlainCode(prefix: "concord-device1:")

    /// The new device's public key.
    public let author: Author
    /// What the person calls the device; nil if it was not said.
    public let name: WireText?

    /// The request of a device.
    public init(author: Author, name: WireText?) {
        self.author = author
        self.name = name
    }

    /// Reads a code; nil if it is damaged. Spaces and line ends do not matter.
    public init?(_ text: String) {
        guard let object = Self.code.payload(in: text),
            let author = object["author"]?.stringValue.flatMap({ Author($0) })
        else { return nil }
        self.author = author
        name = object["name"]?.stringValue
        if object["name"] != nil, name == nil { return nil }
    }

    /// The code to show to the other device.
    public var description: String {
        var object: JSONObject = ["author": .string(author.text)]
        if let name { object["name"] = .string(name) }
        return Self.code.text(of: object)
    }

    /// The beginning of the key, by which a person compares what two devices show.
    public var mark: String { String(author.description.prefix(8)) }
}

/// What one device of a person answers to another: that it is theirs too, signed. Nobody but the device with that key can
/// use it, so it is not secret.
///
/// `Protocol/membership.md`, "A further device".
public struct DeviceAdmission: Hashable, Sendable, CustomStringConvertible {
    private static let code = PlainCode(prefix: "concord-admission1:")

    /// The engagement.
    public let engagement: DiffID
    /// The member's record id.
    public let member: WireText
    /// The new device.
    public let author: Author
    /// The device that admits it.
    public let by: Author
    /// The signature of `by`, 64 bytes.
    public let proof: [UInt8]
    /// The server's address, if the engagement has one.
    public let server: String?
    /// The 32 bytes of the key with which the server signs the log, if the admitting device knows it.
    public let logKey: [UInt8]?

    init(
        engagement: DiffID,
        member: WireText,
        author: Author,
        by: Author,
        proof: [UInt8],
        server: String?,
        logKey: [UInt8]?
    ) {
        self.engagement = engagement
        self.member = member
        self.author = author
        self.by = by
        self.proof = proof
        self.server = server
        self.logKey = logKey
    }

    /// Reads a code; nil if it is damaged. Spaces and line ends do not matter.
    public init?(_ text: String) {
        guard let object = Self.code.payload(in: text),
            let engagement = object["engagement"]?.stringValue.flatMap({ DiffID(base64url: $0) }),
            let member = object["member"]?.stringValue, CellPath.isName(member),
            let author = object["author"]?.stringValue.flatMap({ Author($0) }),
            let by = object["by"]?.stringValue.flatMap({ Author($0) }),
            let proof = object["proof"]?.stringValue.flatMap(Base64URL.decode), proof.count == 64
        else { return nil }
        let logKey = object["log"]?.stringValue.flatMap(Base64URL.decode)
        let server = object["server"]?.stringValue?.string
        guard object["log"] == nil || logKey?.count == 32,
            (object["server"] == nil) == (server == nil)
        else { return nil }
        self.init(
            engagement: engagement,
            member: member,
            author: author,
            by: by,
            proof: proof,
            server: server,
            logKey: logKey
        )
    }

    /// The code to show to the new device.
    public var description: String {
        var object: JSONObject = [
            "author": .string(author.text), "by": .string(by.text),
            "engagement": .string(engagement.base64url), "member": .string(member),
            "proof": .string(Base64URL.encode(proof)),
        ]
        if let server { object["server"] = .string(server) }
        if let logKey { object["log"] = .string(Base64URL.encode(logKey)) }
        return Self.code.text(of: object)
    }

    /// What the code says of the server's log.
    var serverLog: ServerLog? {
        logKey.flatMap { NoteKey(name: Checkpoint.origin(of: engagement), publicKey: $0) }
            .map { ServerLog(key: $0.text) }
    }
}
