/// Ed25519 (RFC 8032), with one answer for each input on every replica.
///
/// Libraries differ in what they take at the edges: keys of small order, points and numbers in a
/// second spelling, and whether the cofactor is multiplied in. Two replicas that disagree on one
/// signature diverge forever. So the edges are decided here, before a library is asked, and the
/// library has to verify without the cofactor, as libcrypto does.
///
/// Rule: `Protocol/diff.md`, "Signature".
public enum Ed25519 {
    /// The length of a public key in bytes.
    public static let publicKeyBytes = 32
    /// The length of a signature in bytes.
    public static let signatureBytes = 64
    /// The length of a seed, from which a key pair is made, in bytes.
    public static let seedBytes = 32

    /// Tells whether the signature is the key's over exactly this message.
    ///
    /// A key or signature of another length, in a second spelling, or of small order is never valid.
    public static func verify(publicKey: [UInt8], message: [UInt8], signature: [UInt8]) -> Bool {
        isAdmissible(publicKey: publicKey) && isAdmissible(signature: signature)
            && Ed25519KeyPair.verify(
                publicKey: publicKey,
                message: message,
                signature: signature
            )
    }

    /// Whether a key has a spelling that is allowed in a diff. Only verifying shows whether it is
    /// on the curve.
    public static func isAdmissible(publicKey: [UInt8]) -> Bool {
        publicKey.count == publicKeyBytes && Ed25519Encoding(publicKey, at: 0).isAdmissiblePoint
    }

    /// Whether a signature's point and number have the only accepted spelling.
    public static func isAdmissible(signature: [UInt8]) -> Bool {
        signature.count == signatureBytes && Ed25519Encoding(signature, at: 0).isAdmissiblePoint
            && Ed25519Encoding(signature, at: 32).isReducedScalar
    }
}

/// Thirty-two bytes of a key or signature as a number of four words, the least significant first.
struct Ed25519Encoding {
    private typealias Words = (UInt64, UInt64, UInt64, UInt64)
    private let words: Words

    init(_ bytes: [UInt8], at offset: Int) {
        func word(_ index: Int) -> UInt64 {
            bytes[(offset + 8 * index)..<(offset + 8 * index + 8)].reversed().reduce(0) {
                $0 << 8 | UInt64($1)
            }
        }
        words = (word(0), word(1), word(2), word(3))
    }

    /// The order L of the base point, 2^252 + 27742317777372353535851937790883648493.
    private static let order: Words = (
        0x5812_631A_5CF5_D3ED, 0x14DE_F9DE_A2F7_9CD6, 0, 0x1000_0000_0000_0000
    )

    /// The prime p of the field, 2^255 − 19.
    private static let prime: Words = (
        0xFFFF_FFFF_FFFF_FFED, .max, .max, 0x7FFF_FFFF_FFFF_FFFF
    )

    /// The y of the eight points whose order divides the cofactor. A sign of x apart they are the
    /// neutral element (1), the point of order 2 (−1), those of order 4 (0), and those of order 8.
    private static let smallOrder: [Words] = [
        (1, 0, 0, 0),
        (0xFFFF_FFFF_FFFF_FFEC, .max, .max, 0x7FFF_FFFF_FFFF_FFFF),
        (0, 0, 0, 0),
        (
            0xB027_B2C2_8F95_E826, 0xF098_EFF2_89F4_C345, 0x3933_C6D3_05AC_DFD5,
            0x05FC_536D_8802_38B1
        ),
        (
            0x4FD8_4D3D_706A_17C7, 0x0F67_100D_760B_3CBA, 0xC6CC_392C_FA53_202A,
            0x7A03_AC92_77FD_C74E
        ),
    ]

    /// Whether it is a number below L.
    var isReducedScalar: Bool { Self.isLess(words, Self.order) }

    /// Whether it has y < p and is none of the points of small order.
    ///
    /// The only x without a sign is 0, and it belongs to points of small order; so a "negative
    /// zero" needs no check of its own.
    var isAdmissiblePoint: Bool {
        let y = (words.0, words.1, words.2, words.3 & 0x7FFF_FFFF_FFFF_FFFF)
        return Self.isLess(y, Self.prime) && !Self.smallOrder.contains { $0 == y }
    }

    private static func isLess(_ left: Words, _ right: Words) -> Bool {
        (left.3, left.2, left.1, left.0) < (right.3, right.2, right.1, right.0)
    }
}
