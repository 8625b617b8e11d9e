import ConcordEncoding
import ConcordSigning
import ConcordTesting
import Foundation
import Testing

@Suite("Wycheproof's vectors")
struct SignatureVectorsTests {
    private func file() throws -> [UInt8] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Vectors/ed25519_test.json")
        return Array(try Data(contentsOf: path))
    }

    @Test func everyExpectedResultComesOut() throws {
        let outcomes = try SignatureVectors.run(file())

        #expect(outcomes.count == 150)
        #expect(outcomes.filter(\.isTaken).count == 88)
        #expect(outcomes.filter { !$0.agrees }.isEmpty)
    }

    @Test func aFileWithFewerTestsThanItSaysIsRefused() throws {
        let text = String(decoding: try file(), as: UTF8.self)
        let more = text.replacing("\"numberOfTests\" : 150", with: "\"numberOfTests\" : 151")

        #expect(throws: SignatureVectors.Failure.wrongCount(expected: 151, found: 150)) {
            try SignatureVectors.run(Array(more.utf8))
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
        let text = String(decoding: try file(), as: UTF8.self)
        let wrong = text.replacing("\"result\" : \"valid\"", with: "\"result\" : \"invalid\"")

        let outcomes = try SignatureVectors.run(Array(wrong.utf8))

        #expect(outcomes.filter { !$0.agrees }.count == 88)
    }
}
