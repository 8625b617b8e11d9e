#if canImport(CryptoKit)
import CryptoKit
import Foundation

/// A key pair within CryptoKit, with the same members as the one within libcrypto.
package final class Ed25519KeyPair: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    init?(seed: [UInt8]) {
        guard seed.count == Ed25519.seedBytes else { return nil }
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            return nil
        }
    }

    var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    var seed: [UInt8] { Array(key.rawRepresentation) }

    func signature(over message: [UInt8]) -> [UInt8]? {
        do {
            return Array(try key.signature(for: message))
        } catch {
            return nil
        }
    }

    package static func verify(publicKey: [UInt8], message: [UInt8], signature: [UInt8]) -> Bool {
        do {
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
            return key.isValidSignature(signature, for: message)
        } catch {
            return false
        }
    }
}

/// PKCS#8 of an Ed25519 key (RFC 8410), without a passphrase: fixed bytes, then the seed.
enum KeyText {
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22,
        0x04, 0x20,
    ]
    private static let first = "-----BEGIN PRIVATE KEY-----"
    private static let last = "-----END PRIVATE KEY-----"

    static func write(
        _ pair: Ed25519KeyPair,
        passphrase: String?
    ) throws(KeyFailure) -> String {
        if passphrase != nil {
            throw KeyFailure(
                .unsupported,
                "Keys with a passphrase cannot be written on this platform."
            )
        }
        return "\(first)\n\(Data(prefix + pair.seed).base64EncodedString())\n\(last)\n"
    }

    static func read(_ text: String, passphrase: String?) throws(KeyFailure) -> [UInt8] {
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        guard lines.first == first, lines.last == last,
            let bytes = Data(base64Encoded: lines.dropFirst().dropLast().joined()),
            bytes.count == 48, Array(bytes.prefix(16)) == prefix
        else {
            throw KeyFailure(
                .notAKey,
                "The text is not an Ed25519 key in PKCS#8 without a passphrase."
            )
        }
        return Array(bytes.suffix(32))
    }
}

enum SystemRandom {
    static func bytes(_ count: Int) throws(KeyFailure) -> [UInt8] {
        var system = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &system) }
    }
}
#endif
