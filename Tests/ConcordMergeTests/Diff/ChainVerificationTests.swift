import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordDiff

@Suite("One signature for a chain")
struct ChainVerificationTests {
    private let ada = HashSigner("ada")
    private let eve = HashSigner("eve")
    private let engagement = SHA256Digest(hashing: [1])

    /// A diff of these parents; without its author's signature if `isSigned` is false.
    private func diff(
        _ signer: HashSigner,
        _ seq: Int,
        parents: [DiffID],
        isSigned: Bool = true
    ) throws -> UnverifiedDiff {
        let path = CellPath(kind: "finding", record: "f\(seq)", field: "unit")
        let head = Head(
            author: signer.author,
            seq: seq,
            engagement: engagement,
            parents: parents,
            time: Timestamp(milliseconds: 0),
            body: SHA256Digest(hashing: [])
        )
        let diff = try UnverifiedDiff(
            head: head,
            body: Body(operations: [Operation(.add("IT"), at: path)]),
            signer: signer
        )
        if isSigned { return diff }
        var envelope = diff.envelope
        let last = envelope.count - 3
        envelope[last - 20] =
            envelope[last - 20] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        return try UnverifiedDiff(envelope: envelope)
    }

    @Test func aChainIsProvenByItsNewestDiff() throws {
        let one = try diff(ada, 1, parents: [engagement], isSigned: false)
        let two = try diff(ada, 2, parents: [one.id], isSigned: false)
        let three = try diff(ada, 3, parents: [two.id])

        let verified = try ChainVerification.verify([one, two, three], with: HashVerifier())

        #expect(verified.map(\.proof) == [.chain, .chain, .signature])
    }

    @Test func theNewestDiffNeedsItsSignature() throws {
        let one = try diff(ada, 1, parents: [engagement])
        let two = try diff(ada, 2, parents: [one.id], isSigned: false)

        #expect(throws: ChainError(index: 1, refusal: DiffError(.badSignature))) {
            try ChainVerification.verify([one, two], with: HashVerifier())
        }
    }

    @Test func nobodyVouchesForAnotherAuthor() throws {
        let forged = try diff(ada, 1, parents: [engagement], isSigned: false)
        let claims = try diff(eve, 2, parents: [forged.id])

        #expect(throws: ChainError(index: 0, refusal: DiffError(.badSignature))) {
            try ChainVerification.verify([forged, claims], with: HashVerifier())
        }
    }

    @Test func aFurtherParentIsNotVouchedFor() throws {
        let own = try diff(ada, 1, parents: [engagement])
        let forged = try diff(ada, 1, parents: [engagement, own.id].sorted(), isSigned: false)
        let later = try diff(ada, 2, parents: [own.id, forged.id])

        #expect(throws: ChainError(index: 1, refusal: DiffError(.badSignature))) {
            try ChainVerification.verify([own, forged, later], with: HashVerifier())
        }
    }

    @Test func aNumberThatDoesNotFollowIsNotVouchedFor() throws {
        let forged = try diff(ada, 1, parents: [engagement], isSigned: false)
        let later = try diff(ada, 3, parents: [forged.id])

        #expect(throws: ChainError(index: 0, refusal: DiffError(.badSignature))) {
            try ChainVerification.verify([forged, later], with: HashVerifier())
        }
    }

    @Test func whatComesBeforeIsNotVouchedForByWhatIsForged() throws {
        let one = try diff(ada, 1, parents: [engagement], isSigned: false)
        let two = try diff(ada, 2, parents: [one.id], isSigned: false)
        let claims = try diff(eve, 3, parents: [two.id])

        #expect(throws: ChainError(index: 1, refusal: DiffError(.badSignature))) {
            try ChainVerification.verify([one, two, claims], with: HashVerifier())
        }
    }
}
