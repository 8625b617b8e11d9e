public import ConcordDiff
public import ConcordEncoding
import ConcordStorage
import ConcordSync

/// The code that an invited person types: the engagement, its server's address, and the secret that
/// lets them join.
///
/// Text form: `concord1:` and base64url of canonical JSON, with a checksum that shows whether a
/// code was cut or mistyped. Anyone who has the code can join, so keep it secret.
/// `Protocol/membership.md`, "Invitation code".
public struct InvitationCode: Hashable, Sendable, CustomStringConvertible {
    private static let code = PlainCode(prefix: "concord1:")

    /// The engagement.
    public let engagement: DiffID
    /// The invitation's record id.
    public let invitation: WireText
    /// The 32 bytes from which the invitation key is made.
    public let secret: [UInt8]
    /// The server's address, if the engagement has one.
    public let server: String?
    /// The 32 bytes of the key with which the server signs the engagement's log, if the inviting device knows it.
    public let logKey: [UInt8]?

    /// A code for a signed invitation.
    public init(
        engagement: DiffID,
        invitation: WireText,
        secret: [UInt8],
        server: String?,
        logKey: [UInt8]? = nil
    ) {
        precondition(secret.count == 32, "an invitation secret has 32 bytes")
        self.logKey = logKey
        self.engagement = engagement
        self.invitation = invitation
        self.secret = secret
        self.server = server
    }

    /// The code with which the holder of the recovery key joins as a leader, on a device that has no replica.
    ///
    /// - Parameter recoveryKey: the secret half in base64url, as `Replica.create` returns it. Nil if it is damaged.
    public init?(engagement: DiffID, recoveryKey: String, server: String?) {
        guard let secret = Base64URL.decode(recoveryKey), secret.count == 32 else { return nil }
        self.init(
            engagement: engagement,
            invitation: Membership.recovery,
            secret: secret,
            server: server
        )
    }

    /// Reads a code. Spaces and line ends do not matter, since a letter or a screen may have added
    /// them. Nil if the code is damaged.
    public init?(_ text: String) {
        guard let object = Self.code.payload(in: text),
            let engagement = object["engagement"]?.stringValue.flatMap({ DiffID(base64url: $0) }),
            let invitation = object["invitation"]?.stringValue,
            let secret = object["secret"]?.stringValue.flatMap(Base64URL.decode),
            secret.count == 32
        else { return nil }
        self.engagement = engagement
        self.invitation = invitation
        self.secret = secret
        server = object["server"]?.stringValue?.string
        if object["server"] != nil, server == nil { return nil }
        logKey = object["log"]?.stringValue.flatMap(Base64URL.decode)
        if object["log"] != nil, logKey?.count != 32 { return nil }
    }

    /// The code to hand over.
    public var description: String {
        var object: JSONObject = [
            "engagement": .string(engagement.base64url), "invitation": .string(invitation),
            "secret": .string(Base64URL.encode(secret)),
        ]
        if let server { object["server"] = .string(server) }
        if let logKey { object["log"] = .string(Base64URL.encode(logKey)) }
        return Self.code.text(of: object)
    }
}

extension InvitationCode {
    /// What the code says of the server's log.
    var serverLog: ServerLog? {
        logKey.flatMap { NoteKey(name: Checkpoint.origin(of: engagement), publicKey: $0) }
            .map { ServerLog(key: $0.text) }
    }
}
