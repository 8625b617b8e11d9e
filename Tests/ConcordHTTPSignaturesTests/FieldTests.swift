import ConcordTesting
import Foundation
import Testing

@testable import ConcordHTTPSignatures

/// Structured fields: what is read is written again in the same way, and nothing stops the reader.
@Suite struct FieldTests {
    @Test(arguments: [
        "a=1", "a=-999999999999999", "a=\"x \\\" \\\\ y\"", "a=tok/en:1", "a=:AAEC:", "a=::",
        "a=?0", "a", "a;b", "a=(1 2);c=?0", "a=()", "a=(\"x\";y=1 *t);z, b=2", "*a-b_c.d*=1",
    ])
    func aFieldIsWrittenAsItWasRead(text: String) throws {
        #expect(try #require(FieldDictionary(text)).text == text)
    }

    @Test(arguments: [
        "a=", "a=1,", "a=1,,b=2", "a=1 b=2", "a=1;", "A=1", "1=1", "a=1.5", "a=1234567890123456",
        "a=-", "a=\"x", "a=\"\\x\"", "a=\"ä\"", "a=:AA:", "a=:AB==:", "a=:A-A_:", "a=:AAA", "a=?2",
        "a=(1", "a=(1,2)", "a=(1)b", "a=1, a=2", "a=1;b;b", "a=@1", ",", "a=\u{0}",
    ])
    func whatIsNoDictionaryIsRefused(text: String) {
        #expect(FieldDictionary(text) == nil)
    }

    @Test func aFieldIsBounded() {
        let most = FieldDictionary.membersMax
        func names(_ count: Int, _ separator: String) -> String {
            (0..<count).map { "a\($0)" }.joined(separator: separator)
        }

        #expect(FieldDictionary(names(most, ", ")) != nil)
        #expect(FieldDictionary(names(most + 1, ", ")) == nil)
        #expect(FieldDictionary("a=(" + names(most, " ") + ")") != nil)
        #expect(FieldDictionary("a=(" + names(most + 1, " ") + ")") == nil)
        #expect(FieldDictionary("a;" + names(most, ";")) != nil)
        #expect(FieldDictionary("a;" + names(most + 1, ";")) == nil)
        let room = String(repeating: "x", count: FieldDictionary.bytesMax - 4)
        #expect(FieldDictionary("a=\"\(room)\"") != nil)
        #expect(FieldDictionary("a=\"\(room)x\"") == nil)
    }

    /// Random texts of the characters that mean something: whatever is read has one spelling, which is read as the
    /// same.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func whateverIsReadHasASpellingThatIsReadAsTheSame(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("ab*=;,() \t\"\\:?01-.A/+_")
        var read = 0
        for _ in 0..<40_000 {
            let length = Int.random(in: 0...24, using: &random)
            let text = String(
                (0..<length).map { _ in alphabet.randomElement(using: &random) ?? "a" }
            )
            guard let dictionary = FieldDictionary(text) else { continue }
            read += 1
            #expect(FieldDictionary(dictionary.text) == dictionary, "\(text)")
        }
        #expect(read > 100)
    }

    /// Every change of one byte of a real field is refused, or reads as something else.
    @Test func aChangedByteIsRefusedOrReadsDifferently() throws {
        let text = #"sig=("@method" "content-digest");created=1618884473;keyid="k";x=:AAEC:"#
        let original = try #require(FieldDictionary(text))
        let bytes = Array(text.utf8)
        for place in bytes.indices {
            for byte in UInt8(0x20)...0x7E where byte != bytes[place] {
                var changed = bytes
                changed[place] = byte
                let other = FieldDictionary(String(decoding: changed, as: UTF8.self))
                #expect(other != original, "\(String(decoding: changed, as: UTF8.self))")
            }
        }
    }
}
