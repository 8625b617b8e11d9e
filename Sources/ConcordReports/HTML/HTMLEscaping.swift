import ConcordEncoding
import Mustache

/// Escapes text for HTML, scalar by scalar, and keeps each text to itself.
///
/// The library's own escaping goes by what a reader sees as one character, so that a quote or an
/// angle bracket followed by a combining mark passes unescaped and can end an attribute. A browser
/// reads scalars, and so does this.
///
/// A text that is written from right to left stands within an isolate, so that it does not turn what
/// is next to it; controls that turn text (overrides, embeddings, isolates of somebody's own) and
/// what cannot be seen are named instead, as on a terminal (`PrintableText`).
struct HTMLEscaping: MustacheContentType {
    static let name = "CONCORD_HTML"

    func escapeText(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        var turns = false
        for scalar in Self.visible(text).unicodeScalars {
            switch scalar {
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            default:
                turns = turns || Self.isRightToLeft(scalar)
                escaped.append(scalar)
            }
        }
        return turns ? "\u{2068}" + String(escaped) + "\u{2069}" : String(escaped)
    }

    /// The text with its line breaks, tabs as spaces, and all else that cannot be seen made visible.
    private static func visible(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        return text.split(omittingEmptySubsequences: false) { ["\n", "\r\n", "\r"].contains($0) }
            .map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false)
                    .map { PrintableText.of(String($0)) }.joined(separator: " ")
            }
            .joined(separator: "\n")
    }

    /// Whether a scalar belongs to one of the scripts that are written from right to left.
    private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF,
            0x1E800...0x1EFFF:
            true
        default: false
        }
    }
}
