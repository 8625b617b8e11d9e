import ConcordEncoding

/// Why a command did not do what it was asked: what failed, and what to do next.
struct CommandFailure: Error {
    /// How the program ends.
    let status: ExitStatus
    /// One word that a script can decide on; listed in `docs/concord.md`.
    let code: String
    /// What failed, in one sentence.
    let message: String
    /// What to do next, in one sentence; nil where the message says it already.
    let next: String?

    init(_ status: ExitStatus, _ code: String, _ message: String, next: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.next = next
    }

    /// Writes it to standard error.
    func report(asJSON: Bool) {
        if asJSON {
            var fields: JSONObject = ["code": .string(code), "message": .string(message)]
            fields["next"] = next.map { .string($0) }
            Output.note(JSON.object(["error": .object(fields)]).canonicalText)
            return
        }
        Output.note(Style.error.failure("concord: ") + message)
        if let next { Output.note("         " + next) }
    }
}
