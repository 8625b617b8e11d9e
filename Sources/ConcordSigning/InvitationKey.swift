public import ConcordDiff
public import ConcordEncoding

/// The secret of an invitation: its holder may sign one device into the engagement.
///
/// The engagement knows only the public half, so that neither the server nor the other members can
/// join with it. The signed message names the device that joins, so an overheard proof admits nobody
/// else.
///
/// Wire form: `Protocol/membership.md`, "Join".
public struct InvitationKey: Sendable {
    private let key: SigningKey

    /// The key of 32 secret bytes; nothing for another number of bytes.
    public init?(secret: [UInt8]) {
        guard let key = SigningKey(seed: secret) else { return nil }
        self.key = key
    }

    private init(_ key: SigningKey) {
        self.key = key
    }

    /// Makes a new invitation from the system's randomness.
    public static func generate() throws(KeyFailure) -> InvitationKey {
        InvitationKey(try SigningKey.generate())
    }

    /// The 32 secret bytes, for the invitation code; never write them to the log.
    public var secret: [UInt8] { key.pair.seed }

    /// The 32 bytes that the engagement knows.
    public var publicKey: [UInt8] { key.author.publicKey }

    /// Signs that this author joins by this invitation; 64 bytes.
    ///
    /// - Throws: a failure if the library cannot sign.
    public func joinProof(
        engagement: DiffID,
        invitation: WireText,
        author: Author
    ) throws(KeyFailure) -> [UInt8] {
        try key.signature(
            over: JoinProof.message(
                engagement: engagement,
                invitation: invitation,
                author: author
            )
        )
    }

    /// Tells whether a proof is that of the invitation with this public key.
    public static func isValid(
        joinProof proof: [UInt8],
        publicKey: [UInt8],
        engagement: DiffID,
        invitation: WireText,
        author: Author
    ) -> Bool {
        let message = JoinProof.message(
            engagement: engagement,
            invitation: invitation,
            author: author
        )
        return Ed25519.verify(publicKey: publicKey, message: message, signature: proof)
    }
}
