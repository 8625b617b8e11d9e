import ConcordEncoding
import ConcordMerge

/// Changes of a text.
enum TextChanges {
    /// A text beside an earlier one, as `wdiff` writes it: `[-gone-]`, `{+new+}`; long stretches that
    /// both have are cut in the middle.
    static func marked(_ changes: [TextChange]) -> String {
        changes.enumerated().map { index, change in
            switch change.kind {
            case .deleted: return "[-\(change.text)-]"
            case .inserted: return "{+\(change.text)+}"
            case .kept:
                return shortened(
                    change.text.string,
                    isFirst: index == 0,
                    isLast: index == changes.count - 1
                )
            }
        }.joined()
    }

    private static let keptAround = 30

    private static func shortened(_ text: String, isFirst: Bool, isLast: Bool) -> String {
        guard text.count > 3 * keptAround else { return text }
        let start = isFirst ? "" : String(text.prefix(keptAround))
        let end = isLast ? "" : String(text.suffix(keptAround))
        return "\(start) … \(end)"
    }
}
