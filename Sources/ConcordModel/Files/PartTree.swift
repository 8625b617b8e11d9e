public import ConcordEncoding

/// The hashes of a file's parts, and the one hash above them all that a signed record holds.
///
/// A part is a mebibyte; the last one may be shorter. The tree is that of RFC 6962, section 2.1: leaves are hashed after a
/// byte 0, pairs after a byte 1, so nobody can pass off a pair of hashes as a part. Whoever knows the root can check
/// a list of part hashes, and then each part as it arrives, long before the whole file is there.
///
/// Wire form: `Protocol/evidence.md`, "Parts".
public struct PartTree: Hashable, Sendable {
    /// The length of each part but the last, in bytes.
    public static let partBytes = 1 << 20

    /// The hash of each part, in order; none for an empty file.
    public let parts: [SHA256Digest]

    /// The tree over these hashes of parts.
    public init(_ parts: [SHA256Digest]) { self.parts = parts }

    /// How many parts a file of this length has.
    public static func count(ofBytes size: Int) -> Int { (size + partBytes - 1) / partBytes }

    /// The hash of a part.
    public static func hash(ofPart bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        var hasher = partHasher()
        hasher.update(bufferPointer: bytes)
        return hasher.finalize()
    }

    /// What has begun to hash a part, for a part that is read piece by piece.
    package static func partHasher() -> SHA256Hasher {
        var hasher = SHA256Hasher()
        hasher.update([0])
        return hasher
    }

    /// The hash above all parts; of an empty file, the hash of nothing.
    public var root: SHA256Digest {
        parts.isEmpty ? SHA256Digest(hashing: []) : Self.root(of: parts[...])
    }

    private static func root(of hashes: ArraySlice<SHA256Digest>) -> SHA256Digest {
        if hashes.count == 1 { return hashes[hashes.startIndex] }
        var left = 1
        while left * 2 < hashes.count { left *= 2 }
        let middle = hashes.startIndex + left
        var pair: [UInt8] = [1]
        root(of: hashes[..<middle]).append(to: &pair)
        root(of: hashes[middle...]).append(to: &pair)
        return SHA256Digest(hashing: pair)
    }

    /// The hashes one after the other, 32 bytes each.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.count * SHA256Digest.byteCount)
        for part in parts { part.append(to: &bytes) }
        return bytes
    }

    /// Reads hashes that stand one after the other; nil if the last one is not whole.
    public init?(bytes: [UInt8]) {
        guard bytes.count % SHA256Digest.byteCount == 0 else { return nil }
        parts = stride(from: 0, to: bytes.count, by: SHA256Digest.byteCount).compactMap {
            SHA256Digest(bytes: Array(bytes[$0..<$0 + SHA256Digest.byteCount]))
        }
    }
}
