public import ConcordEncoding
import ConcordText

/// A piece of a text compared with another version of it.
public struct TextChange: Hashable, Sendable {
    /// Whether the piece is in one version or in both.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// It is in both.
        case kept
        /// It is only in the earlier one.
        case deleted
        /// It is only in the later one.
        case inserted
    }

    /// Whether it is in one version or in both.
    public let kind: Kind
    /// The piece.
    public let text: WireText

    /// A piece of a text.
    public init(_ kind: Kind, _ text: WireText) {
        self.kind = kind
        self.text = text
    }

    /// The differences between two texts, word by word, in reading order.
    public static func between(_ from: WireText, _ to: WireText) -> [TextChange] {
        var changes: [TextChange] = []
        let old = Array(from.unicodeScalars)
        var taken = 0
        // Positions count in the later text: what a splice has inserted stands before the next one.
        var shift = 0
        func append(_ kind: Kind, _ scalars: some Sequence<Unicode.Scalar>) {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            if !text.isEmpty { changes.append(TextChange(kind, WireText(String(text)))) }
        }
        for splice in wordSplices(from: from.string, to: to.string) {
            let start = splice.at - shift
            append(.kept, old[taken..<start])
            append(.deleted, old[start..<start + splice.delete])
            append(.inserted, splice.insert.unicodeScalars)
            taken = start + splice.delete
            shift += splice.insert.unicodeScalars.count - splice.delete
        }
        append(.kept, old[taken...])
        return changes
    }
}

/// A stretch of a shown text that one save wrote.
public struct TextStretchAccount: Hashable, Sendable {
    /// The words, as they are shown.
    public let text: WireText
    /// Whose they are.
    public let by: WriteAccount
}
