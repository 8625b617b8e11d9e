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
        let warning: Shown =
            switch contradiction.sort {
            case .proof: "do not trust the server"
            case .witness: "a colleague's device contradicts the server"
            case .doubt: "somebody answered in the server's name, or the server was wrong"
            }
        let next =
            switch contradiction.sort {
            case .proof: " `concord proof --contradiction` writes the evidence."
            case .witness:
                " Compare with that colleague. `concord proof --contradiction` writes the evidence."
            case .doubt: " That answer was refused. Sync again with the right server."
            }
        return Style.output.warning(warning)
            + " since \(contradiction.found): \(what)\(next)"
    }
}
