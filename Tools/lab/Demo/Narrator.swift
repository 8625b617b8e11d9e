import ConcordEncoding
import Foundation

/// Tells what happens, for someone who sees it for the first time.
///
/// Names, texts of a file and what programs print go through `PrintableText`, as in `concord` itself.
struct Narrator {
    private let isColoured: Bool = {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty
    }()
    private var chapters = 0

    /// Begins a chapter.
    mutating func chapter(_ title: String) {
        chapters += 1
        write("")
        write(paint("\(chapters)  \(title)", "1"))
        write("")
    }

    /// A sentence or more, wrapped.
    func say(_ text: String) {
        for line in Self.wrap(text, width: 76) { write("   " + line) }
    }

    /// What somebody does: who, when, what.
    func act(_ name: String, at time: String?, _ text: String) {
        let head = Self.pad(time ?? "", 7) + Self.pad(name, 8)
        let lines = Self.wrap(text, width: 59)
        for (index, line) in lines.enumerated() {
            write(
                "   " + (index == 0 ? paint(head, "2") : String(repeating: " ", count: 15)) + line
            )
        }
    }

    /// A command as one would type it.
    func command(_ text: String) { write("   " + paint("$ " + text, "36")) }

    /// What a program has printed, as it is.
    func quote(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            write(line.isEmpty ? "" : "   │ " + PrintableText.of(String(line)))
        }
    }

    /// The outcome of a comparison.
    func check(_ isRight: Bool, _ text: String) {
        let mark = isRight ? paint("✓", "32") : paint("✗", "1;31")
        for (index, line) in Self.wrap(text, width: 72).enumerated() {
            write("   " + (index == 0 ? mark + " " : "  ") + line)
        }
    }

    /// Something that is left out, with the reason.
    func skip(_ text: String) {
        for (index, line) in Self.wrap(text, width: 72).enumerated() {
            write("   " + (index == 0 ? "- " : "  ") + paint(line, "2"))
        }
    }

    func blank() { write("") }

    private func paint(_ text: String, _ code: String) -> String {
        let text = PrintableText.of(text)
        return isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    private func write(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text.count >= width
            ? text.prefix(width - 1) + " "
            : text + String(repeating: " ", count: width - text.count)
    }

    private static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for part in text.split(whereSeparator: \.isWhitespace) {
            let word = PrintableText.of(String(part))
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? word : " " + word
        }
        return lines + [line]
    }
}
