public import ConcordDiff
public import ConcordEncoding

/// What a server states about a log: how many entries it has and the root over them (C2SP, "tlog-checkpoint").
///
/// Signed, it is a promise that cannot be taken back: two checkpoints of one log that no tree can have are proof that
/// the server has shown two histories.
///
/// Wire form: `Protocol/log.md`, "Checkpoints".
public struct Checkpoint: Hashable, Sendable {
    /// Which log, of which server: the name under which it is known to all who compare checkpoints.
    public let origin: WireText
    /// The number of entries and the root over them.
    public let tree: LogWitness

    /// The name of an engagement's log, which does not depend on where it is served.
    public static func origin(of engagement: DiffID) -> WireText {
        WireText("concord/\(engagement.base64url)")
    }

    /// A statement about a log.
    public init(origin: WireText, tree: LogWitness) {
        precondition(NoteKey.isName(origin), "an origin is the name of a key")
        self.origin = origin
        self.tree = tree
    }

    /// Reads the text of a note; nil if it is not a checkpoint. Lines behind the root are for others and are ignored.
    public init?(text: WireText) {
        let lines = text.utf8.dropLast().split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        )
        guard lines.count >= 3, !lines.contains(where: \.isEmpty),
            let size = Self.size(lines[1]),
            let root = Base64.decode(lines[2]).flatMap(SHA256Digest.init(bytes:))
        else { return nil }
        let origin = WireText(decoding: lines[0])
        guard NoteKey.isName(origin) else { return nil }
        self.init(origin: origin, tree: LogWitness(size: size, root: root))
    }

    /// The text of the note.
    public var text: WireText {
        WireText("\(origin)\n\(tree.size)\n\(Base64.encode(tree.root.bytes))\n")
    }

    /// A decimal number in its only spelling, at most what a log can have.
    private static func size(_ digits: some Collection<UInt8>) -> Int? {
        let text = String(decoding: digits, as: UTF8.self)
        guard let number = Int32(text), number >= 0, "\(number)" == text else { return nil }
        return Int(number)
    }
}

/// A checkpoint with the bytes of the note that a key has signed.
public struct SignedCheckpoint: Hashable, Sendable {
    /// What is stated.
    public let checkpoint: Checkpoint
    /// The note, exactly as it was signed.
    public let note: [UInt8]

    /// Reads a note and checks it: the key has signed it, and it speaks of the log that the key is named for.
    ///
    /// - Returns: nil where it is malformed, of another log, or not signed by the key.
    public init?(note: [UInt8], key: NoteKey, verifier: any SignatureVerifier) {
        guard let signed = SignedNote(note), let checkpoint = Checkpoint(text: signed.text),
            checkpoint.origin == key.name, signed.isSigned(by: key, verifier: verifier)
        else { return nil }
        self.checkpoint = checkpoint
        self.note = note
    }

    /// Signs a checkpoint.
    ///
    /// - Parameter sign: makes the Ed25519 signature over exactly these bytes by the key.
    public init<Failure: Error>(
        _ checkpoint: Checkpoint,
        key: NoteKey,
        sign: ([UInt8]) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        precondition(checkpoint.origin == key.name, "a log's key bears its origin")
        var note = SignedNote(text: checkpoint.text)
        note.append(key.signature(try sign(Array(note.text.utf8))))
        self.checkpoint = checkpoint
        self.note = note.bytes
    }
}
