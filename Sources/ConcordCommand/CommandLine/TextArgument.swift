import ArgumentParser
import ConcordAudit
import ConcordEncoding

/// Texts that somebody gives and others read.
enum TextArgument {
    /// Refuses a text that says nothing; one that is not given is none.
    static func requireSense(_ text: WireText?, option: String) throws {
        guard let text, text.isBlank else { return }
        throw ValidationError("Give \(option) a text that is not empty.")
    }

    /// Reads a reason: it is part of the record, so it has to say something.
    @Sendable static func reason(_ text: String) throws -> WireText {
        if WireText(text).isBlank { throw ValidationError("Give a reason of at least one word.") }
        if text.firstMatch(of: /^(undo|redo) [0-9]+@/) != nil {
            throw ValidationError(
                "A reason that begins like this marks an undo. Use `concord undo` to undo a save, or begin with another word."
            )
        }
        return WireText(text)
    }

    /// Reads a text that may be empty, which clears it, but not of spaces alone, which looks like nothing and is not.
    @Sendable static func sense(_ text: String) throws -> WireText {
        if !text.isEmpty, WireText(text).isBlank {
            throw ValidationError("The text is only spaces. Give a text, or \"\" to clear it.")
        }
        return WireText(text)
    }

    /// The longest title or name, in bytes: people read them in one line, and everybody's lists show them.
    static let titleBytesMax = 1_000

    /// Refuses a title or name that says nothing or is longer than anybody reads.
    static func requireTitle(_ text: WireText?, option: String) throws {
        try requireSense(text, option: option)
        guard let text, text.utf8.count > titleBytesMax else { return }
        throw ValidationError(
            "\(option) takes one line of at most \(titleBytesMax) bytes; a finding's longer text goes "
                + "into --statement, evidence's into --content."
        )
    }
}
