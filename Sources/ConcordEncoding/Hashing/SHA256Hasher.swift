#if canImport(CryptoKit)
import CryptoKit
#else
import CLibCrypto
#endif

/// Computes a SHA-256 digest of bytes that come in parts.
///
/// A copy continues independently from where it was made.
public struct SHA256Hasher {
    #if canImport(CryptoKit)
    private var state = SHA256()
    #else
    private var state = SHA256_CTX()
    #endif

    /// Begins a digest of nothing.
    public init() {
        #if !canImport(CryptoKit)
        precondition(SHA256_Init(&state) == 1, "libcrypto refuses to begin a digest")
        #endif
    }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update(bufferPointer: $0) }
    }

    /// Adds a part of an array.
    public mutating func update(_ bytes: [UInt8], in range: Range<Int>) {
        bytes.withUnsafeBytes { update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Adds bytes.
    public mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
        #if canImport(CryptoKit)
        state.update(bufferPointer: bytes)
        #else
        precondition(
            SHA256_Update(&state, bytes.baseAddress, bytes.count) == 1,
            "libcrypto refuses to continue a digest"
        )
        #endif
    }

    /// The digest of everything added so far; the hasher can continue afterwards.
    public func finalize() -> SHA256Digest {
        #if canImport(CryptoKit)
        return state.finalize().withUnsafeBytes { SHA256Digest(loading: $0) }
        #else
        var last = state
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { room in
            precondition(
                SHA256_Final(room.baseAddress, &last) == 1,
                "libcrypto refuses to end a digest"
            )
            return SHA256Digest(loading: UnsafeRawBufferPointer(room))
        }
        #endif
    }

    static func digest(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(bufferPointer: bytes)
        return hasher.finalize()
    }
}
