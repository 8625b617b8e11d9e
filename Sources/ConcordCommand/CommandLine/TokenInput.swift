import Concord

/// The token that a server's operator has given, in a file or typed: not as an argument, which `ps` and a shell's history
/// would show.
enum TokenInput {
    /// Reads the token; `-` asks for it at a terminal, and else reads standard input.
    ///
    /// - Throws: `CommandFailure` if it is no token, before anything is made.
    static func read(_ path: String) throws -> String {
        let failure = CommandFailure(
            .replica(.wrongInvitation),
            "that is not a token of a server: it begins with concord-token-",
            next: "Copy the whole token again, or ask the server's operator for a new one."
        )
        let token =
            try path == "-"
            ? SecretInput.read("Token: ", orFail: failure)
            : String(decoding: InputFile.bytes(path), as: UTF8.self)
        guard Replica.isOpeningToken(token) else { throw failure }
        return token
    }
}
