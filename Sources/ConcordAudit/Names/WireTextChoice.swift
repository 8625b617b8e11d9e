import ConcordEncoding

extension [WireText] {
    /// The words as a choice: "a", "a or b", "a, b or c".
    package var asChoice: String {
        guard let last else { return "" }
        let others = dropLast().map(\.string).joined(separator: ", ")
        return others.isEmpty ? last.string : "\(others) or \(last)"
    }
}
