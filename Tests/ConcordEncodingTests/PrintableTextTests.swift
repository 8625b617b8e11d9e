import ConcordEncoding
import Testing

@Suite struct PrintableTextTests {
    @Test(arguments: [
        ("Fire door blocked", "Fire door blocked"),
        ("Prüfung unvollständig – 50 €", "Prüfung unvollständig – 50 €"),
        ("\u{1B}[31mred", "␛[31mred"), ("a\u{07}b\u{7F}c", "a␇b␡c"),
        ("\u{9B}31m", "<U+009B>31m"), ("one\ntwo\r\n\tthree", "one␊two␍␊␉three"),
        ("\u{202E}txet", "<U+202E>txet"), ("a\u{2066}b\u{2069}", "a<U+2066>b<U+2069>"),
        ("a\u{2028}b\u{2029}", "a<U+2028>b<U+2029>"), ("ad\u{200B}min", "ad<U+200B>min"),
        ("ad\u{200D}min", "ad<U+200D>min"), ("\u{FEFF}x", "<U+FEFF>x"),
        ("\u{E0041}\u{E0042}", "<U+E0041><U+E0042>"), ("a\u{FE0F}", "a<U+FE0F>"),
        ("soft\u{AD}hyphen", "soft<U+00AD>hyphen"), ("\u{3164}", "<U+3164>"),
        ("\u{E000}\u{FFFF}", "<U+E000><U+FFFF>"),
    ])
    func whatCannotBeSeenIsMadeVisible(_ text: String, _ shown: String) {
        #expect(PrintableText.of(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
    }

    @Test(arguments: [
        "日本語の題名", "שלום", "Ελληνικά", "می\u{200C}خواهم", "क\u{094D}\u{200D}ष",
        "👩\u{200D}🔧 ❤\u{FE0F} 1\u{FE0F}\u{20E3}", "e\u{301}",
    ])
    func scriptsAndEmojiPassAsTheyAreWritten(_ text: String) {
        #expect(PrintableText.of(text).unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test func noScalarPassesThatMovesTheCursorOrHides() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isHidden =
                scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.isBidiControl
                || value < 0x20 || (0x7F...0x9F).contains(value)
                || value == 0x2028 || value == 0x2029
            guard isHidden else { continue }

            let shown = PrintableText.of("a\(scalar)b").unicodeScalars

            #expect(!shown.contains(scalar), "U+\(String(value, radix: 16))")
        }
    }

    @Test func marksBeyondWhatAnyScriptWritesAreCounted() {
        let few = "Z" + String(repeating: "\u{301}", count: 8)
        let many = "Z" + String(repeating: "\u{301}\u{489}", count: 30_000) + "x"

        #expect(PrintableText.of(few) == few)
        #expect(PrintableText.of(many).hasSuffix("<+59992 marks>x"))
        #expect(PrintableText.of(many).unicodeScalars.count < 40)
    }

    @Test func whatHasPassedPassesAgain() {
        let marks = String(repeating: "\u{301}", count: 20)
        let once = PrintableText.of("a\u{1B}[2J\u{202E}\nb 👩\u{200D}🔧 \(marks)")

        #expect(PrintableText.of(once) == once)
    }
}
