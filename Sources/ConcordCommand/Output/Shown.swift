import ConcordEncoding

/// One line of text that may go to a terminal: printable, and nothing of it was sent by somebody else
/// as a control character.
///
/// `Output` takes nothing but this, so that the compiler finds what has not passed. A value made from a
/// `String`, or put into one by interpolation, goes through `PrintableText`; the codes for colours are
/// added by `Style` alone, afterwards.
struct Shown: Hashable, Sendable {
    /// The text without codes for colours.
    private(set) var plain: String
    /// The text as it is sent.
    private(set) var sent: String

    /// Text of anybody, at most so long that what stands around it is found on a screen.
    ///
    /// - Parameter most: the most scalars; more are left out in the middle, since what a sentence says about a name often
    ///   stands behind it.
    init(_ text: String, most: Int = Shown.most) {
        plain = PrintableText.of(Self.bounded(text, to: most))
        sent = plain
    }

    /// The most scalars of a line, before it is wrapped: somebody's name may be as long as a diff allows.
    static let most = 2000

    /// A text without its middle, where it is longer than `most` scalars.
    static func bounded(_ text: String, to most: Int) -> String {
        let scalars = text.unicodeScalars
        guard text.utf8.count > most, scalars.count > most else { return text }
        let (start, end) = (2 * most / 3, most / 3)
        let left = scalars.count - start - end
        return String(scalars.prefix(start))
            + "… (\(left) characters are not shown here; the option --json shows them) …"
            + String(scalars.suffix(end))
    }

    private init(plain: String, sent: String) {
        self.plain = plain
        self.sent = sent
    }

    /// Text of the program with codes around it.
    func between(_ start: String, _ end: String) -> Shown {
        Shown(plain: plain, sent: start + sent + end)
    }

    static func + (left: Shown, right: Shown) -> Shown {
        Shown(plain: left.plain + right.plain, sent: left.sent + right.sent)
    }

    /// The columns that it fills on a terminal.
    var width: Int { Columns.width(of: plain) }
}

extension Shown: ExpressibleByStringInterpolation {
    /// Puts a line together; what is inserted is made printable.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var shown = Shown("")

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) { shown = shown + Shown(literal) }

        mutating func appendInterpolation(_ part: Shown) { shown = shown + part }

        mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            shown = shown + Shown(value.description)
        }
    }

    init(stringLiteral value: String) { self.init(value) }

    init(stringInterpolation: StringInterpolation) { self = stringInterpolation.shown }
}
