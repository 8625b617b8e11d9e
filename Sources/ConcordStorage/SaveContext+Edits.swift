package import ConcordChanges
import ConcordEncoding

extension SaveContext {
    /// The operations that make of what is shown what `edit` says.
    ///
    /// - Throws: `EditError` where the edit does not fit what is shown.
    package mutating func operations(for edit: Edit) throws -> [Operation] {
        try fold.operations(for: edit, by: author)
    }

    /// The greatest number behind `letter-` among the present findings' draft numbers, or 0.
    package func greatestDraftNumber(letter: String) throws -> Int {
        guard let source = fold.source as? StoreSource else { return 0 }
        let query = try source.statements(
            "SELECT draft_number FROM finding WHERE substr(draft_number, 1, ?2) = ?1")
        query.bind(letter + "-", at: 1)
        query.bind(letter.unicodeScalars.count + 1, at: 2)
        let numbers = try query.rows { Int($0.string(0).dropFirst(letter.count + 1)) ?? 0 }
        return numbers.max() ?? 0
    }
}
