import ConcordEncoding
import ConcordTesting
import Testing

@Suite("Digests and base64url")
struct HashingTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func knownDigestsComeOut(_ text: String, _ hex: String) {
        let digest = SHA256Digest(hashing: Array(text.utf8))

        #expect(digest.hex == hex)
        #expect(SHA256Digest(hex: hex) == digest)
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
        #expect(SHA256Digest(base64url: digest.base64url) == digest)
        #expect(digest.base64url.utf8.count == 43)
        #expect(digest.base64url == Base64URL.encode(digest.bytes))
    }

    @Test func partsGiveTheSameDigestAsTheWhole() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var hasher = SHA256Hasher()
        hasher.update(bytes, in: 0..<1)
        hasher.update(bytes, in: 1..<129)
        let half = hasher
        hasher.update(Array(bytes[129...]))

        #expect(hasher.finalize() == SHA256Digest(hashing: bytes))
        #expect(hasher.finalize() == SHA256Digest(hashing: bytes))
        #expect(half.finalize() == SHA256Digest(hashing: bytes, in: 0..<129))
    }

    @Test func digestsAreOrderedAsTheirBytes() {
        let digests = (0..<200).map { SHA256Digest(hashing: [UInt8($0)]) }

        let sorted = digests.sorted()

        #expect(sorted.map(\.hex) == digests.map(\.hex).sorted())
    }

    @Test func otherLengthsAndSpellingsOfADigestAreRefused() {
        let digest = SHA256Digest(hashing: [])
        let text = digest.base64url

        #expect(SHA256Digest(base64url: text + "=") == nil)
        #expect(SHA256Digest(base64url: String(text.dropLast())) == nil)
        #expect(SHA256Digest(base64url: text.dropLast() + "V") == nil)
        #expect(SHA256Digest(bytes: Array(digest.bytes.dropLast())) == nil)
        #expect(SHA256Digest(hex: digest.hex.uppercased()) == nil)
        #expect(SHA256Digest(hex: String(digest.hex.dropLast(2))) == nil)
    }

    @Test(
        arguments: [
            ("", []), ("AA", [0]), ("AAA", [0, 0]), ("_-8", [0xFF, 0xEF]),
            ("Zm9v", [0x66, 0x6F, 0x6F]),
        ] as [(String, [UInt8])]
    )
    func base64URLGoesBothWays(_ text: String, _ bytes: [UInt8]) {
        #expect(Base64URL.encode(bytes) == text)
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test(arguments: ["A", "AB", "AAB", "AA=", "AA==", "A A", "+A", "/A", "AA\n", "AAAAA", "é"])
    func whatBase64URLDoesNotWriteItDoesNotRead(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func everyLengthRoundTrips() {
        var random = SeededGenerator(seed: 7)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }
}
