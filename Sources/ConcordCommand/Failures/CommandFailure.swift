import ConcordEncoding

/// Why a command did not do what it was asked: what failed, and what to do next.
struct CommandFailure: Error {
    /// What a script can decide on; the exit status follows from it.
    let code: FailureCode
    /// What failed, in one sentence.
    let message: String
    /// What to do next, in one sentence; nil where the message says it already.
    let next: String?
    /// The single things that are wrong, where they are several; a line each.
    let details: [String]

    init(
        _ code: FailureCode,
        _ message: String,
        next: String? = nil,
        details: [String] = []
    ) {
        self.code = code
        self.message = message
        self.next = next
        self.details = details
    }

    init(
        _ code: CommandCode,
        _ message: String,
        next: String? = nil,
        details: [String] = []
    ) {
        self.init(.command(code), message, next: next, details: details)
    }

    private static let margin: Shown = "         "

    /// The lines of a text beside the margin: on a terminal as many as it takes, elsewhere one.
    private static func wrapped(_ text: String) -> [Shown] {
        guard let width = Terminal.errorWidth else { return [Shown(text)] }
        return Layout.wrap(Shown(text), width: width - margin.width)
    }

    /// Writes it to standard error.
    func report(asJSON: Bool) {
        if asJSON {
            var object: JSONObject = [
                "code": .string(WireText(code.name)), "message": .string(message),
            ]
            object["next"] = next.map { .string($0) }
            if !details.isEmpty { object["details"] = .array(details.map { .string($0) }) }
            return Output.note(json: ["error": .object(object)])
        }
        let head = Style.error.failure("concord: ")
        for (index, line) in Self.wrapped(message).enumerated() {
            Output.note((index == 0 ? head : Self.margin) + line)
        }
        for line in details.flatMap(Self.wrapped) { Output.note(Self.margin + line) }
        for line in next.map(Self.wrapped) ?? [] { Output.note(Self.margin + line) }
    }
}
