public import ConcordDiff
public import ConcordEncoding

/// The statement of a server's log key that another key signs its logs from now on.
///
/// Who has the one key believes the other: so a server can replace its key, and nobody but the holder of the old one can make
/// devices take a new one.
///
/// Wire form: `Protocol/log.md`, "A new key".
public struct KeySuccession: Hashable, Sendable {
    /// The first line of the text, and the name under which the old key signs it; no log has it.
    public static let name: WireText = "concord/log-key"
    /// How many statements an answer holds at the most.
    public static let most = 16

    /// The key that signs, 32 bytes.
    public let former: [UInt8]
    /// The key that follows it, 32 bytes.
    public let next: [UInt8]
    /// The note, exactly as it was signed.
    public let note: [UInt8]

    /// Reads a note; nil where it is malformed, or not signed by the key that it names as the former one.
    public init?(note: [UInt8], verifier: any SignatureVerifier) {
        guard let signed = SignedNote(note) else { return nil }
        let lines = signed.text.utf8.dropLast().split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        )
        guard lines.count == 3, WireText(decoding: lines[0]) == Self.name,
            let former = Base64.decode(lines[1]), let next = Base64.decode(lines[2]),
            next.count == 32, let key = NoteKey(name: Self.name, publicKey: former),
            signed.isSigned(by: key, verifier: verifier)
        else { return nil }
        (self.former, self.next, self.note) = (former, next, note)
    }

    /// Signs the statement.
    ///
    /// - Parameter sign: makes the Ed25519 signature over exactly these bytes by the former key.
    public init<Failure: Error>(
        from former: Author,
        to next: Author,
        sign: ([UInt8]) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        let lines = [former, next].map { "\n" + Base64.encode($0.publicKey) }.joined()
        var note = SignedNote(text: WireText("\(Self.name)\(lines)\n"))
        guard let key = NoteKey(name: Self.name, publicKey: former.publicKey) else {
            preconditionFailure("an author's key has 32 bytes")
        }
        note.append(key.signature(try sign(Array(note.text.utf8))))
        (self.former, self.next, self.note) = (former.publicKey, next.publicKey, note.bytes)
    }

    /// Whether statements lead from one key to another, each signed by the key before it.
    static func leads(
        from known: [UInt8],
        to key: [UInt8],
        by notes: [[UInt8]],
        verifier: any SignatureVerifier
    ) -> Bool {
        // Someone who stopped half-way may have begun twice: all that follow from the known key count.
        var reached: Set<[UInt8]> = [known]
        for note in notes.prefix(most) {
            guard let statement = KeySuccession(note: note, verifier: verifier) else { continue }
            if reached.contains(statement.former) { reached.insert(statement.next) }
        }
        return reached.contains(key)
    }
}
