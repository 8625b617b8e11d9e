import Concord
import ConcordEncoding
import ConcordSync

/// What was found to contradict what the server had signed of its log.
enum ContradictionView {
    /// The evidence: the notes can be checked by any tool for signed notes.
    static func json(_ contradiction: LogContradiction) -> JSON {
        [
            "code": .string(contradiction.code),
            "found": .string(WireText(contradiction.found.description)),
            "key": .string(contradiction.key),
            "held": .string(WireText(decoding: contradiction.held)),
            "given": .string(WireText(decoding: contradiction.given)),
        ]
    }

    /// What happened and when.
    static func line(_ contradiction: LogContradiction) -> Shown {
        let what =
            LogTrust.Contradiction(contradiction.code)?.sentence
            ?? "The server's log contradicts what it had signed (\(contradiction.code))."
        return Style.output.warning("do not trust the server") + " since \(contradiction.found):"
            + " \(what) `concord status --json` shows the evidence"
    }
}
