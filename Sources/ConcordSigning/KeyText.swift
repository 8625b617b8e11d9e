#if !canImport(CryptoKit)
import CLibCrypto

/// Private keys as PKCS#8 PEM (RFC 5958, 7468, 8410), with or without a passphrase.
///
/// A passphrase is stretched by PBKDF2 with HMAC-SHA-256 and encrypts by AES-256-CBC (PBES2,
/// RFC 8018), which every common library reads.
enum KeyText {
    /// Costs about a quarter of a second; anyone who guesses pays it for each try.
    private static let iterations: Int32 = 600_000
    private static let passphraseBytesMax = 1000

    static func write(
        _ pair: Ed25519KeyPair,
        passphrase: String?
    ) throws(KeyFailure) -> String {
        let failure = "The key could not be written as PEM."
        guard let info = EVP_PKEY2PKCS8(pair.handle) else {
            throw KeyFailure(.library, failure, cause: LibraryError.take())
        }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        guard let output = BIO_new(BIO_s_secmem()) else {
            throw KeyFailure(.library, failure, cause: LibraryError.take())
        }
        defer { BIO_free(output) }
        let isWritten: Bool
        if let passphrase {
            let secret = try secretBytes(passphrase)
            isWritten = writeEncrypted(info, secret, to: output)
        } else {
            isWritten = PEM_write_bio_PKCS8_PRIV_KEY_INFO(output, info) == 1
        }
        guard isWritten else {
            throw KeyFailure(.library, failure, cause: LibraryError.take())
        }
        return contents(of: output)
    }

    private static func writeEncrypted(
        _ info: OpaquePointer,
        _ secret: [CChar],
        to output: OpaquePointer
    ) -> Bool {
        // The algorithm is owned by the encrypted key once that exists.
        guard
            let algorithm = PKCS5_pbe2_set_iv(
                EVP_aes_256_cbc(),
                iterations,
                nil,
                16,
                nil,
                NID_hmacWithSHA256
            )
        else { return false }
        guard
            let encrypted = PKCS8_set0_pbe(
                secret,
                Int32(secret.count - 1),
                info,
                algorithm
            )
        else {
            X509_ALGOR_free(algorithm)
            return false
        }
        defer { X509_SIG_free(encrypted) }
        return PEM_write_bio_PKCS8(output, encrypted) == 1
    }

    private static func contents(of bio: OpaquePointer) -> String {
        let length = Int32(BIO_ctrl_pending(bio))
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(length)) { room, count in
            count = Int(max(0, BIO_read(bio, room.baseAddress, length)))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads the seed of a key.
    static func read(_ text: String, passphrase: String?) throws(KeyFailure) -> [UInt8] {
        let isEncrypted = text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        guard isEncrypted || text.contains("-----BEGIN PRIVATE KEY-----") else {
            throw KeyFailure(.notAKey, "The text is not a private key in PKCS#8 PEM.")
        }
        if isEncrypted, passphrase == nil {
            throw KeyFailure(
                .passphraseNeeded,
                "The key is encrypted; give its passphrase."
            )
        }
        // The passphrase is never nil: libcrypto would ask for one at the terminal.
        let secret = isEncrypted ? try secretBytes(passphrase ?? "") : [0]
        guard let handle = privateKey(Array(text.utf8), secret) else {
            throw KeyFailure(
                isEncrypted ? .wrongPassphrase : .notAKey,
                isEncrypted
                    ? "The key cannot be decrypted: the passphrase is wrong or the file damaged."
                    : "The private key in the PEM text is damaged.",
                cause: LibraryError.take()
            )
        }
        defer { EVP_PKEY_free(handle) }
        return try seed(of: handle)
    }

    /// Reads a key of any kind; nothing if libcrypto cannot.
    ///
    /// A BIO over memory keeps the pointer and reads from it later, so the bytes must stay where they are
    /// until the BIO is freed: an array handed to a C function lives only as long as that one call.
    private static func privateKey(_ pem: [UInt8], _ secret: [CChar]) -> OpaquePointer? {
        pem.withUnsafeBytes { pem -> OpaquePointer? in
            guard let input = BIO_new_mem_buf(pem.baseAddress, Int32(clamping: pem.count)) else {
                return nil
            }
            defer { BIO_free(input) }
            var secret = secret
            return secret.withUnsafeMutableBytes { secret in
                PEM_read_bio_PrivateKey(input, nil, nil, secret.baseAddress)
            }
        }
    }

    private static func seed(of handle: OpaquePointer) throws(KeyFailure) -> [UInt8] {
        guard EVP_PKEY_get_id(handle) == EVP_PKEY_ED25519 else {
            throw KeyFailure(.notEd25519, "The key is of another kind; Concord uses Ed25519.")
        }
        var length = Ed25519.seedBytes
        var seed = [UInt8](repeating: 0, count: length)
        guard EVP_PKEY_get_raw_private_key(handle, &seed, &length) == 1 else {
            throw KeyFailure(.library, "The key could not be read.", cause: LibraryError.take())
        }
        return seed
    }

    /// A passphrase as a C string.
    private static func secretBytes(_ passphrase: String) throws(KeyFailure) -> [CChar] {
        let bytes = Array(passphrase.utf8CString)
        guard 2...passphraseBytesMax ~= bytes.count, !bytes.dropLast().contains(0) else {
            throw KeyFailure(
                .unusablePassphrase,
                "A passphrase has 1 to \(passphraseBytesMax - 1) bytes, none of them zero."
            )
        }
        return bytes
    }
}

/// What libcrypto said last.
enum LibraryError {
    /// The oldest error of this thread, in words; forgets the others.
    static func take() -> String? {
        let code = ERR_get_error()
        ERR_clear_error()
        if code == 0 { return nil }
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Randomness for secrets.
enum SystemRandom {
    static func bytes(_ count: Int) throws(KeyFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_priv_bytes(&bytes, Int32(count)) == 1 else {
            throw KeyFailure(
                .library,
                "The system gave no randomness for a key.",
                cause: LibraryError.take()
            )
        }
        return bytes
    }
}
#endif
