import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

/// A file with a promise of it.
struct TestFile: Sendable {
    let bytes: [UInt8]
    let tree: PartTree
    let promise: FilePromise

    /// A file of random bytes.
    init(_ count: Int, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        try self.init(random.fileBytes(count))
    }

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        let parts = stride(from: 0, to: bytes.count, by: PartTree.partBytes).map { start in
            let part = Array(bytes[start..<min(start + PartTree.partBytes, bytes.count)])
            return part.withUnsafeBytes { PartTree.hash(ofPart: $0) }
        }
        tree = PartTree(parts)
        promise = try #require(
            FilePromise(
                sha256: SHA256Digest(hashing: bytes),
                size: bytes.count,
                partsRoot: tree.root
            )
        )
    }

    /// The bytes of a part.
    func part(_ index: Int) -> [UInt8] { Array(bytes[promise.range(ofPart: index)]) }

    /// The operation that records an item of evidence with this file.
    func evidence(_ id: WireText) -> Operation {
        Operation(
            .add([
                "kind": "photo", "title": "Rack", "fileName": "rack.jpg",
                "sha256": .string(WireText(promise.sha256.hex)),
                "size": .integer(Int64(promise.size)),
                "partsRoot": .string(WireText(promise.partsRoot.hex)),
            ]),
            at: CellPath(kind: "evidence", record: id)
        )
    }
}
