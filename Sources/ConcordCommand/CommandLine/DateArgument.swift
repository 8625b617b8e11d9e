import ConcordEncoding

/// A date as people give it: a year, a month or a day, as ISO 8601 writes them.
enum DateArgument {
    /// Whether a text is such a date, and the calendar has it.
    static func isDate(_ text: String) -> Bool {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "-" }) else { return false }
        switch text.count {
        case 4: return Timestamp(text + "-01-01T00:00:00Z") != nil
        case 7: return Timestamp(text + "-01T00:00:00Z") != nil
        case 10: return Timestamp(text + "T00:00:00Z") != nil
        default: return false
        }
    }

    /// The date.
    ///
    /// - Throws: `CommandFailure` if it is not one.
    static func checked(_ text: String, option: String) throws -> String {
        guard !isDate(text) else { return text }
        throw CommandFailure(
            .badInput,
            "date",
            "'\(text)' is not a date that \(option) takes",
            next: "Write it as 2026-03-02, or 2026-03 or 2026 if you know no more."
        )
    }
}
