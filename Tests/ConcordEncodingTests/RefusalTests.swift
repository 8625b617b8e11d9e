import ConcordEncoding
import Testing

/// A text, what it is refused with, and where.
struct RefusalCase: Sendable, CustomTestStringConvertible {
    let text: [UInt8]
    let code: JSONRefusal
    let offset: Int
    var limits = JSONLimits.document
    var isStrict = false

    init(
        _ text: String,
        _ code: JSONRefusal,
        _ offset: Int,
        limits: JSONLimits = .document,
        strict: Bool = false
    ) {
        self.init(bytes: Array(text.utf8), code, offset, limits: limits, strict: strict)
    }

    init(
        bytes: [UInt8],
        _ code: JSONRefusal,
        _ offset: Int,
        limits: JSONLimits = .document,
        strict: Bool = false
    ) {
        (text, self.code, self.offset, self.limits) = (bytes, code, offset, limits)
        isStrict = strict
    }

    var testDescription: String { "\(code.rawValue): \(String(decoding: text, as: UTF8.self))" }

    static let tiny = JSONLimits(bytes: 64, depth: 2, stringBytes: 4, asciiKeys: true)

    static let all: [RefusalCase] = [
        RefusalCase(bytes: Array(repeating: 0x20, count: 65), .tooLarge, 64, limits: tiny),
        RefusalCase(bytes: [0x22, 0x80, 0x22], .notUTF8, 1),
        RefusalCase(bytes: [0x22, 0xC0, 0x80, 0x22], .notUTF8, 1),
        RefusalCase(bytes: [0x22, 0x41, 0xE2, 0x82, 0x22], .notUTF8, 2),
        RefusalCase(bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], .notUTF8, 1),
        RefusalCase(bytes: [0x22, 0xE0, 0x9F, 0xBF, 0x22], .notUTF8, 1),
        RefusalCase(bytes: [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], .notUTF8, 1),
        RefusalCase(bytes: [0x22, 0xF0, 0x8F, 0xBF, 0xBF, 0x22], .notUTF8, 1),
        RefusalCase(bytes: [0x22, 0xF0, 0x9F, 0x98, 0x22], .notUTF8, 1),
        RefusalCase(bytes: [0x22, 0xFF, 0x22], .notUTF8, 1),
        RefusalCase(bytes: [0x5B, 0x31, 0x2C, 0xE2, 0x82], .notUTF8, 3),
        RefusalCase("", .truncated, 0),
        RefusalCase("  ", .truncated, 2),
        RefusalCase("[", .truncated, 1),
        RefusalCase("[1", .truncated, 2),
        RefusalCase("[1,", .truncated, 3),
        RefusalCase("{\"a\"", .truncated, 4),
        RefusalCase("\"ab", .truncated, 3),
        RefusalCase("\"a\\", .truncated, 3),
        RefusalCase("\"\\u00", .truncated, 5),
        RefusalCase("\"\\ud800", .truncated, 7),
        RefusalCase("tru", .truncated, 3),
        RefusalCase("-", .truncated, 1),
        RefusalCase("[1]]", .unexpected, 3),
        RefusalCase("[1}", .unexpected, 2),
        RefusalCase("[,1]", .unexpected, 1),
        RefusalCase("[1,]", .unexpected, 3),
        RefusalCase("{,}", .unexpected, 1),
        RefusalCase("{\"a\":1,}", .unexpected, 7),
        RefusalCase("{\"a\" 1}", .unexpected, 5),
        RefusalCase("{1:2}", .unexpected, 1),
        RefusalCase("[1 2]", .unexpected, 3),
        RefusalCase("nul1", .unexpected, 3),
        RefusalCase("NaN", .unexpected, 0),
        RefusalCase("+1", .unexpected, 0),
        RefusalCase("01", .unexpected, 1),
        RefusalCase("-01", .unexpected, 2),
        RefusalCase("-a", .unexpected, 1),
        RefusalCase("\"\\x\"", .unexpected, 2),
        RefusalCase("\"\\u00g0\"", .unexpected, 5),
        RefusalCase("\"a\nb\"", .unexpected, 2),
        RefusalCase("\"a\u{0}\"", .unexpected, 2),
        RefusalCase("'a'", .unexpected, 0),
        RefusalCase("\u{FEFF}1", .unexpected, 0),
        RefusalCase("1\u{A0}", .unexpected, 1),
        RefusalCase("[1]//", .unexpected, 3),
        RefusalCase("[[[1]]]", .tooDeep, 2, limits: tiny),
        RefusalCase("[[{}]]", .tooDeep, 2, limits: tiny),
        RefusalCase("[[],[[]]]", .tooDeep, 5, limits: tiny),
        RefusalCase(#""\ud800""#, .loneSurrogate, 1),
        RefusalCase(#""a\uDC00""#, .loneSurrogate, 2),
        RefusalCase(#""\ud800\n""#, .loneSurrogate, 1),
        RefusalCase(#""\ud800\u0041""#, .loneSurrogate, 1),
        RefusalCase(#""\ud800\ud800\udc00""#, .loneSurrogate, 1),
        RefusalCase("[1.5]", .float, 1),
        RefusalCase("[1.0]", .float, 1),
        RefusalCase("1e2", .float, 0),
        RefusalCase("-0", .float, 0),
        RefusalCase("[ -0 ]", .float, 2),
        RefusalCase("99999999999999999999E9", .float, 0),
        RefusalCase("9007199254740992", .integerRange, 0),
        RefusalCase("[-9007199254740992]", .integerRange, 1),
        RefusalCase("18446744073709551617", .integerRange, 0),
        RefusalCase("[\"abcde\"]", .stringTooLong, 1, limits: tiny),
        RefusalCase(#"["\u00e9\u00e9x"]"#, .stringTooLong, 1, limits: tiny),
        RefusalCase("{\"abcde\":1}", .stringTooLong, 1, limits: tiny),
        RefusalCase("{\"a\":1,\"é\":2}", .keyNotASCII, 7, limits: tiny),
        RefusalCase(#"{"\u00e9":2}"#, .keyNotASCII, 1, limits: tiny),
        RefusalCase(#"{"a":1,"a":2}"#, .duplicateKey, 7),
        RefusalCase(#"{"b":1,"a":2,"b":3}"#, .duplicateKey, 13),
        RefusalCase(#"{"a":1,"b":2,"a":3}"#, .duplicateKey, 13, strict: true),
        RefusalCase(#"{"a":1,"\u0061":2}"#, .duplicateKey, 7),
        RefusalCase(#"{"b":{"b":1,"a":2},"a":3,"b":1.5}"#, .duplicateKey, 25),
        RefusalCase(" 1", .notCanonical, 0, strict: true),
        RefusalCase("1\n", .notCanonical, 1, strict: true),
        RefusalCase("[1, 2]", .notCanonical, 3, strict: true),
        RefusalCase(#"{"b":1,"a":2}"#, .notCanonical, 7, strict: true),
        RefusalCase(#""a\/""#, .notCanonical, 2, strict: true),
        RefusalCase(#""\u0041""#, .notCanonical, 1, strict: true),
        RefusalCase(#""\u000a""#, .notCanonical, 1, strict: true),
        RefusalCase(#""\u001F""#, .notCanonical, 1, strict: true),
        RefusalCase(#""\u0022""#, .notCanonical, 1, strict: true),
        RefusalCase(#""\ud83d\ude00""#, .notCanonical, 1, strict: true),
    ]
}

@Suite("What is refused as JSON")
struct RefusalTests {
    @Test(arguments: RefusalCase.all)
    func eachRefusalHasItsCodeAndPlace(_ sample: RefusalCase) {
        let expected = JSONError(code: sample.code, offset: sample.offset)

        #expect(throws: expected) {
            try JSONTape(sample.text, limits: sample.limits, canonical: sample.isStrict)
        }
        #expect(throws: expected) {
            if sample.isStrict {
                _ = try JSON(canonicalBytes: sample.text, limits: sample.limits)
            } else {
                _ = try JSON(parsing: sample.text, limits: sample.limits)
            }
        }
    }

    @Test func everyCodeHasACase() {
        #expect(Set(RefusalCase.all.map(\.code)) == Set(JSONRefusal.allCases))
    }

    @Test func theOffsetCountsFromTheBeginningOfTheArray() {
        let bytes = Array(#"{"head":[1.5]}"#.utf8)

        #expect(throws: JSONError(code: .float, offset: 9)) {
            try JSONTape(bytes, in: 8..<13, limits: .diff, canonical: true)
        }
    }

    @Test func aDoubleAmongManyUnorderedKeysIsFound() throws {
        let keys = (0..<1000).map { "\"\(($0 * 7919) % 1000)\":0" }
        let text = "{" + keys.joined(separator: ",")

        #expect(try JSON(parsing: Array((text + "}").utf8)).objectValue?.count == 1000)
        #expect(throws: JSONError(code: .duplicateKey, offset: text.utf8.count + 1)) {
            try JSON(parsing: Array((text + ",\"500\":1}").utf8))
        }
    }

    @Test func whatIsExactlyAtALimitIsTaken() throws {
        let limits = RefusalCase.tiny
        for text in ["[[1]]", "\"abcd\"", #""\u00e9é""#, "{\"abcd\":{}}"] {
            _ = try JSON(parsing: Array(text.utf8), limits: limits)
        }
        _ = try JSON(parsing: Array(repeating: 0x20, count: 63) + [0x31], limits: limits)
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func aBombOfBracketsIsRefusedAtTheLimit(_ bracket: String) {
        let bomb = Array(String(repeating: bracket, count: 2_000_000).utf8)

        let error = #expect(throws: JSONError.self) { try JSON(parsing: bomb) }
        #expect(error?.code == .tooDeep)
        #expect((error?.offset ?? .max) < 1000)
    }
}
