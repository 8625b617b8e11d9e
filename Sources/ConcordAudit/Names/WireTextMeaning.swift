package import ConcordEncoding

extension WireText {
    /// Whether nobody can see anything of a text: spaces, and what looks like them or like nothing.
    package var isBlank: Bool {
        string.unicodeScalars.allSatisfy { scalar in
            let properties = scalar.properties
            if properties.isWhitespace || properties.isDefaultIgnorableCodePoint { return true }
            // The blank sign of Braille, and letters of Hangul that are drawn as nothing.
            if ["\u{2800}", "\u{115F}", "\u{1160}", "\u{3164}", "\u{FFA0}"].contains(scalar) {
                return true
            }
            switch properties.generalCategory {
            case .control, .format, .surrogate, .unassigned, .nonspacingMark, .enclosingMark:
                return true
            default: return false
            }
        }
    }

    /// Whether a text is a date as ISO 8601 writes it, and the calendar has it: a year, a month or a day.
    package var isDate: Bool {
        let text = string
        guard text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "-" }) else { return false }
        switch text.count {
        case 4: return Timestamp(text + "-01-01T00:00:00Z") != nil
        case 7: return Timestamp(text + "-01T00:00:00Z") != nil
        case 10: return Timestamp(text + "T00:00:00Z") != nil
        default: return false
        }
    }
}
