import ConcordDiff
import ConcordEncoding
import ConcordHTTPSignatures
import ConcordSigning
import ConcordTesting
import Testing

@testable import ConcordSync

/// What a server takes for proof of who asks.
@Suite struct RequestRulesTests {
    private let key: SigningKey
    private let now = Timestamp(milliseconds: 1_770_000_000_500)

    init() throws { key = try #require(SigningKey(seed: Array(repeating: 3, count: 32))) }

    /// The message that a server gets of a request that our client signs.
    private func message(
        at time: Timestamp? = nil,
        to url: String = "https://a.example/v1/x?y"
    ) throws -> HTTPMessage {
        let signer = RequestSigner(key) { time ?? Timestamp(milliseconds: 1_770_000_000_500) }
        var message = try #require(HTTPMessage(posting: url))
        for field in try signer.fields(posting: [1, 2, 3], to: url) {
            message.fields[field.name.lowercased()] = [field.value]
        }
        return message
    }

    private func refusal(
        _ message: HTTPMessage,
        now: Timestamp? = nil,
        notBefore earliest: Timestamp = Timestamp(milliseconds: 0)
    ) -> AuthenticationRefusal? {
        do throws(AuthenticationRefusal) {
            let proof = try RequestRules.proof(
                in: [message],
                now: now ?? self.now,
                notBefore: earliest,
                verifier: DiffVerifier()
            )
            #expect(proof.author == key.author)
            return nil
        } catch {
            return error
        }
    }

    /// A message that says this of its signature, with a right signature over it.
    private func resigned(
        _ components: [String],
        _ parameters: [FieldParameter]
    ) throws -> HTTPMessage {
        var message = try message()
        let input = SignatureInput(components, parameters)
        let base = try #require(input.base(of: message))
        let signature = MessageSignature(
            label: "x",
            input,
            signature: try key.signature(over: base)
        )
        message.fields["signature-input"] = [signature.inputText]
        message.fields["signature"] = [signature.signatureText]
        return message
    }

    private var parameters: [FieldParameter] {
        [
            FieldParameter("created", .integer(now.milliseconds / 1000)),
            FieldParameter("keyid", .string(key.author.description)),
            FieldParameter("alg", .string("ed25519")),
            FieldParameter("nonce", .string("0123456789abcdef")),
        ]
    }

    @Test func whatOurClientSignsIsTaken() throws {
        #expect(try refusal(message()) == nil)
        #expect(try refusal(resigned(RequestRules.components.reversed(), parameters)) == nil)
    }

    @Test func twoRequestsAreNeverTheSame() throws {
        #expect(try message().fields["signature"] != message().fields["signature"])
    }

    @Test(arguments: RequestRules.components)
    func aSignatureThatCoversLessIsRefused(component: String) throws {
        let others = RequestRules.components.filter { $0 != component }

        #expect(try refusal(resigned(others, parameters)) == .coverage)
    }

    @Test(arguments: ["created", "keyid", "alg", "nonce"])
    func aSignatureThatSaysLessIsRefused(name: String) throws {
        let others = parameters.filter { $0.name != name }

        #expect(try refusal(resigned(RequestRules.components, others)) == .coverage)
    }

    @Test(arguments: [
        FieldParameter("alg", .string("hmac-sha256")), FieldParameter("alg", .token("ed25519")),
        FieldParameter("keyid", .string("short")), FieldParameter("nonce", .string("short")),
        FieldParameter("nonce", .string(String(repeating: "n", count: 65))),
        FieldParameter("created", .string("1770000000")),
    ])
    func aParameterOfAnotherFormIsRefused(parameter: FieldParameter) throws {
        let changed = parameters.map { $0.name == parameter.name ? parameter : $0 }

        #expect(try refusal(resigned(RequestRules.components, changed)) == .coverage)
    }

    @Test func theTimeHasToBeNearTheServers() throws {
        let message = try message()
        for (seconds, isTaken) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let clock = Timestamp(milliseconds: now.milliseconds + Int64(seconds) * 1000)
            #expect(refusal(message, now: clock) == (isTaken ? nil : .wrongClock), "\(seconds)")
        }
        let start = Timestamp(milliseconds: now.milliseconds + 1000)
        #expect(refusal(message, notBefore: start) == .wrongClock)
        #expect(refusal(message, notBefore: now) == nil)
        let over = parameters + [FieldParameter("expires", .integer(now.milliseconds / 1000 - 1))]
        #expect(try refusal(resigned(RequestRules.components, over)) == .wrongClock)
    }

    @Test func anotherKeysSignatureIsRefused() throws {
        let other = try #require(SigningKey(seed: Array(repeating: 4, count: 32)))
        let named = parameters.map {
            $0.name == "keyid" ? FieldParameter("keyid", .string(other.author.description)) : $0
        }

        #expect(try refusal(resigned(RequestRules.components, named)) == .invalid)
    }

    @Test func aRequestForAnotherServerIsRefused() throws {
        var message = try message()
        message.authority = "b.example"

        #expect(refusal(message) == .invalid)
    }

    /// The scheme's own port is not sent, so it is not signed.
    @Test(
        arguments: [
            ("https://A.example:443/v1", "a.example", "/v1", nil),
            ("http://a.example:80", "a.example", "", nil),
            ("https://a.example:80/x?", "a.example:80", "/x", ""),
            ("http://[::1]:8080/x?y=1?z#f", "[::1]:8080", "/x", "y=1?z"),
        ] as [(String, String, String, String?)]
    )
    func anAddressIsSignedAsItIsSent(
        url: String,
        authority: String,
        path: String,
        query: String?
    ) throws {
        let message = try #require(HTTPMessage(posting: url))

        #expect(message.authority == authority)
        #expect(message.path == path)
        #expect(message.query == query)
    }

    @Test(arguments: ["", "ftp://a", "https://", "https:///x", "https://me@a.example/"])
    func whatIsNoAddressIsNotSigned(url: String) {
        #expect(HTTPMessage(posting: url) == nil)
    }
}

/// Programs of other versions get a clear message.
@Suite struct VersionTests {
    private func message(_ versions: String) -> String? {
        let answer = HTTPAnswer(
            status: 400,
            body: Array(
                #"{"code":"unknown-protocol-version","detail":"d","versions":[\#(versions)]}"#.utf8
            )
        )
        let request = SyncRequest(engagement: SHA256Digest(hashing: [1]), position: 0)
        do throws(SyncFailure) {
            _ = try answer.response(to: request, from: "https://a.example")
            return nil
        } catch {
            #expect(error.code == .refused("unknown-protocol-version"))
            return error.message
        }
    }

    @Test func aNewerServerAsksForANewerProgram() throws {
        #expect(try #require(message("2,3")).contains("Update this program"))
    }

    @Test func anOlderServerIsToldOf() throws {
        #expect(try #require(message("0")).contains("operator to update the server"))
    }

    @Test func aServerThatDoesNotSayWhichIsQuoted() throws {
        #expect(try #require(message("")).contains("d (unknown-protocol-version)"))
    }
}
