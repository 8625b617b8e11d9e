import ConcordDiff
import ConcordSigning
import ConcordTesting
import Testing

@testable import ConcordHTTPSignatures

/// What a signature covers cannot be changed.
@Suite struct SignatureTests {
    private static let components = [
        "@method", "@authority", "@path", "@query", "content-digest",
    ]

    /// A request that a key of this seed signed.
    private func signed(_ seed: UInt64) throws -> (message: HTTPMessage, key: SigningKey) {
        var random = SeededGenerator(seed: seed)
        let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        let key = try #require(SigningKey(seed: secret))
        var message = HTTPMessage(
            method: "POST",
            authority: "audit.example.org:8443",
            path: "/v1/x",
            query: "a=b",
            fields: ["content-digest": [ContentDigest(of: secret).field], "other": ["free"]]
        )
        let input = SignatureInput(
            Self.components,
            [
                FieldParameter("created", .integer(Int64.random(in: 0...1 << 40, using: &random))),
                FieldParameter("keyid", .string(key.author.description)),
                FieldParameter("alg", .string("ed25519")),
                FieldParameter("nonce", .string("n\(seed)")),
            ]
        )
        let base = try #require(input.base(of: message))
        let signature = MessageSignature(
            label: "sig",
            input,
            signature: try key.signature(over: base)
        )
        message.fields["signature-input"] = [signature.inputText]
        message.fields["signature"] = [signature.signatureText]
        return (message, key)
    }

    /// Whether a message carries a signature of the key over it.
    private func isValid(_ message: HTTPMessage, _ key: SigningKey) -> Bool {
        guard let read = try? MessageSignature(of: message),
            let base = read.input.base(of: message)
        else { return false }
        return Ed25519.verify(
            publicKey: key.author.publicKey,
            message: base,
            signature: read.signature
        )
    }

    /// One character of a text becomes another one.
    private func changed(_ text: String, _ random: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return "x" }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let old = bytes[place]
        repeat {
            bytes[place] = UInt8.random(in: 0x20...0x7E, using: &random)
        } while bytes[place]
            == old
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func anyChangeOfWhatIsCoveredIsRefused(seed: UInt64) throws {
        let (message, key) = try signed(seed)
        var random = SeededGenerator(seed: seed)
        #expect(isValid(message, key))
        for _ in 0..<60 {
            var others = Array(repeating: message, count: 6)
            others[0].method = changed(message.method, &random)
            others[1].path = changed(message.path, &random)
            others[2].query = Bool.random(using: &random) ? nil : changed("a=b", &random)
            for (index, name) in ["content-digest", "signature-input", "signature"].enumerated() {
                others[3 + index].fields[name] = [
                    changed(message.fields[name]?.first ?? "", &random)
                ]
            }
            for other in others where other != message {
                #expect(!isValid(other, key), "\(other)")
            }
            var host = message
            host.authority = changed(message.authority, &random)
            if host.authority.lowercased() != message.authority {
                #expect(!isValid(host, key), "\(host.authority)")
            }
        }
    }

    @Test func whatIsNotCoveredMayChange() throws {
        var (message, key) = try signed(1)
        message.fields["other"] = ["changed"]
        message.authority = message.authority.uppercased()

        #expect(isValid(message, key))
    }

    @Test func aValueCannotPassForAnotherLine() throws {
        var (message, _) = try signed(1)
        message.fields["content-digest"] = ["x\n\"@path\": /v1/y"]
        let read = try MessageSignature(of: message)

        #expect(read.input.base(of: message) == nil)
    }

    @Test func oneSignatureIsReadAndNoOtherNumber() throws {
        let (message, _) = try signed(1)
        let input = try #require(message.fields["signature-input"]?.first)
        let signature = try #require(message.fields["signature"]?.first)
        func refusal(_ inputs: [String]?, _ signatures: [String]?) -> MessageSignature.Refusal? {
            var other = message
            other.fields["signature-input"] = inputs
            other.fields["signature"] = signatures
            do throws(MessageSignature.Refusal) {
                _ = try MessageSignature(of: other)
                return nil
            } catch {
                return error
            }
        }

        #expect(refusal([input], [signature]) == nil)
        #expect(refusal(nil, nil) == .missing)
        #expect(refusal([input], nil) == .malformed)
        #expect(refusal(nil, [signature]) == .malformed)
        #expect(refusal([input, input], [signature]) == .malformed)
        #expect(refusal([input + ", b=()"], [signature]) == .malformed)
        #expect(refusal([input], [signature + ", b=:AA==:"]) == .malformed)
        #expect(refusal(["b" + input], [signature]) == .malformed)
        #expect(refusal(["sig=1"], [signature]) == .malformed)
        #expect(refusal([input], ["sig=\"x\""]) == .malformed)
        #expect(refusal([#"sig=("@path" "@path")"#], [signature]) == .malformed)
        #expect(refusal([#"sig=("@path";req)"#], [signature]) == .malformed)
        #expect(refusal([#"sig=("Date")"#], [signature]) == .malformed)
        #expect(refusal(["sig=(date)"], [signature]) == .malformed)
    }
}
