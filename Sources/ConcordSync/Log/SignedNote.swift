public import ConcordDiff
public import ConcordEncoding

/// A text and the signatures under it, as transparency logs exchange them (C2SP, "signed-note").
///
/// The bytes are the text, an empty line, and one line for each signature. Signatures by keys that the reader
/// does not know are kept and say nothing, so witnesses can add theirs.
///
/// Wire form: `Protocol/log.md`, "Signed notes".
public struct SignedNote: Hashable, Sendable {
    /// What is signed; it ends with a line feed.
    public let text: WireText
    /// The signatures, in the order of their lines.
    public private(set) var signatures: [NoteSignature]

    /// The longest note that is read, in bytes.
    public static let bytesMax = 64 << 10
    /// The most signatures that are read.
    public static let signaturesMax = 100

    /// A note without a signature.
    public init(text: WireText) {
        precondition(Self.isText(text), "a note's text has lines and no control characters")
        self.text = text
        signatures = []
    }

    /// Reads a note; nil if it is malformed, whatever is signed.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.bytesMax, String(validating: bytes, as: UTF8.self) != nil,
            bytes.last == Self.lineFeed,
            let end = bytes.indices.dropLast().last(where: {
                bytes[$0] == Self.lineFeed && bytes[$0 + 1] == Self.lineFeed
            })
        else { return nil }
        let text = WireText(decoding: bytes[...end])
        guard Self.isText(text) else { return nil }
        var signatures: [NoteSignature] = []
        for line in bytes[(end + 2)...].dropLast().split(
            separator: Self.lineFeed,
            omittingEmptySubsequences: false
        ) {
            guard signatures.count < Self.signaturesMax, let signature = NoteSignature(line: line)
            else { return nil }
            signatures.append(signature)
        }
        self.text = text
        self.signatures = signatures
    }

    /// Adds a signature under the others.
    public mutating func append(_ signature: NoteSignature) {
        precondition(signatures.count < Self.signaturesMax, "a note has at most 100 signatures")
        signatures.append(signature)
    }

    /// The bytes as they are stored and sent.
    public var bytes: [UInt8] {
        signatures.reduce(into: Array(text.utf8) + [Self.lineFeed]) { bytes, signature in
            bytes += signature.line
            bytes.append(Self.lineFeed)
        }
    }

    /// Whether the key has signed the text.
    ///
    /// A note with a wrong signature under the name and number of the key counts as not signed, also where a right one
    /// stands beside it.
    public func isSigned(by key: NoteKey, verifier: any SignatureVerifier) -> Bool {
        let own = signatures.filter { $0.name == key.name && $0.keyID == key.id }
        return !own.isEmpty
            && own.allSatisfy {
                verifier.isValid(
                    signature: $0.bytes,
                    over: Array(text.utf8),
                    by: key.publicKey
                )
            }
    }

    private static let lineFeed = UInt8(ascii: "\n")

    /// Whether a text may stand in a note: lines, the last one ended, without other control characters.
    private static func isText(_ text: WireText) -> Bool {
        text.utf8.last == lineFeed && text.utf8.allSatisfy { $0 >= 0x20 || $0 == lineFeed }
    }
}

/// One signature under a note.
public struct NoteSignature: Hashable, Sendable {
    /// The name of the key.
    public let name: WireText
    /// The number by which keys of one name are told apart.
    public let keyID: UInt32
    /// The signature itself; for an Ed25519 key its 64 bytes.
    public let bytes: [UInt8]

    /// A signature by the key with this name and number.
    public init(name: WireText, keyID: UInt32, bytes: [UInt8]) {
        precondition(NoteKey.isName(name) && !bytes.isEmpty, "a signature names its key")
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// How every line begins: an em dash and a space.
    private static let start = Array("\u{2014} ".utf8)

    /// The line under the note, without its line feed.
    var line: [UInt8] {
        Self.start + Array(name.utf8) + [UInt8(ascii: " ")]
            + Array(Base64.encode(keyID.bigEndianBytes + bytes).utf8)
    }

    /// Reads a line; nil if it is not one.
    init?(line: some BidirectionalCollection<UInt8>) {
        let line = Array(line)
        guard line.starts(with: Self.start), let space = line.lastIndex(of: UInt8(ascii: " ")),
            space >= Self.start.count,
            let bytes = Base64.decode(line[(space + 1)...]), bytes.count > 4
        else { return nil }
        let name = WireText(decoding: line[Self.start.count..<space])
        guard NoteKey.isName(name) else { return nil }
        self.name = name
        keyID = UInt32(bigEndianBytes: bytes.prefix(4))
        self.bytes = Array(bytes.dropFirst(4))
    }
}

/// The public half of a key that signs notes: Ed25519, with the name under which it signs.
///
/// As text `name+number+key` (C2SP, "signed-note", "Verifier keys"), which public tools of transparency logs take.
public struct NoteKey: Hashable, Sendable {
    /// The name: not empty, without spaces and plus signs.
    public let name: WireText
    /// The 32 bytes of the public key.
    public let publicKey: [UInt8]

    /// The key of this name; nil if the name cannot be one or the key has not 32 bytes.
    public init?(name: WireText, publicKey: [UInt8]) {
        guard Self.isName(name), publicKey.count == 32 else { return nil }
        self.name = name
        self.publicKey = publicKey
    }

    /// Reads the text form; nil if it is another one, or its number is not that of the key.
    public init?(_ text: WireText) {
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2)
        guard parts.count == 3, let key = Base64.decode(parts[2]),
            key.first == Self.algorithm
        else { return nil }
        self.init(name: WireText(decoding: parts[0]), publicKey: Array(key.dropFirst()))
        guard self.text == text else { return nil }
    }

    /// The number: the first four bytes of the digest of name and key.
    public var id: UInt32 {
        let digest = SHA256Digest(
            hashing: Array(name.utf8) + [UInt8(ascii: "\n"), Self.algorithm] + publicKey
        )
        return UInt32(bigEndianBytes: digest.bytes.prefix(4))
    }

    /// `name+number+key`, the number as eight digits in hexadecimal.
    public var text: WireText {
        WireText("\(name)+\(Self.digits(of: id))+\(Base64.encode([Self.algorithm] + publicKey))")
    }

    /// A key's number as eight digits in hexadecimal.
    static func digits(of number: UInt32) -> String {
        number.bigEndianBytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The number of eight digits; nil for another spelling.
    static func number(_ digits: String) -> UInt32? {
        UInt32(digits, radix: 16).flatMap { Self.digits(of: $0) == digits ? $0 : nil }
    }

    /// The signature of this key over a note's text, which the key's holder has made.
    public func signature(_ bytes: [UInt8]) -> NoteSignature {
        NoteSignature(name: name, keyID: id, bytes: bytes)
    }

    /// The kind of signature, as signed notes number them.
    private static let algorithm: UInt8 = 1

    /// Whether a name can be a key's: not empty, no spaces of any kind, no plus sign, no control characters.
    static func isName(_ name: WireText) -> Bool {
        !name.utf8.isEmpty
            && name.string.unicodeScalars.allSatisfy { scalar in
                !scalar.properties.isWhitespace && scalar != "+" && scalar.value >= 0x20
            }
    }
}

extension UInt32 {
    var bigEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> (24 - 8 * $0)) } }

    init(bigEndianBytes bytes: some Sequence<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
