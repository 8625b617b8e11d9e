/// Text laid out in the columns of a terminal.
///
/// What comes in may be anybody's text; what goes out is `Shown`. A line break is a sign like others
/// (`␊`) but in `paragraphs`, which is for texts that people write in several lines and is always
/// indented, so that no text can look like a line of the program.
enum Layout {
    /// The text in lines of at most `width` columns, broken between words; longer words are broken
    /// where they must be.
    static func wrap(_ text: Shown, width: Int) -> [Shown] {
        let width = max(8, width)
        var lines: [Shown] = []
        var line = ""
        var used = 0
        for word in text.plain.split(separator: " ") {
            var word = word
            var columns = Columns.width(of: word)
            if !line.isEmpty, used + 1 + columns > width {
                lines.append(Shown(line))
                line = ""
                used = 0
            }
            while columns > width {
                let part = Columns.prefix(word, width)
                lines.append(Shown(String(part)))
                columns -= Columns.width(of: part)
                word = word[part.endIndex...]
            }
            if !line.isEmpty {
                line += " "
                used += 1
            }
            line += word
            used += columns
        }
        return lines + [Shown(line)]
    }

    /// A text in one line of at most `width` columns, cut with an ellipsis: for a name within a sentence.
    static func short(_ text: String, _ width: Int = 60) -> String {
        // Cut before it is looked at closely: somebody's name may be as long as a diff allows.
        let start = String(text.unicodeScalars.prefix(8 * width))
        let shown = Shown(start)
        if shown.width <= width, start.unicodeScalars.count == text.unicodeScalars.count {
            return text
        }
        return Columns.prefix(Substring(shown.plain), width - 1) + "…"
    }

    /// The wrapped text, each line behind `indent` spaces.
    static func indented(_ text: Shown, by indent: Int) -> [Shown] {
        let margin = Shown(String(repeating: " ", count: indent))
        return wrap(text, width: Terminal.width - indent).map { line in
            line.plain.isEmpty ? "" : margin + line
        }
    }

    /// A text that may have several lines, each of them wrapped and behind `indent` spaces, which are
    /// at least two.
    static func paragraphs(_ text: String, by indent: Int) -> [Shown] {
        precondition(indent >= 2, "a text of somebody's may not look like a line of the program")
        return Shown.bounded(text, to: textMost)
            .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .flatMap { indented(Shown(String($0), most: 2 * textMost), by: indent) }
    }

    /// The most scalars of a text that is shown in paragraphs.
    static let textMost = 20_000

    /// The text filled up with spaces, or cut with an ellipsis.
    static func fit(_ text: Shown, _ width: Int) -> Shown {
        let used = text.width
        if used > width {
            let cut = Columns.prefix(Substring(text.plain), max(0, width - 1)) + "…"
            return filled(Shown(String(cut)), width)
        }
        return filled(text, width)
    }

    private static func filled(_ text: Shown, _ width: Int) -> Shown {
        text + Shown(String(repeating: " ", count: max(0, width - text.width)))
    }

    /// "1 finding", "2 findings".
    static func count(_ number: Int, _ noun: String) -> String {
        if number == 1 { return "1 \(noun)" }
        let isY = noun.hasSuffix("y")
        return "\(number) " + (isY ? noun.dropLast() + "ies" : noun + "s")
    }

    /// A table: every column as wide as its widest cell, the widest ones cut until a row fits the
    /// terminal.
    static func table(_ rows: [[String]], indent: Int = 0) -> [Shown] {
        let cells = rows.map { $0.map { Shown($0) } }
        guard let columns = cells.map(\.count).max(), columns > 0 else { return [] }
        let widest = (0..<columns).map { column in
            cells.map { column < $0.count ? $0[column].width : 0 }.max() ?? 0
        }
        let widths = fitted(widest, into: Terminal.width - indent - 2 * (columns - 1))
        let margin = Shown(String(repeating: " ", count: indent))
        return cells.map { row in
            var line = margin
            for (column, cell) in row.enumerated() {
                if column > 0 { line = line + "  " }
                line =
                    line
                    + (column == row.count - 1 && cell.width <= widths[column]
                        ? cell : fit(cell, widths[column]))
            }
            return trimmed(line)
        }
    }

    /// Widths of columns that together fill no more than `space`: the widest give way, and the last
    /// one, which says most, only when the others have.
    private static func fitted(_ widths: [Int], into space: Int) -> [Int] {
        var widths = widths
        let least = 6
        while widths.reduce(0, +) > space {
            let last = widths.count - 1
            let weights = widths.enumerated().map { index, width in
                width <= least ? 0 : index == last ? width / 2 : width
            }
            guard let most = weights.max(), most > 0, let column = weights.firstIndex(of: most)
            else { break }
            widths[column] -= 1
        }
        return widths
    }

    /// Cells beside each other, each wrapped to its share of the width.
    static func sideBySide(_ cells: [[Shown]], width: Int = Terminal.width) -> [Shown] {
        guard !cells.isEmpty else { return [] }
        let share = (width - 3 * (cells.count - 1)) / cells.count
        let wrapped = cells.map { $0.flatMap { wrap($0, width: share) } }
        let height = wrapped.map(\.count).max() ?? 0
        return (0..<height).map { row in
            let parts = wrapped.map { row < $0.count ? fit($0[row], share) : fit("", share) }
            let line = parts.dropFirst().reduce(parts[0]) { $0 + " | " + $1 }
            return trimmed(line)
        }
    }

    private static func trimmed(_ line: Shown) -> Shown {
        line.sent == line.plain ? Shown(line.plain.trimmed) : line
    }
}

extension String {
    /// Without spaces at the end.
    var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
