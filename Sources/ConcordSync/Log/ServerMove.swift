public import ConcordDiff
public import ConcordEncoding

/// What a server says whose engagements are served at another address now.
///
/// Nothing of it is believed unless the key of the engagement's log has signed it: otherwise anyone who answers at an old
/// address could send devices elsewhere. And nothing is sent to the new address before the server there has shown that it
/// holds that key too.
///
/// Wire form: `Protocol/sync.md`, "A server that has moved".
public struct ServerMove: Hashable, Sendable {
    /// The longest address, in bytes.
    static let addressBytesMax = 500

    /// The URL at which the engagement is served now.
    public let address: WireText
    /// The note that states it, and the key that is said to have signed it.
    public let statement: SyncResponse.Checkpoint
    /// Whether the key of the log, as a replica knows it, stands behind it.
    public package(set) var isProven = false

    /// A statement that nobody has checked yet.
    public init(address: WireText, statement: SyncResponse.Checkpoint) {
        (self.address, self.statement) = (address, statement)
    }

    /// Signs the statement, as the holder of the log's key.
    ///
    /// - Parameters:
    ///   - key: the key of the engagement's log.
    ///   - successions: the notes by which former keys lead to it.
    ///   - sign: makes the Ed25519 signature over exactly these bytes by the key.
    public init<Failure: Error>(
        to address: WireText,
        of engagement: DiffID,
        by key: NoteKey,
        successions: [[UInt8]],
        sign: ([UInt8]) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        var note = SignedNote(text: Self.text(address, of: engagement))
        note.append(key.signature(try sign(Array(note.text.utf8))))
        let statement = SyncResponse.Checkpoint(
            note: note.bytes,
            key: key.text,
            successions: successions
        )
        self.init(address: address, statement: statement)
    }

    /// What is signed.
    fileprivate static func text(_ address: WireText, of engagement: DiffID) -> WireText {
        WireText("concord/\(engagement.base64url)/moved\n\(address)\n")
    }
}

extension LogTrust {
    /// Whether the key of the log, or one that follows it, has signed that the server has moved. Where no key is known, none
    /// has.
    public func proves(_ move: ServerMove, verifier: any SignatureVerifier) -> Bool {
        guard self.key != nil, let note = SignedNote(move.statement.note),
            case .success(let key) = follow(move.statement, verifier: verifier)
        else { return false }
        return note.text == ServerMove.text(move.address, of: engagement)
            && note.isSigned(by: key, verifier: verifier)
    }
}
