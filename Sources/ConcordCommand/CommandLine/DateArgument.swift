import ConcordAudit
import ConcordEncoding

/// A date as people give it: a year, a month or a day, as ISO 8601 writes them.
enum DateArgument {
    /// The date.
    ///
    /// - Throws: `CommandFailure` if it is not one.
    static func checked(_ text: String, option: String) throws -> String {
        guard !WireText(text).isDate else { return text }
        throw CommandFailure(
            .date,
            "'\(text)' is not a date, which \(option) needs",
            next: "Write it as 2026-03-02, or 2026-03 or 2026 if you do not know the exact day."
        )
    }
}
