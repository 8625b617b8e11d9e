import ConcordEncoding
import Testing

@Suite("The flat form of a JSON text")
struct TapeTests {
    private func tape(_ text: String) throws -> JSONTape {
        try JSONTape(Array(text.utf8), limits: .document, canonical: false)
    }

    @Test func itsNodesCanBeWalked() throws {
        let tape = try tape(#"{"a":[1,{"b":null}],"c":true,"d":"x"}"#)

        let a = try #require(tape.member(tape.root, "a"))
        let first = tape.firstChild(a)
        let second = tape.next(first)

        #expect(tape.kind(tape.root) == .object)
        #expect(tape.count(tape.root) == 3)
        #expect(tape.kind(a) == .array)
        #expect(tape.count(a) == 2)
        #expect(tape.integer(first) == 1)
        #expect(tape.kind(second) == .object)
        #expect(tape.next(second) == tape.next(a))
        #expect(tape.string(tape.next(a)) == "c")
        #expect(tape.bool(tape.next(a) + 1))
        #expect(tape.member(tape.root, "e") == nil)
        #expect(tape.next(tape.root) == tape.nodeCount)
        #expect(tape.elements(a) == [first, second])
        #expect(tape.members(tape.root).map { tape.string($0.key) } == ["a", "c", "d"])
    }

    @Test func escapedKeysAndStringsAreComparedByWhatTheyMean() throws {
        let tape = try tape(#"{"\u0061":"\u00e9\n","b":"é"}"#)

        let a = try #require(tape.member(tape.root, "a"))
        #expect(tape.string(a) == "é\n")
        #expect(tape.equals(a, "é\n"))
        #expect(!tape.equals(a, "é"))
        #expect(!tape.equals(tape.root, "é"))
        #expect(tape.value(tape.root) == ["a": "é\n", "b": "é"])
    }

    @Test func aRangeIsThatOfTheValueInTheArray() throws {
        let bytes = Array(#"xx{"a":[10,"b"]}yy"#.utf8)

        let tape = try JSONTape(bytes, in: 2..<16, limits: .diff, canonical: true)
        let a = try #require(tape.member(tape.root, "a"))

        #expect(tape.range(tape.root) == 2..<16)
        #expect(tape.range(a) == 7..<15)
        #expect(tape.range(a + 1) == 8..<10)
        #expect(tape.integer(a + 1) == 10)
        #expect(tape.string(a + 2) == "b")
        var written: [UInt8] = []
        tape.write(a, canonicalTo: &written)
        #expect(written == Array(#"[10,"b"]"#.utf8))
    }

    @Test(arguments: [0, 7, -7, 9_007_199_254_740_991, -9_007_199_254_740_991] as [Int64])
    func integersAreRead(_ value: Int64) throws {
        #expect(try tape("[\(value)]").integer(1) == value)
    }

    @Test func digestsAndBytesAreReadFromBase64URL() throws {
        let digest = SHA256Digest(hashing: [1, 2, 3])
        let tape = try tape(#"["\#(digest.base64url)","AQI","AQJ",5,"\#(digest.base64url)A"]"#)
        let nodes = tape.elements(tape.root)

        #expect(tape.digest(nodes[0]) == digest)
        #expect(tape.base64URL(nodes[0]) == digest.bytes)
        #expect(tape.base64URL(nodes[1]) == [1, 2])
        #expect(tape.base64URL(nodes[2]) == nil)
        #expect(tape.base64URL(nodes[3]) == nil)
        #expect(tape.digest(nodes[1]) == nil)
        #expect(tape.digest(nodes[3]) == nil)
        #expect(tape.digest(nodes[4]) == nil)
    }
}
