public import ConcordDiff
public import ConcordEncoding

/// A secret that a server's operator gives to somebody who may open engagements there.
///
/// It is the seed of a key. The server keeps the public half, so nobody can open an engagement with what lies on the
/// server; and what is sent is a signature for one engagement, so nobody can open another one with what was overheard.
///
/// Wire form: `Protocol/sync.md`, "Who may open an engagement".
public struct OpeningToken: Sendable {
    private let key: SigningKey

    /// How every token begins, so that people and programs can tell what it is.
    private static let start = "concord-token-"

    /// Makes a new token from the system's randomness.
    ///
    /// - Throws: a failure of the cryptographic library.
    public static func generate() throws(KeyFailure) -> OpeningToken {
        OpeningToken(try SigningKey.generate())
    }

    private init(_ key: SigningKey) { self.key = key }

    /// Reads what an operator has given, with spaces around it or without; nil if it is no token.
    public init?(_ text: String) {
        let text = text.filter { !$0.isWhitespace }
        guard text.hasPrefix(Self.start),
            let seed = Base64URL.decode(String(text.dropFirst(Self.start.count))),
            let key = SigningKey(seed: seed)
        else { return nil }
        self.key = key
    }

    /// The token as it is given to people, once.
    public var text: String { Self.start + Base64URL.encode(key.seed) }

    /// What the server keeps: 32 bytes.
    public var publicKey: [UInt8] { key.author.publicKey }

    /// The proof that the holder of the token opens this engagement.
    ///
    /// - Throws: a failure if the library cannot sign.
    public func proof(for engagement: DiffID) throws(KeyFailure) -> OpeningProof {
        OpeningProof(
            publicKey: publicKey,
            signature: try key.signature(over: OpeningProof.message(engagement))
        )
    }
}

/// The proof that somebody with a token opens an engagement; it is of no use for any other one.
public struct OpeningProof: Hashable, Sendable {
    /// The public half of the token: 32 bytes.
    public let publicKey: [UInt8]
    private let signature: [UInt8]

    init(publicKey: [UInt8], signature: [UInt8]) {
        self.publicKey = publicKey
        self.signature = signature
    }

    /// Reads the text form; nil if it is another one.
    public init?(_ text: WireText) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, let key = Base64URL.decode(WireText(decoding: parts[0])),
            let signature = Base64URL.decode(WireText(decoding: parts[1])), key.count == 32,
            signature.count == 64
        else { return nil }
        self.init(publicKey: key, signature: signature)
    }

    /// The key and the signature in base64url, with a full stop between them.
    public var text: WireText {
        WireText("\(Base64URL.encode(publicKey)).\(Base64URL.encode(signature))")
    }

    /// Whether the holder of the token has signed that this engagement is opened.
    public func isValid(for engagement: DiffID, verifier: some SignatureVerifier) -> Bool {
        verifier.isValid(signature: signature, over: Self.message(engagement), by: publicKey)
    }

    /// The exact bytes that a token signs.
    static func message(_ engagement: DiffID) -> [UInt8] {
        let object: JSONObject = [
            "engagement": .string(engagement.base64url), "purpose": "concord-opening",
        ]
        return JSON.object(object).canonicalBytes
    }
}
