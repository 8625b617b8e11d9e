import ConcordEncoding
import ConcordTesting
import Foundation
import Testing

@Suite("Properties of reading and writing")
struct PropertyTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// A new one each time, which is printed; `CONCORD_SEED` replays it.
    private static let newSeed =
        environment["CONCORD_SEED"].flatMap(UInt64.init) ?? .random(in: 0...UInt64.max)
    private static let seeds: [UInt64] = [1, 2, 3, 20_260_302, newSeed]
    /// How many values of a seed are tried: all of them where `CONCORD_ALL_ORDERS` is set, as in `Tools/test`.
    private static let values = environment["CONCORD_ALL_ORDERS"] == nil ? 30 : 300

    private static let documents = [
        #"{"body":{"ops":[{"op":"add","path":"/finding/1/title","value":"B\u0000d \"x\" \\ é€😀"}]}}"#,
        #"[0,-1,9007199254740991,-9007199254740991,true,false,null,"",[],{},{"":""}]"#,
        #"{"1":"\b\t\n\f\r","é":[[]],"😀":{"a":{"b":12}},"ﬁ":0}"#,
        "\"ab\"", "123", "true",
    ]

    @Test(arguments: seeds)
    func whatIsWrittenIsReadAsTheSameValue(_ seed: UInt64) throws {
        print("seed", seed)
        var source = RandomJSON(random: SeededGenerator(seed: seed))
        for _ in 0..<Self.values {
            let value = source.value()
            let bytes = value.canonicalBytes

            let again = try JSON(canonicalBytes: bytes, limits: .document)

            #expect(again == value)
            #expect(again.canonicalBytes == bytes)
        }
    }

    @Test(arguments: seeds)
    func everyFormOfAValueHasTheSameCanonicalBytes(_ seed: UInt64) throws {
        print("seed", seed)
        var source = RandomJSON(random: SeededGenerator(seed: seed))
        for _ in 0..<Self.values {
            let value = source.value()
            let loose = Array(source.looseText(value).utf8)

            let tape = try JSONTape(loose, limits: .document, canonical: false)
            var written: [UInt8] = []
            tape.write(tape.root, canonicalTo: &written)

            #expect(written == value.canonicalBytes)
            #expect(tape.value(tape.root) == value)
            #expect(tape.isCanonical == (loose == written))
            if loose != written {
                let error = #expect(throws: JSONError.self) {
                    try JSON(canonicalBytes: loose, limits: .document)
                }
                #expect(error?.code == .notCanonical)
            }
        }
    }

    @Test(arguments: documents)
    func everyMutationOfOneByteIsRefusedOrMeansSomethingElse(_ document: String) throws {
        let bytes = Array(document.utf8)
        let value = try JSON(canonicalBytes: bytes, limits: .document)
        var refused = 0
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max where byte != bytes[index] {
                var mutation = bytes
                mutation[index] = byte
                do throws(JSONError) {
                    let other = try JSON(canonicalBytes: mutation, limits: .document)
                    #expect(other != value)
                    #expect(other.canonicalBytes == mutation)
                } catch {
                    refused += 1
                    #expect(0...bytes.count ~= error.offset)
                }
            }
        }
        #expect(refused > bytes.count * 100)
    }

    @Test(arguments: documents)
    func everyTruncationIsRefused(_ document: String) throws {
        let bytes = Array(document.utf8)
        for end in bytes.indices where document.first != "1" || end == 0 {
            let error = #expect(throws: JSONError.self) {
                try JSON(parsing: Array(bytes[..<end]))
            }
            let isWithinScalar = end < bytes.count && bytes[end] & 0xC0 == 0x80
            #expect(error?.code == (isWithinScalar ? .notUTF8 : .truncated))
            if !isWithinScalar { #expect(error?.offset == end) }
        }
    }

    @Test(arguments: seeds)
    func randomBytesNeverStopTheReader(_ seed: UInt64) {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("[]{}:,\"\\u0d8trefalsn1-. \n".utf8) + [0x80, 0xC3, 0xA9, 0xF0, 0]
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            do throws(JSONError) {
                let value = try JSON(parsing: bytes, limits: .diff)
                let again = try JSON(canonicalBytes: value.canonicalBytes, limits: .diff)
                #expect(again == value)
            } catch {
                #expect(0...bytes.count ~= error.offset)
            }
        }
    }
}
