import ConcordEncoding
import ConcordSigning
import ConcordTesting
import Foundation
import Testing

/// Files of signatures in Wycheproof's form: one that the tests make, and Wycheproof's own where it is there.
@Suite("Vectors of signatures")
struct SignatureVectorsTests {
    private static let published = "vectors/wycheproof-ed25519.json"

    /// The known signatures, and each one with its first bit changed.
    private func file(counting count: Int = 6) -> [UInt8] {
        let groups = KnownSignature.all.enumerated().map { index, known -> JSON in
            var wrong = Samples.bytes(known.signature)
            wrong[0] ^= 1
            let tests: [JSON] = [
                test(2 * index + 1, known, Samples.bytes(known.signature), "valid"),
                test(2 * index + 2, known, wrong, "invalid"),
            ]
            return [
                "publicKey": ["pk": .string(WireText(known.publicKey))], "tests": .array(tests),
            ]
        }
        let file: JSONObject = [
            "numberOfTests": .integer(Int64(count)), "testGroups": .array(groups),
        ]
        return file.canonicalBytes
    }

    private func test(
        _ number: Int,
        _ known: KnownSignature,
        _ signature: [UInt8],
        _ result: WireText
    ) -> JSON {
        let hex = signature.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return [
            "comment": "", "msg": .string(WireText(known.message)), "result": .string(result),
            "sig": .string(WireText(hex)), "tcId": .integer(Int64(number)),
        ]
    }

    @Test(.enabled(if: PublicData.file(published) != nil, "\(PublicData.advice)"))
    func everyResultThatWycheproofExpectsComesOut() throws {
        let file = try #require(PublicData.file(Self.published), "\(PublicData.advice)")

        let outcomes = try SignatureVectors.run(Array(Data(contentsOf: URL(filePath: file))))

        #expect(outcomes.count >= 150)
        #expect(outcomes.filter(\.isTaken).count == 88)
        #expect(outcomes.filter { !$0.agrees }.isEmpty)
    }

    @Test func everyExpectedResultComesOut() throws {
        let outcomes = try SignatureVectors.run(file())

        #expect(outcomes.map(\.id) == [1, 2, 3, 4, 5, 6])
        #expect(outcomes.map(\.isTaken) == [true, false, true, false, true, false])
        #expect(outcomes.filter { !$0.agrees }.isEmpty)
    }

    @Test func aFileWithFewerTestsThanItSaysIsRefused() {
        #expect(throws: SignatureVectors.Failure.wrongCount(expected: 7, found: 6)) {
            try SignatureVectors.run(file(counting: 7))
        }
    }

    @Test func otherFilesAreRefused() {
        #expect(throws: SignatureVectors.Failure.json(JSONError(code: .truncated, offset: 0))) {
            try SignatureVectors.run([])
        }
        #expect(throws: SignatureVectors.Failure.self) {
            try SignatureVectors.run(Array("{}".utf8))
        }
        #expect(throws: SignatureVectors.Failure.self) {
            try SignatureVectors.run(
                Array(#"{"numberOfTests":1,"testGroups":[{"tests":[]}]}"#.utf8)
            )
        }
    }

    @Test func aWrongExpectationIsADisagreement() throws {
        let text = String(decoding: file(), as: UTF8.self)
        let wrong = text.replacing(#""result":"valid""#, with: #""result":"invalid""#)

        let outcomes = try SignatureVectors.run(Array(wrong.utf8))

        #expect(outcomes.filter { !$0.agrees }.count == 3)
    }
}
