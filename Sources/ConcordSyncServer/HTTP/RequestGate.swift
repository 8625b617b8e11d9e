import ConcordDiff
import ConcordEncoding
import ConcordHTTPSignatures
import ConcordSync
import HTTPTypes
internal import Hummingbird

/// Finds out who asks, from the head of a request, before its body is read.
///
/// Rule: `Protocol/sync.md`, "Who asks".
struct RequestGate: Sendable {
    /// The fields of a signature are refused beyond this length, in bytes, before they are read.
    private static let fieldBytesMax = 1024

    private let addresses: [PublicAddress]
    private let verifier: any SignatureVerifier
    private let clock: @Sendable () -> Timestamp
    /// What was made before is refused: whether it was answered already is not known any more.
    private let start: Timestamp
    private let nonces: NonceMemory

    /// A gate that remembers nothing yet.
    ///
    /// - Parameter addresses: how clients address the server, if a proxy in front of it changes that; otherwise the
    ///   request itself says it.
    init(
        addresses: [PublicAddress] = [],
        verifier: any SignatureVerifier,
        nonces: NonceMemory = NonceMemory(),
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.addresses = addresses
        self.verifier = verifier
        self.nonces = nonces
        self.clock = clock
        start = clock()
    }

    /// Who signed a request, as its head says.
    func proof(in request: Request) throws(RequestRefusal) -> RequestProof {
        let now = clock()
        let proof: RequestProof
        do throws(AuthenticationRefusal) {
            proof = try RequestRules.proof(
                in: readings(of: request),
                now: now,
                notBefore: start,
                verifier: verifier
            )
        } catch {
            throw .authentication(error, now: now)
        }
        if nonces.holds(proof) { throw .authentication(.replayed, now: now) }
        return proof
    }

    /// Whether a body, as it came, is the signed one.
    func check(_ body: [UInt8], of request: Request) throws(RequestRefusal) {
        try check(ContentDigest(of: body), of: request)
    }

    /// Whether a body with this digest is the signed one.
    func check(_ digest: ContentDigest, of request: Request) throws(RequestRefusal) {
        let fields = request.headers[values: .contentDigest]
        guard fields.count == 1, ContentDigest(field: fields[0]) == digest
        else { throw .authentication(.wrongDigest, now: clock()) }
    }

    /// Remembers a request that is about to be answered.
    func remember(_ proof: RequestProof) throws(RequestRefusal) {
        try nonces.take(proof, now: clock())
    }

    /// The message as its client says that they sent it, where a proxy has changed the host, or taken away the beginning
    /// of the path. No more is believed than of the field `Host`, which is the sender's word too.
    private static func beforeProxies(
        _ message: HTTPMessage,
        in fields: [String: [String]]
    ) -> [HTTPMessage] {
        guard let claimed = fields[SyncResource.addressField.lowercased()], claimed.count == 1,
            claimed[0].utf8.count <= fieldBytesMax, let sent = PublicAddress(claimed[0])
        else { return [] }
        var reading = message
        reading.authority = sent.authority
        if !message.path.hasPrefix(sent.prefix + "/v1/") {
            reading.path = sent.prefix + message.path
        }
        let isSame = reading.authority == message.authority && reading.path == message.path
        return isSame ? [] : [reading]
    }

    /// What the client may have signed: the request as it came, or as it was before a proxy changed its address.
    private func readings(of request: Request) throws(AuthenticationRefusal) -> [HTTPMessage] {
        var fields: [String: [String]] = [:]
        for field in request.headers {
            guard [.signature, .signatureInput, .contentDigest].contains(field.name) else {
                fields[field.name.canonicalName, default: []].append(field.value)
                continue
            }
            guard field.value.utf8.count <= Self.fieldBytesMax else { throw .malformed }
            fields[field.name.canonicalName, default: []].append(field.value)
        }
        let target = (request.head.path ?? "/").split(
            separator: "?",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let message = HTTPMessage(
            method: request.method.rawValue,
            authority: request.head.authority ?? "",
            path: target.first.map(String.init) ?? "/",
            query: target.count > 1 ? String(target[1]) : nil,
            fields: fields
        )
        if addresses.isEmpty { return [message] + Self.beforeProxies(message, in: fields) }
        return addresses.map { address in
            var reading = message
            reading.authority = address.authority
            reading.path = address.prefix + message.path
            return reading
        }
    }
}

/// How clients address the server, where a proxy in front of it changes that.
struct PublicAddress: Hashable, Sendable {
    /// The host, and the port unless it is the scheme's own.
    let authority: String
    /// What the proxy takes away from the beginning of each path.
    let prefix: String

    /// Reads an address such as `https://audit.example.org/concord`; nil if it is none.
    init?(_ text: String) {
        var url = text
        while url.hasSuffix("/") { url.removeLast() }
        guard let message = HTTPMessage(posting: url), message.query == nil,
            url.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "#") })
        else { return nil }
        authority = message.authority
        prefix = message.path
    }
}

extension HTTPField.Name {
    fileprivate static let signature = constant("Signature")
    fileprivate static let signatureInput = constant("Signature-Input")
    fileprivate static let contentDigest = constant("Content-Digest")
    /// The field by which each side says which version of the protocol it speaks.
    static let concordProtocol = constant(SyncResource.versionField)

    /// The field by which a client shows that it may open an engagement.
    static let concordOpening = constant(SyncResource.openingField)

    static func constant(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a name") }
        return name
    }
}
