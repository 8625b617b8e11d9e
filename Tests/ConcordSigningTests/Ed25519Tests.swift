import ConcordDiff
import ConcordSigning
import Testing

/// A key pair, a message and its signature.
struct KnownSignature: Sendable {
    let seed: String
    let publicKey: String
    let message: String
    let signature: String

    /// The first three of RFC 8032, section 7.1.
    static let all = [
        KnownSignature(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: "",
            signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        KnownSignature(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            message: "72",
            signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        KnownSignature(
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            message: "af82",
            signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]
}

@Suite("Ed25519")
struct Ed25519Tests {
    private let known = KnownSignature.all[2]

    private func isTaken(
        _ signature: [UInt8],
        key: [UInt8]? = nil,
        message: [UInt8]? = nil
    ) -> Bool {
        Ed25519.verify(
            publicKey: key ?? Samples.bytes(known.publicKey),
            message: message ?? Samples.bytes(known.message),
            signature: signature
        )
    }

    @Test(arguments: KnownSignature.all)
    func knownSignaturesAreMadeAndTaken(_ known: KnownSignature) throws {
        let key = try #require(SigningKey(seed: Samples.bytes(known.seed)))
        let message = Samples.bytes(known.message)
        let signature = Samples.bytes(known.signature)

        #expect(key.author.publicKey == Samples.bytes(known.publicKey))
        #expect(try key.signature(over: message) == signature)
        #expect(
            Ed25519.verify(
                publicKey: key.author.publicKey,
                message: message,
                signature: signature
            )
        )
    }

    @Test func everyFlippedBitIsRefused() {
        let signature = Samples.bytes(known.signature)
        let key = Samples.bytes(known.publicKey)
        #expect(isTaken(signature))
        for bit in 0..<512 {
            var flipped = signature
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(!isTaken(flipped), "bit \(bit) of the signature")
        }
        for bit in 0..<256 {
            var flipped = key
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(!isTaken(signature, key: flipped), "bit \(bit) of the key")
        }
        #expect(!isTaken(signature, message: [0xAF, 0x83]))
        #expect(!isTaken(signature, message: [0xAF, 0x82, 0]))
    }

    @Test(arguments: [0, 1, 31, 63, 65, 128])
    func signaturesAndKeysOfOtherLengthsAreRefused(_ length: Int) {
        let bytes = Samples.bytes(known.signature + known.signature)

        #expect(!isTaken(Array(bytes.prefix(length))))
        #expect(!isTaken(Samples.bytes(known.signature), key: Array(bytes.prefix(length))))
        #expect(SigningKey(seed: Array(bytes.prefix(length))) == nil)
    }

    @Test func aSecondSpellingOfTheNumberIsRefused() {
        let order = Samples.bytes(
            "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
        )
        var signature = Samples.bytes(known.signature)
        for _ in 0..<15 {
            var carry = 0
            for index in 0..<32 {
                let sum = Int(signature[32 + index]) + Int(order[index]) + carry
                signature[32 + index] = UInt8(truncatingIfNeeded: sum)
                carry = sum >> 8
            }
            #expect(!isTaken(signature))
            #expect(!Ed25519.isAdmissible(signature: signature))
        }
        let point = Array(Samples.bytes(known.signature).prefix(32))
        let greatest = [order[0] - 1] + order.dropFirst()
        #expect(Ed25519.isAdmissible(signature: point + greatest))
        #expect(!Ed25519.isAdmissible(signature: point + order))
    }

    /// The points of small order in all their spellings, those beyond the prime included.
    private static let smallOrder: [String] = {
        let zeros = String(repeating: "00", count: 30)
        let ones = String(repeating: "ff", count: 30)
        let eighths = [
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03",
        ]
        return [
            "00\(zeros)00", "00\(zeros)80", "01\(zeros)00", "01\(zeros)80", "ec\(ones)7f",
            "ec\(ones)ff", "ed\(ones)7f", "ed\(ones)ff", "ee\(ones)7f", "ee\(ones)ff",
            eighths[0] + "05", eighths[0] + "85", eighths[1] + "7a", eighths[1] + "fa",
        ]
    }()

    @Test(arguments: smallOrder)
    func aKeyOfSmallOrderSignsNothingThoughTheLibraryTakesIt(_ hex: String) throws {
        let key = Samples.bytes(hex)
        // The base point as R and 1 as S fit every message whose hash the order divides.
        let signature = Samples.bytes(
            "58" + String(repeating: "66", count: 31) + "01" + String(repeating: "00", count: 31)
        )

        let message = try #require(
            (0..<UInt8.max).map { [$0] }.first {
                Ed25519KeyPair.verify(publicKey: key, message: $0, signature: signature)
            }
        )

        #expect(!Ed25519.verify(publicKey: key, message: message, signature: signature))
        #expect(!Ed25519.isAdmissible(publicKey: key))
        #expect(!Ed25519.isAdmissible(signature: key + signature.suffix(32)))
    }

    @Test func pointsBeyondThePrimeAreRefused() {
        let ones = Array(repeating: UInt8(0xFF), count: 30)
        let zeros = Array(repeating: UInt8(0), count: 32)
        for low in 0xED...0xFF as ClosedRange<UInt8> {
            for high in [0x7F, 0xFF] as [UInt8] {
                let point = [low] + ones + [high]
                #expect(!Ed25519.isAdmissible(publicKey: point))
                #expect(!Ed25519.isAdmissible(signature: point + zeros))
            }
        }
        #expect(Ed25519.isAdmissible(publicKey: [0xEB] + ones + [0x7F]))
    }
}
