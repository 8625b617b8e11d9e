public import ConcordEncoding

/// What a signed record says of the file of an item of evidence: which bytes they are.
///
/// The record travels before the file, and never waits for it. So a device may know of a file that it does not hold: the
/// file is promised. With these three values each part can be checked as it comes, and the whole at the end.
///
/// Wire form: `Protocol/evidence.md`, "What the record says".
public struct FilePromise: Hashable, Sendable {
    /// The SHA-256 of all bytes: the file's name in every store.
    public let sha256: SHA256Digest
    /// How many bytes the file has.
    public let size: Int
    /// The root of the hashes of its parts (`PartTree`).
    public let partsRoot: SHA256Digest

    /// The greatest length of a file: 4 GiB.
    public static let sizeMax = 4 << 30

    /// A promise of these bytes; nil if the length is not one that a file may have.
    public init?(sha256: SHA256Digest, size: Int, partsRoot: SHA256Digest) {
        guard 0...Self.sizeMax ~= size else { return nil }
        self.sha256 = sha256
        self.size = size
        self.partsRoot = partsRoot
    }

    /// How many parts the file has.
    public var partCount: Int { PartTree.count(ofBytes: size) }

    /// Where a part stands in the file.
    public func range(ofPart index: Int) -> Range<Int> {
        let start = index * PartTree.partBytes
        return start..<min(start + PartTree.partBytes, size)
    }

    /// The hashes of the parts, if they are the ones that the root stands for; a file of at most one part needs no list.
    public func tree(_ given: PartTree? = nil) -> PartTree? {
        let tree =
            switch partCount {
            case 0: PartTree([])
            case 1: PartTree([partsRoot])
            default: given
            }
        guard let tree, tree.parts.count == partCount, tree.root == partsRoot else { return nil }
        return tree
    }
}
