import ConcordEncoding
import ConcordTesting
import Foundation
import Testing

/// Proofs that others publish (transparency-dev/merkle), most of which must be refused.
struct PublishedProofTests {
    private static let file = "vectors/merkle.json"

    private struct Proof: Decodable {
        var desc: String
        var wantErr: Bool
        var proof: [Data]?
        // Of an entry.
        var leafIdx: UInt64?
        var leafHash: Data?
        var root: Data?
        var treeSize: UInt64?
        // Of a subtree, or of a tree that has grown.
        var start: UInt64?
        var end: UInt64?
        var size: UInt64?
        var size1: UInt64?
        var size2: UInt64?
        var root1: Data?
        var root2: Data?
    }

    @Test(.enabled(if: PublicData.file(file) != nil, "\(PublicData.advice)"))
    func everyPublishedProofIsJudgedAsItsAuthorsDo() throws {
        let file = try #require(PublicData.file(Self.file), "\(PublicData.advice)")
        let proofs = try JSONDecoder().decode(
            [String: Proof].self,
            from: Data(contentsOf: URL(filePath: file))
        )
        #expect(proofs.count == 518)

        for (name, proof) in proofs {
            let taken = try #require(isTaken(proof, name) as Bool?, "\(name)")
            #expect(taken != proof.wantErr, "\(name): \(proof.desc)")
        }
    }

    /// What ours says of it; nil for a kind that is not known.
    private func isTaken(_ proof: Proof, _ name: String) -> Bool? {
        switch name.split(separator: "/").first {
        case "inclusion":
            return includes(proof, start: 0, end: proof.treeSize)
        case "subtreeinclusion":
            return includes(proof, start: proof.start, end: proof.end)
        case "consistency":
            // Every tree has grown from none, so there is nothing to prove.
            return proof.size1 != 0 && grows(proof, start: 0, end: proof.size1, in: proof.size2)
        case "subtreeconsistency":
            return grows(proof, start: proof.start, end: proof.end, in: proof.size)
        default:
            return nil
        }
    }

    private func includes(_ proof: Proof, start: UInt64?, end: UInt64?) -> Bool {
        guard let start = int(start), let end = int(end), let index = int(proof.leafIdx),
            let subtree = MerkleSubtree(start: start, end: end),
            let leaf = proof.leafHash.flatMap({ SHA256Digest(bytes: Array($0)) }),
            let root = digest(proof.root)
        else { return false }
        return InclusionProof(
            index: index - subtree.entries.lowerBound,
            size: subtree.entries.count,
            path: path(proof)
        ).proves(leaf, in: root)
    }

    private func grows(_ proof: Proof, start: UInt64?, end: UInt64?, in size: UInt64?) -> Bool {
        guard let start = int(start), let end = int(end), let size = int(size),
            let subtree = MerkleSubtree(start: start, end: end),
            let part = digest(proof.root1), let root = digest(proof.root2)
        else { return false }
        return ConsistencyProof(of: subtree, in: size, path: path(proof)).proves(part, in: root)
    }

    private func path(_ proof: Proof) -> [SHA256Digest] {
        (proof.proof ?? []).compactMap { digest($0) }
    }

    /// What has another length than a digest is any other hash.
    private func digest(_ data: Data?) -> SHA256Digest? {
        data.map { SHA256Digest(bytes: Array($0)) ?? SHA256Digest(hashing: Array($0)) }
    }

    private func int(_ number: UInt64?) -> Int? { number.flatMap { Int(exactly: $0) } }
}
