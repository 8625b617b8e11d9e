import ConcordEncoding
import ConcordFiles
import ConcordSigning
import ConcordStorage

extension Replica {
    /// The longest proof that is read, in bytes.
    private static let openingBytesMax = 256

    /// Keeps a proof that this engagement may be opened on a server that asks for tokens. From then on every sync shows
    /// it; the token itself is not kept, and not sent.
    ///
    /// Each server needs a token of its own; the newest one counts.
    ///
    /// ```swift
    /// try replica.useOpeningToken("concord-token-…")   // what the server's operator has given
    /// ```
    ///
    /// - Parameter token: the token as the server's operator has given it.
    /// - Throws: `ReplicaFailure`: `wrongInvitation` if it is no token.
    public func useOpeningToken(_ token: String) throws {
        guard let token = OpeningToken(token) else {
            throw ReplicaFailure(
                .wrongInvitation,
                "That is not a token of a server: it begins with concord-token-. Copy the whole token again."
            )
        }
        try ReplicaFailure.mapping {
            let proof = try token.proof(for: engagement).text
            try OwnFile.write(Array(proof.utf8), to: openingFile) {
                $0.count <= Self.openingBytesMax
            }
        }
    }

    /// Whether a text is a token of a server, as far as can be told without it.
    public static func isOpeningToken(_ text: String) -> Bool { OpeningToken(text) != nil }

    /// What shows a server that this engagement may be opened there; nil if there is no token.
    func openingProof() throws -> WireText? {
        try ReplicaFailure.mapping {
            let bytes = try OwnFile.read(openingFile, most: Self.openingBytesMax)
            return bytes.flatMap { OpeningProof(WireText(decoding: $0))?.text }
        }
    }

    private var openingFile: String { FileBeside.opening.of(path) }
}
