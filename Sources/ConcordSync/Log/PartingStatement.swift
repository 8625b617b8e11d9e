public import ConcordDiff
public import ConcordEncoding

/// What a server states when the log that a client holds is not its own: that this log is the engagement's, as the
/// holder of its key.
///
/// Without it, anyone who answers at an address could make a device give up the order of its log, and send everything
/// that it holds. It names the request, so an old statement says nothing about a new one; and its first line is not the
/// name of a log, so it can never pass for a checkpoint.
///
/// Wire form: `Protocol/log.md`, "Logs that part".
public enum PartingStatement {
    /// What is signed.
    ///
    /// - Parameter request: the body of the request that is answered, not compressed.
    static func text(
        _ parting: LogParting,
        of engagement: DiffID,
        request: [UInt8]
    ) -> WireText {
        WireText(
            "concord/\(engagement.base64url)/parting\n\(parting.refusal.rawValue)\n\(parting.size)\n\(parting.common)\n"
                + "\(SHA256Digest(hashing: request).hex)\n"
        )
    }

    /// Signs it.
    ///
    /// - Parameters:
    ///   - key: the key of the engagement's log.
    ///   - sign: makes the Ed25519 signature over exactly these bytes by the key.
    /// - Returns: the note.
    public static func note<Failure: Error>(
        _ parting: LogParting,
        of engagement: DiffID,
        request: [UInt8],
        by key: NoteKey,
        sign: ([UInt8]) throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        var note = SignedNote(text: text(parting, of: engagement, request: request))
        note.append(key.signature(try sign(Array(note.text.utf8))))
        return note.bytes
    }
}

extension LogTrust {
    /// Judges a server's answer that its log is not the one that the client holds.
    ///
    /// - Parameter request: the body of the request.
    /// - Returns: how it contradicts what is known; nil where the known key stands behind it, or none is known.
    public func contradiction(
        in parting: LogParting,
        to request: [UInt8],
        verifier: any SignatureVerifier
    ) -> Contradiction? {
        guard self.key != nil else { return nil }
        guard let given = parting.statement, let note = SignedNote(given.note) else {
            return .notSigned
        }
        let key: NoteKey
        switch follow(given, verifier: verifier) {
        case .success(let followed): key = followed
        case .failure(let refusal): return refusal.contradiction
        }
        let text = PartingStatement.text(parting, of: engagement, request: request)
        return note.text == text && note.isSigned(by: key, verifier: verifier) ? nil : .notSigned
    }

    struct KeyRefusal: Error {
        let contradiction: Contradiction
    }

    /// The key that is said to have signed something: the known one, or one that follows it.
    func follow(
        _ given: SyncResponse.Checkpoint,
        verifier: any SignatureVerifier
    ) -> Result<NoteKey, KeyRefusal> {
        guard let key = given.key.map({ NoteKey($0) }) ?? self.key,
            key.name == Checkpoint.origin(of: engagement)
        else { return .failure(KeyRefusal(contradiction: .notSigned)) }
        if let known = self.key, known != key {
            let isFollowed = KeySuccession.leads(
                from: known.publicKey,
                to: key.publicKey,
                by: given.successions,
                verifier: verifier
            )
            guard isFollowed else { return .failure(KeyRefusal(contradiction: .otherKey)) }
        }
        return .success(key)
    }
}
