import ConcordDiff
import ConcordEncoding
import Testing

@Suite("Vectors of canonical JSON")
struct CanonicalVectorTests {
    @Test(arguments: Vectors.of("canonical"))
    func eachTextHasItsFormOrItsRefusal(vector: Vector) throws {
        let input = try vector.bytes(of: "input")
        let limits: JSONLimits = try vector.member("limits") == "diff" ? .diff : .document
        let isStrict = try vector.member("form") == "canonical"

        let outcome = Result { () throws(JSONError) in
            try isStrict
                ? JSON(canonicalBytes: input, limits: limits) : JSON(parsing: input, limits: limits)
        }

        switch outcome {
        case .success(let value):
            #expect(try vector.member("canonical").stringValue?.string == value.canonicalText)
        case .failure(let error):
            let refused = try vector.member("refused")
            #expect(refused["code"]?.stringValue?.string == error.code.rawValue)
            #expect(refused["offset"]?.integerValue == Int64(error.offset))
        }
    }

    @Test func everyRefusalHasAVector() {
        let codes = Vectors.of("canonical").compactMap {
            $0.contents["refused"]?["code"]?.stringValue?.string
        }

        #expect(Set(codes) == Set(JSONRefusal.allCases.map(\.rawValue)))
    }

    @Test func whatIsCanonicalStaysAsItIs() throws {
        for vector in Vectors.of("canonical") {
            guard let text = vector.contents["canonical"]?.stringValue?.string else { continue }
            #expect(try JSON(parsing: Array(text.utf8)).canonicalText == text)
        }
    }
}

@Suite("Vectors of the diff")
struct DiffVectorTests {
    @Test(arguments: Vectors.of("diff"))
    func eachEnvelopeIsTakenOrRefusedForItsReason(vector: Vector) throws {
        let envelope = try vector.bytes(of: "envelope")

        switch Result(catching: { () throws(DiffError) in try UnverifiedDiff(envelope: envelope) })
        {
        case .success(let diff):
            let accepted = try vector.member("accepted")
            #expect(accepted["id"]?.stringValue?.string == diff.id.base64url)
            #expect(accepted["engagement"]?.stringValue?.string == diff.engagement.base64url)
            #expect(accepted["reference"]?.stringValue?.string == diff.reference.description)
            #expect(accepted["operations"]?.integerValue == Int64(diff.body.operations.count))
        case .failure(let error):
            let refused = try vector.member("refused")
            #expect(refused["code"]?.stringValue?.string == error.code.rawValue)
            #expect(refused["json"]?.stringValue?.string == error.json?.rawValue)
            if let offset = refused["offset"]?.integerValue {
                #expect(Int64(error.offset ?? -1) == offset)
            }
        }
    }

    @Test func everyRefusalOfADiffAloneHasAVector() {
        let codes = Vectors.of("diff").compactMap {
            $0.contents["refused"]?["code"]?.stringValue?.string
        }
        let needMore: Set<DiffRefusal> = [
            .wrongEngagement, .badSignature, .brokenChain, .missingParent, .duplicate, .notMember,
        ]

        #expect(Set(codes) == Set(Set(DiffRefusal.allCases).subtracting(needMore).map(\.rawValue)))
    }

    @Test func whatIsReadIsWrittenBackByteForByte() throws {
        for vector in Vectors.of("diff") where vector.contents["accepted"] != nil {
            let diff = try UnverifiedDiff(envelope: try vector.bytes(of: "envelope"))

            #expect(diff.head.canonicalBytes == diff.headBytes)
            #expect(SHA256Digest(hashing: diff.body.canonicalBytes) == diff.head.body)
        }
    }

    @Test func everyChangeOfAHeadOrBodyIsNoticed() throws {
        let vector = try #require(Vectors.of("diff").first { $0.name == "every-operation" })
        let envelope = try vector.bytes(of: "envelope")
        let original = try UnverifiedDiff(envelope: envelope)
        let signature = envelope.count - 90..<envelope.count

        for index in envelope.indices where !signature.contains(index) {
            var changed = envelope
            changed[index] ^= 1
            if case .success(let diff) = Result(catching: { try UnverifiedDiff(envelope: changed) })
            {
                #expect(diff.id != original.id, "byte \(index)")
            }
        }
    }
}
