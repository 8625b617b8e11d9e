public import ConcordDiff
public import ConcordEncoding
package import ConcordHTTPSignatures

/// Signs HTTP requests, so that the server knows who asks: the key of a device, or of an invitation for somebody who
/// has not joined yet.
///
/// A replica makes one for each exchange and gives it to its transport; `HTTPSyncTransport` does the rest.
///
/// Rule: `Protocol/sync.md`, "Who asks". Source: RFC 9421, with Ed25519.
public struct RequestSigner: Sendable {
    /// The public key by which the signature is checked.
    public let author: Author
    /// What shows a server that its operator lets this engagement be opened (`OpeningProof`), as text; nil if the
    /// operator has given no token, or the server asks for none.
    public var opening: WireText?
    private let now: @Sendable () -> Timestamp
    private let randomBytes: @Sendable (Int) -> [UInt8]
    private let sign: @Sendable ([UInt8]) throws -> [UInt8]

    /// A signer with a key.
    ///
    /// - Parameters:
    ///   - author: the public key.
    ///   - now: the machine's clock; a server takes requests that are at most five minutes old.
    ///   - randomBytes: as many random bytes as asked for.
    ///   - sign: makes the 64 bytes of the Ed25519 signature over exactly these bytes.
    public init(
        _ author: Author,
        now: @escaping @Sendable () -> Timestamp,
        randomBytes: @escaping @Sendable (Int) -> [UInt8],
        sign: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) {
        self.author = author
        self.now = now
        self.randomBytes = randomBytes
        self.sign = sign
    }

    /// The fields that sign a request, by name: its digest, the protocol's version, and the signature.
    ///
    /// Each call makes other ones, so a request that is sent again is signed again.
    ///
    /// - Parameters:
    ///   - url: where it is posted to, beginning with `http://` or `https://`.
    ///   - body: the body as it travels, compressed if it is; none is an empty one.
    ///   - method: the method of the request.
    ///   - clock: the server's time, where the machine's own clock is known to be wrong.
    /// - Throws: `SyncFailure` if the key cannot sign, or if the address is none.
    public func fields(
        posting body: [UInt8],
        to url: String,
        method: String = "POST",
        at clock: Timestamp? = nil
    ) throws(SyncFailure) -> [(name: String, value: String)] {
        guard var message = HTTPMessage(posting: url) else {
            throw SyncFailure(.invalidAddress, "“\(url.prefix(200))” is not an address.")
        }
        message.method = method
        let digest = ContentDigest(of: body).field
        message.fields[ContentDigest.fieldName] = [digest]
        let time = (clock ?? now()).milliseconds
        let input = SignatureInput(
            RequestRules.components,
            [
                FieldParameter("created", .integer(time / 1000)),
                FieldParameter("keyid", .string(author.description)),
                FieldParameter("alg", .string(RequestRules.algorithm)),
                FieldParameter("nonce", .string(Base64URL.encode(randomBytes(16)))),
            ]
        )
        guard let base = input.base(of: message) else {
            preconditionFailure("the message has what is signed of it")
        }
        let signature: MessageSignature
        do {
            signature = MessageSignature(label: "concord", input, signature: try sign(base))
        } catch {
            throw SyncFailure(.cannotSign, "This device's key could not sign.", cause: error)
        }
        let openings = opening.map { [(SyncResource.openingField, $0.string)] } ?? []
        return openings + [
            ("Content-Digest", digest), (SyncResource.versionField, "\(SyncRequest.version)"),
            (SyncResource.addressField, SyncResource.base(of: url)),
            ("Signature-Input", signature.inputText), ("Signature", signature.signatureText),
        ]
    }
}

extension HTTPMessage {
    /// What is signed of a request that is posted to an address: `http://host:port/path`; nil if it is none.
    package init?(posting url: String) {
        let ports = ["https://": ":443", "http://": ":80"]
        guard let (scheme, port) = ports.first(where: { url.lowercased().hasPrefix($0.key) }) else {
            return nil
        }
        let rest = url.dropFirst(scheme.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        var authority = rest[..<end].lowercased()
        // The scheme's own port is not sent.
        if authority.hasSuffix(port) { authority.removeLast(port.count) }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let target = rest[end...].prefix { $0 != "#" }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: "POST",
            authority: authority,
            path: parts.first.map(String.init) ?? "",
            query: parts.count > 1 ? String(parts[1]) : nil
        )
    }
}
