import Mustache

/// Escapes text for HTML, scalar by scalar.
///
/// The library's own escaping goes by what a reader sees as one character, so that a quote or an
/// angle bracket followed by a combining mark passes unescaped and can end an attribute. A browser
/// reads scalars, and so does this.
struct HTMLEscaping: MustacheContentType {
    static let name = "CONCORD_HTML"

    func escapeText(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            case "\n", "\t", "\r": escaped.append(scalar)
            // Control characters are no text; HTML forbids them even as references.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
