public import ConcordDiff
public import ConcordEncoding
public import ConcordModel

/// What a server states about a file of evidence: that it has all of it, verified and durable, and since when.
///
/// The key that signs the engagement's log signs this too, so a server cannot deny later that the file was there. Its first
/// line is not the name of a log, so it can never pass for a checkpoint.
///
/// Wire form: `Protocol/evidence.md`, "Receipts". Vectors: `Protocol/vectors/receipt`.
public struct FileReceipt: Hashable, Sendable {
    /// Whose file it is.
    public let engagement: DiffID
    /// Which file.
    public let file: FilePromise
    /// Since when the server has had it, by the server's clock.
    public let since: Timestamp

    /// A statement about a file.
    public init(engagement: DiffID, file: FilePromise, since: Timestamp) {
        self.engagement = engagement
        self.file = file
        self.since = since
    }

    /// Reads the text of a note; nil if it is not a receipt, in its only spelling.
    public init?(text: WireText) {
        let lines = text.string.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 6, lines[0].hasPrefix(Self.start), lines[0].hasSuffix(Self.end),
            let engagement = DiffID(
                base64url: String(lines[0].dropFirst(Self.start.count).dropLast(Self.end.count))
            ),
            let file = FileResource.promise(
                sha256: String(lines[1]),
                size: String(lines[2]),
                root: String(lines[3])
            ), let since = Timestamp(String(lines[4]))
        else { return nil }
        self.init(engagement: engagement, file: file, since: since)
        guard self.text == text else { return nil }
    }

    /// The text of the note.
    public var text: WireText {
        WireText(
            "\(Self.start)\(engagement.base64url)\(Self.end)\n\(file.sha256.hex)\n\(file.size)\n"
                + "\(file.partsRoot.hex)\n\(since)\n"
        )
    }

    /// Reads a note and checks it: it is about a file of an engagement, and the key of the engagement's log has signed it.
    ///
    /// - Returns: nil where it is malformed, about something else, or not signed by the key.
    public init?(
        note: [UInt8],
        of file: FilePromise,
        in engagement: DiffID,
        key: NoteKey,
        verifier: any SignatureVerifier
    ) {
        guard let signed = SignedNote(note), let receipt = FileReceipt(text: signed.text),
            receipt.engagement == engagement, receipt.file == file,
            key.name == Checkpoint.origin(of: engagement),
            signed.isSigned(by: key, verifier: verifier)
        else { return nil }
        self = receipt
    }

    /// Signs the statement.
    ///
    /// - Parameters:
    ///   - key: the key of the engagement's log.
    ///   - sign: makes the Ed25519 signature over exactly these bytes by the key.
    /// - Returns: the note.
    public func note<Failure: Error>(
        by key: NoteKey,
        sign: ([UInt8]) throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        precondition(
            key.name == Checkpoint.origin(of: engagement),
            "a receipt is signed by the key of the engagement's log"
        )
        var note = SignedNote(text: text)
        note.append(key.signature(try sign(Array(text.utf8))))
        return note.bytes
    }

    private static let start = "concord/"
    private static let end = "/file"
}

/// How much of a file a server has.
public struct HeldFile: Hashable, Sendable {
    /// How many bytes, counted from the beginning of the file, durably.
    public let bytes: Int
    /// The note that says so, if it has all of them (`FileReceipt`); nothing in it is believed yet.
    public let receipt: [UInt8]?

    /// So many bytes.
    public init(bytes: Int, receipt: [UInt8]? = nil) {
        self.bytes = bytes
        self.receipt = receipt
    }
}
