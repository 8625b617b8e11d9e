#if !canImport(CryptoKit)
import CLibCrypto

/// A key pair within libcrypto, which wipes the secret half when the pair is no longer used.
///
/// Only reading functions are called after `init`, and libcrypto counts its uses atomically;
/// hence it may be used from several threads at once.
package final class Ed25519KeyPair: @unchecked Sendable {
    let handle: OpaquePointer

    /// Makes the pair of a seed; nothing if the seed has not 32 bytes.
    init?(seed: [UInt8]) {
        guard seed.count == Ed25519.seedBytes,
            let handle = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        else { return nil }
        self.handle = handle
    }

    deinit {
        EVP_PKEY_free(handle)
    }

    /// The 32 bytes that others may know.
    var publicKey: [UInt8] { raw(EVP_PKEY_get_raw_public_key) }

    /// The 32 secret bytes.
    var seed: [UInt8] { raw(EVP_PKEY_get_raw_private_key) }

    private func raw(
        _ get: (OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?) -> Int32
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { room, count in
            count = 32
            precondition(get(handle, room.baseAddress, &count) == 1, "a key without its bytes")
        }
    }

    /// Signs a message; nothing if libcrypto cannot.
    func signature(over message: [UInt8]) -> [UInt8]? {
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Ed25519.signatureBytes)
        var length = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, handle) == 1,
            EVP_DigestSign(context, &signature, &length, message, message.count) == 1,
            length == signature.count
        else {
            ERR_clear_error()
            return nil
        }
        return signature
    }

    /// What the library says of a signature, without the cofactor; `Ed25519.verify` decides the
    /// edges first.
    package static func verify(publicKey: [UInt8], message: [UInt8], signature: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard
            let handle = EVP_PKEY_new_raw_public_key(
                EVP_PKEY_ED25519,
                nil,
                publicKey,
                publicKey.count
            )
        else { return false }
        defer { EVP_PKEY_free(handle) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, handle) == 1
            && EVP_DigestVerify(
                context,
                signature,
                signature.count,
                message,
                message.count
            ) == 1
    }
}
#endif
