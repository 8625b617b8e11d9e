import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import Testing

/// `Protocol/log.md`, "Signed notes" and "Checkpoints".
@Suite("Vectors of signed checkpoints")
struct NoteVectorTests {
    @Test(arguments: Vectors.of("note"))
    func eachNoteIsReadOrRefused(vector: Vector) throws {
        let note = try vector.bytes(of: "note")
        let key = NoteKey(try #require(try vector.member("key").stringValue))

        let read = key.flatMap { SignedCheckpoint(note: note, key: $0, verifier: DiffVerifier()) }

        let found = read.map { signed -> JSON in
            [
                "origin": .string(signed.checkpoint.origin),
                "root": .string(signed.checkpoint.tree.root.text),
                "size": .integer(Int64(signed.checkpoint.tree.size)),
            ]
        }
        #expect(found == vector.contents["checkpoint"], "\(vector.about)")
        // What others have signed is kept, byte for byte.
        if let read { #expect(SignedNote(note)?.bytes == read.note) }
    }
}

/// `Protocol/log.md`, "Entries and hashes" and "Proofs".
@Suite("Vectors of the log as a tree")
struct TreeVectorTests {
    private static func leaves(_ vector: Vector) throws -> [SHA256Digest] {
        try #require(try vector.member("log").arrayValue).map { envelope in
            MerkleTree.leafHash(try UnverifiedDiff(envelope: envelope.canonicalBytes).leaf)
        }
    }

    private static func hashes(_ value: JSON?) throws -> [SHA256Digest] {
        try #require(value?.strings).map { try #require(SHA256Digest(base64url: $0)) }
    }

    @Test(arguments: Vectors.of("tree"))
    func eachTreeHasItsRootsAndProofs(vector: Vector) throws {
        let leaves = try Self.leaves(vector)
        func root(_ size: Int) -> SHA256Digest { MerkleTree.root(of: leaves.prefix(size)) }
        func number(_ value: JSON?) throws -> Int { Int(try #require(value?.integerValue)) }

        if let said = vector.contents["inclusion"] {
            let index = try number(said["index"])
            let proof = InclusionProof(
                index: index,
                size: try number(said["size"]),
                path: try Self.hashes(said["path"])
            )
            let isProven = proof.proves(leaves[index], in: root(leaves.count))
            #expect(JSON.bool(isProven) == vector.contents["proven"], "\(vector.about)")
        } else if let said = vector.contents["consistency"] {
            let former = try number(said["former"])
            let proof = try #require(
                ConsistencyProof(
                    from: former,
                    to: try number(said["size"]),
                    path: try Self.hashes(said["path"])
                )
            )
            let isProven = proof.proves(root(former), in: root(leaves.count))
            #expect(JSON.bool(isProven) == vector.contents["proven"], "\(vector.about)")
        } else {
            let roots = try Self.hashes(vector.member("roots"))
            #expect((0...leaves.count).map(root) == roots, "\(vector.about)")
        }
    }
}

/// `Protocol/log.md`, "Tiles".
@Suite("Vectors of the paths of tiles")
struct TileVectorTests {
    @Test(arguments: Vectors.of("tile"))
    func eachPathIsReadOrRefused(vector: Vector) throws {
        let path = try #require(try vector.member("path").stringValue?.string)

        let tile = Tile(path: path)

        guard let said = vector.contents["tile"] else {
            #expect(tile == nil, "\(vector.about)")
            return
        }
        let read = try #require(tile, "\(vector.about)")
        switch read.content {
        case .entries: #expect(said["content"] == "entries")
        case .hashes(let level): #expect(said["content"] == .integer(Int64(level)))
        }
        #expect(said["index"] == .integer(Int64(read.index)))
        #expect(said["width"] == .integer(Int64(read.width)))
        #expect(read.path == path)
    }
}
