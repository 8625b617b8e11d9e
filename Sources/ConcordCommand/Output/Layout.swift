/// Text laid out in columns of a fixed width, counted in characters.
enum Layout {
    /// The text in lines of at most `width` characters, broken between words; longer words are
    /// broken where they must be.
    static func wrap(_ text: String, width: Int) -> [String] {
        let paragraphs = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return paragraphs.flatMap { wrapParagraph($0, width: max(8, width)) }
    }

    private static func wrapParagraph(_ text: Substring, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var word = word
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            while word.count > width {
                lines.append(String(word.prefix(width)))
                word = word.dropFirst(width)
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return lines + [line]
    }

    /// The wrapped text, each line behind `indent` spaces.
    static func indented(_ text: String, by indent: Int) -> [String] {
        wrap(text, width: Terminal.width - indent).map { line in
            line.isEmpty ? "" : String(repeating: " ", count: indent) + line
        }
    }

    /// The text filled up with spaces, or cut with an ellipsis.
    static func fit(_ text: String, _ width: Int) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        if line.count > width { return line.prefix(max(0, width - 1)) + "…" }
        return line + String(repeating: " ", count: width - line.count)
    }

    /// "1 finding", "2 findings".
    static func count(_ number: Int, _ noun: String) -> String {
        if number == 1 { return "1 \(noun)" }
        let isY = noun.hasSuffix("y")
        return "\(number) " + (isY ? noun.dropLast() + "ies" : noun + "s")
    }

    /// A table: every column as wide as its widest cell, at most 30 characters but for the last one,
    /// which is cut to fit.
    static func table(_ rows: [[String]], indent: Int = 0) -> [String] {
        guard let columns = rows.map(\.count).max(), columns > 0 else { return [] }
        let widths = (0..<columns).map { column in
            let widest = rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
            return column == columns - 1 ? widest : min(widest, 30)
        }
        let before = widths.dropLast().reduce(indent) { $0 + $1 + 2 }
        let last = max(12, Terminal.width - before)
        let margin = String(repeating: " ", count: indent)
        return rows.map { row in
            var line = margin
            for (column, cell) in row.enumerated() {
                line +=
                    column == columns - 1
                    ? fit(cell, min(last, widths[column])) : fit(cell, widths[column]) + "  "
            }
            return trimmed(line)
        }
    }

    /// Cells beside each other, each wrapped to its share of the width.
    static func sideBySide(_ cells: [[String]], width: Int = Terminal.width) -> [String] {
        guard !cells.isEmpty else { return [] }
        let share = (width - 3 * (cells.count - 1)) / cells.count
        let wrapped = cells.map { $0.flatMap { wrap($0, width: share) } }
        let height = wrapped.map(\.count).max() ?? 0
        return (0..<height).map { row in
            trimmed(
                wrapped.map { row < $0.count ? fit($0[row], share) : fit("", share) }
                    .joined(separator: " | ")
            )
        }
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
