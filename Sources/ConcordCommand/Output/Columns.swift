/// How many columns text fills on a terminal.
///
/// Counted by what a reader sees as one character: two for those of East Asia and for emoji, one for
/// all others. Text has passed `PrintableText` before, so that nothing in it fills none.
enum Columns {
    /// The columns of a text.
    static func width(of text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + width(of: $1) }
    }

    /// The columns of one character.
    static func width(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.properties.isEmojiPresentation { return 2 }
        if character.unicodeScalars.contains("\u{FE0F}"), first.properties.isEmoji { return 2 }
        return wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    /// As much of the beginning of a text as fits into a number of columns.
    static func prefix(_ text: Substring, _ columns: Int) -> Substring {
        var end = text.startIndex
        var used = 0
        while end < text.endIndex {
            used += width(of: text[end])
            if used > columns { break }
            end = text.index(after: end)
        }
        return text[..<end]
    }

    /// The blocks whose characters are wide or full-width (Unicode Standard Annex 11).
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x1F300...0x1F64F,
        0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
