/// Makes text from other people safe to show: everything that is not printable becomes visible.
///
/// A title, a name or a server's message may hold anything that Unicode has. Sent to a terminal as it
/// is, an escape sequence moves the cursor or writes the clipboard, a line break fakes a line of the
/// program, and a bidirectional control shows words in an order that nobody wrote. So everything that
/// comes from somebody else passes through here before a person sees it: control characters become
/// their pictures (`␛`), and other invisible characters are named (`<U+202E>`). Marks on one letter
/// are counted if there are more than any script writes (`<+40 marks>`), because thousands of them
/// would cover the lines around. Nothing disappears without a sign.
///
/// Two things pass that readers distinguish: variation selectors of emoji, and joiners where a script
/// or an emoji is written with them.
public enum PrintableText {
    /// The text in one line, with everything that cannot be seen made visible; printable text as it
    /// is.
    public static func of(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var shown = String.UnicodeScalarView()
        var before: Unicode.Scalar?
        var marks = 0
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            marks = isMark(scalar) ? marks + 1 : 0
            if marks > marksMax {
                if rest.first.map(isMark) == true { continue }
                shown.append(contentsOf: "<+\(marks - marksMax) marks>".unicodeScalars)
            } else if isPrintable(scalar, between: before, and: rest.first) {
                shown.append(scalar)
            } else {
                shown.append(contentsOf: picture(of: scalar).unicodeScalars)
            }
            before = scalar
        }
        return String(shown)
    }

    /// The marks that may stand on one letter: no script writes more.
    private static let marksMax = 8

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: return true
        default: return false
        }
    }

    /// Whether a scalar is visible as itself in any place.
    public static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            return false
        case .format:
            // Number signs and the like, which are drawn with what follows them.
            return prependedMarks.contains { $0.contains(scalar.value) }
        default: return !scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func isPrintable(
        _ scalar: Unicode.Scalar,
        between before: Unicode.Scalar?,
        and after: Unicode.Scalar?
    ) -> Bool {
        if isPrintable(scalar) { return true }
        guard let before else { return false }
        if isEmojiSelector(scalar) { return before.properties.isEmoji }
        guard let after else { return false }
        switch scalar {
        case "\u{200D}":
            return isEmoji(before) && isEmoji(after) || isJoining(before) && isJoining(after)
        case "\u{200C}": return isJoining(before) && isJoining(after)
        default: return false
        }
    }

    private static let prependedMarks: [ClosedRange<UInt32>] = [
        0x0600...0x0605, 0x06DD...0x06DD, 0x070F...0x070F, 0x0890...0x0891, 0x08E2...0x08E2,
        0x110BD...0x110BD, 0x110CD...0x110CD,
    ]

    private static func isEmojiSelector(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{FE0E}" || scalar == "\u{FE0F}"
    }

    private static func isEmoji(_ scalar: Unicode.Scalar) -> Bool {
        isEmojiSelector(scalar) || scalar.value >= 0x2000 && scalar.properties.isEmoji
    }

    /// Whether a scalar belongs to one of the scripts that are written with joiners: Arabic to the
    /// scripts of South and South-East Asia.
    private static func isJoining(_ scalar: Unicode.Scalar) -> Bool {
        guard (0x0600..<0x2000).contains(scalar.value) else { return false }
        switch scalar.properties.generalCategory {
        case .otherLetter, .nonspacingMark, .spacingMark: return true
        default: return false
        }
    }

    /// What stands for a scalar that cannot be seen.
    private static func picture(of scalar: Unicode.Scalar) -> String {
        if scalar.value < 0x20, let picture = Unicode.Scalar(0x2400 + scalar.value) {
            return String(picture)
        }
        if scalar.value == 0x7F { return "\u{2421}" }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
    }
}
