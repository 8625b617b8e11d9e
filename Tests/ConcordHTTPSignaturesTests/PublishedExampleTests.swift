import ConcordDiff
import ConcordEncoding
import ConcordSigning
import Foundation
import Testing

@testable import ConcordHTTPSignatures

/// The examples that the standards print.
@Suite struct PublishedExampleTests {
    /// `test-request` of RFC 9421, appendix B.2, as far as signatures can cover it here.
    private let request = HTTPMessage(
        method: "POST",
        authority: "example.com",
        path: "/foo",
        query: "param=Value&Pet=dog",
        fields: [
            "date": ["Tue, 20 Apr 2021 02:07:55 GMT"], "content-type": ["application/json"],
            "content-length": ["18"],
            "signature-input": [
                #"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#
            ],
            "signature": [
                "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
            ],
        ]
    )

    /// `test-key-ed25519` of RFC 9421, appendix B.1.4.
    private func key() throws -> SigningKey {
        try SigningKey(
            pem: """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
                -----END PRIVATE KEY-----

                """
        )
    }

    @Test func theEd25519SignatureOfRFC9421IsMadeAndVerified() throws {
        let published = try MessageSignature(of: request)
        let base = try #require(published.input.base(of: request))
        let key = try key()

        #expect(
            String(decoding: base, as: UTF8.self) == """
                "date": Tue, 20 Apr 2021 02:07:55 GMT
                "@method": POST
                "@path": /foo
                "@authority": example.com
                "content-type": application/json
                "content-length": 18
                "@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"
                """
        )
        #expect(
            Ed25519.verify(
                publicKey: key.author.publicKey,
                message: base,
                signature: published.signature
            )
        )
        // Ed25519 has one signature for a key and a message.
        let own = MessageSignature(
            label: "sig-b26",
            published.input,
            signature: try key.signature(over: base)
        )
        #expect(own.inputText == request.fields["signature-input"]?.first)
        #expect(own.signatureText == request.fields["signature"]?.first)
    }

    /// RFC 9530, appendix D: the example of RFC 9421 and others use the same body.
    @Test func theDigestOfRFC9530IsMadeAndRead() throws {
        let body = Array(#"{"hello": "world"}"#.utf8)
        let field = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"

        #expect(ContentDigest(of: body).field == field)
        #expect(try #require(ContentDigest(field: field)).matches(body))
        #expect(try #require(ContentDigest(field: "sha-512=:AA==:, \(field)")).matches(body))
        #expect(try !#require(ContentDigest(field: field)).matches(body + [0x0A]))
        for other in ["", "sha-512=:AA==:", "sha-256=:AA==:", "sha-256=X48E", field + ","] {
            #expect(ContentDigest(field: other) == nil, "\(other)")
        }
    }

    /// RFC 9421, sections 2.2.6 and 2.2.7.
    @Test func whatIsAbsentHasTheValueOfTheStandard() {
        let bare = HTTPMessage(method: "GET", authority: "WWW.Example.com", path: "")

        #expect(bare.value(of: "@path") == "/")
        #expect(bare.value(of: "@query") == "?")
        #expect(bare.value(of: "@authority") == "www.example.com")
        #expect(bare.value(of: "date") == nil)
        #expect(bare.value(of: "@target-uri") == nil)
    }

    /// RFC 9421, section 2.1.
    @Test func theValuesOfAFieldAreTrimmedAndJoined() {
        let message = HTTPMessage(
            method: "GET",
            authority: "a",
            path: "/",
            fields: ["cache-control": ["max-age=60 ", "\t  must-revalidate"], "empty": ["  "]]
        )

        #expect(message.value(of: "cache-control") == "max-age=60, must-revalidate")
        #expect(message.value(of: "empty") == "")
    }
}
