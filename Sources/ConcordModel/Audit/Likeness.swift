import ConcordEncoding

/// What a reader takes for the same: case, spaces, the ways to spell é, letters of other scripts that
/// look like Latin ones, and what cannot be seen make no difference.
///
/// Only to tell people and findings apart on a screen; nothing that replicas share follows from it. Two
/// that are taken for the same are both shown with a mark, so that a letter too many in the table costs
/// a mark, and one too few lets somebody pass for another.
struct Likeness: Hashable {
    private let folded: String

    init(_ text: WireText) {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            folded = Self.spaced(text.string.lowercased())
            return
        }
        let upper = Self.folding(text.string, by: Self.capitals).lowercased()
        folded = Self.spaced(Self.folding(upper, by: Self.letters))
    }

    private static func spaced(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func folding(
        _ text: String,
        by table: [Unicode.Scalar: Unicode.Scalar]
    ) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !scalar.properties.isDefaultIgnorableCodePoint {
            folded.append(table[scalar] ?? plain(scalar))
        }
        return String(folded)
    }

    /// The ASCII character of a full-width or mathematical one; any other as it is.
    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let ascii: UInt32? =
            switch scalar.value {
            case 0xFF01...0xFF5E: scalar.value - 0xFEE0
            case 0x1D400...0x1D6A3: 0x61 + (scalar.value - 0x1D400) % 26
            case 0x1D7CE...0x1D7FF: 0x30 + (scalar.value - 0x1D7CE) % 10
            case 0x24B6...0x24CF: 0x61 + scalar.value - 0x24B6
            case 0x24D0...0x24E9: 0x61 + scalar.value - 0x24D0
            case 0x2010...0x2015, 0x2212: 0x2D
            default: nil
            }
        return ascii.flatMap(Unicode.Scalar.init) ?? scalar
    }

    // MARK: Letters that look like Latin ones.

    /// Greek and Cyrillic capitals that look like other Latin letters than their small ones do.
    private static let capitals = pairs([("ΗΝΥВНУ", "HNYBHY")])

    /// Small letters; capitals come here in their small form.
    private static let letters = pairs([
        // Cyrillic.
        ("авгеёзікмнорстухьѕјһӏԁԛԝүґ", "abreë3ikmhopctyxbsjhldqwyr"),
        // Greek.
        ("αβγεζηικμνορτυχωϲϳ", "abyeznikmvoptuxwcj"),
        // Armenian.
        ("օսոհցքզ", "ounhgpq"),
        // Latin letters outside the alphabet: long s, dotless i and j, small capitals, raised
        // letters, signs.
        ("ſıȷɑɡℓꞇʀɪɴʙʜʟᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ", "sijagltrinbhlacdejkmoptuvwz"),
        ("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "abcdefghijklmnoprstuvwxyz"),
        ("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789"),
    ])

    private static func pairs(_ rows: [(String, String)]) -> [Unicode.Scalar: Unicode.Scalar] {
        var table: [Unicode.Scalar: Unicode.Scalar] = [:]
        for (alike, latin) in rows {
            for (from, to) in zip(alike.unicodeScalars, latin.unicodeScalars) { table[from] = to }
        }
        return table
    }
}
