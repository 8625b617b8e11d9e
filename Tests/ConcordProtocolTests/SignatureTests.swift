import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSigning
import Testing

@Suite("Vectors of signatures")
struct SignatureVectorTests {
    @Test(arguments: Vectors.of("signature"))
    func eachSignatureIsTakenOrRefused(vector: Vector) throws {
        let isValid = try vector.member("valid") == true

        if let envelope = vector.contents["envelope"]?.stringValue?.string {
            let diff = try UnverifiedDiff(envelope: Array(envelope.utf8))
            #expect(DiffVerifier().isSigned(diff) == isValid)
        } else {
            let parts = try vector.member("ed25519")
            let isTaken = Ed25519.verify(
                publicKey: try bytes(parts["key"]),
                message: try bytes(parts["message"]),
                signature: try bytes(parts["signature"])
            )
            #expect(isTaken == isValid)
        }
    }

    /// The bytes of a text in hexadecimal.
    private func bytes(_ value: JSON?) throws -> [UInt8] {
        let digits = Array(try #require(value?.stringValue?.string).utf8)
        return try stride(from: 0, to: digits.count, by: 2).map { index in
            try #require(
                UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16)
            )
        }
    }
}

@Suite("Vectors of chains")
struct ChainVectorTests {
    @Test(arguments: Vectors.of("chain"))
    func eachBatchIsTakenOrRefusedAtItsPlace(vector: Vector) throws {
        let batch = try vector.diffs(in: "batch")
        let refused = vector.contents["refused"]

        switch Result(catching: { () throws(ChainError) in
            try ChainVerification.verify(batch, with: DiffVerifier())
        }) {
        case .success(let verified):
            if let proofs = vector.contents["proofs"]?.arrayValue {
                let found = verified.map { $0.proof == .chain ? "chain" : "signature" }
                #expect(proofs.compactMap(\.stringValue?.string) == found)
            }
            try expectTakeIn(of: verified, refused: refused)
        case .failure(let error):
            #expect(refused?["code"]?.stringValue?.string == error.refusal.code.rawValue)
            #expect(refused?["index"]?.integerValue == Int64(error.index))
        }
    }

    private func expectTakeIn(of verified: [VerifiedDiff], refused: JSON?) throws {
        let fold = Fold(verifier: DiffVerifier())

        let refusal = try fold.order.takeIn(log: verified.map(LogItem.new))

        #expect(refused?["code"]?.stringValue?.string == refusal?.error.code.rawValue)
        #expect(refused?["index"]?.integerValue == refusal.map { Int64($0.index) })
    }
}

extension Vector {
    /// The diffs of an array of envelopes, which the file holds as values: their canonical form is
    /// what was signed.
    func diffs(in key: String) throws -> [UnverifiedDiff] {
        try #require(try member(key).arrayValue).map {
            try UnverifiedDiff(envelope: $0.canonicalBytes)
        }
    }
}
