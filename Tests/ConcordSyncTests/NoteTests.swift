import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Testing

/// Signed notes, checkpoints and the paths of tiles.
struct NoteTests {
    private let key: NoteKey
    private let signed: SignedCheckpoint

    init() throws {
        key = try #require(NoteKey(name: "example.org/log", publicKey: Array(0..<32)))
        let tree = LogWitness(size: 7, root: SHA256Digest(hashing: [7]))
        signed = SignedCheckpoint(Checkpoint(origin: "example.org/log", tree: tree), key: key) {
            Signature.made(over: $0)
        }
    }

    /// A signature that is not one: the digest of the message, twice.
    private struct Signature: SignatureVerifier {
        static func made(over message: [UInt8]) -> [UInt8] {
            SHA256Digest(hashing: message).bytes + SHA256Digest(hashing: message).bytes
        }

        func isSigned(_ diff: UnverifiedDiff) -> Bool { false }

        func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool {
            signature == Self.made(over: message) && publicKey == Array(0..<32)
        }
    }

    private func read(_ note: [UInt8], key: NoteKey? = nil) -> SignedCheckpoint? {
        SignedCheckpoint(note: note, key: key ?? self.key, verifier: Signature())
    }

    private func read(_ text: String) -> SignedCheckpoint? { read(Array(text.utf8)) }

    private var text: String { String(decoding: signed.note, as: UTF8.self) }

    @Test func aCheckpointIsReadAsItWasSigned() {
        #expect(read(signed.note) == signed)
        #expect(text.hasPrefix("example.org/log\n7\n"))
        #expect(SignedNote(signed.note)?.bytes == signed.note)
    }

    @Test func everyChangedByteIsRefused() {
        for index in signed.note.indices {
            for change: UInt8 in [1, 2, 32, 128] {
                var note = signed.note
                note[index] ^= change
                #expect(read(note) == nil, "byte \(index)")
            }
        }
        for count in 0..<signed.note.count {
            #expect(read(Array(signed.note.prefix(count))) == nil)
        }
    }

    @Test func signaturesOfOthersAreKeptAndSayNothing() throws {
        var note = try #require(SignedNote(signed.note))
        note.append(NoteSignature(name: "witness.example", keyID: 9, bytes: [4, 5, 6]))
        note.append(NoteSignature(name: "example.org/log", keyID: 9, bytes: [1]))

        #expect(read(note.bytes)?.checkpoint == signed.checkpoint)
        #expect(SignedNote(note.bytes) == note)
        #expect(SignedNote(note.bytes)?.signatures.count == 3)
    }

    @Test func aWrongSignatureBesideARightOneIsRefused() throws {
        var note = try #require(SignedNote(signed.note))
        note.append(key.signature([UInt8](repeating: 0, count: 64)))

        #expect(read(note.bytes) == nil)
    }

    @Test func anotherKeyOrLogIsRefused() throws {
        let other = try #require(NoteKey(name: "example.org/log", publicKey: Array(1..<33)))
        let renamed = try #require(NoteKey(name: "example.org/other", publicKey: Array(0..<32)))

        #expect(read(signed.note, key: other) == nil)
        #expect(read(signed.note, key: renamed) == nil)
    }

    @Test(arguments: [
        "", "\n", "\n\n", "a\n\n", "no signature\n", "text\n\n— \n", "text\n\n— name\n",
        "text\n\n— name AAAA\n", "text\n\n— na+me AAAAAAA=\n", "text\n\n—  AAAAAAA=\n",
        "text\n\n- name AAAAAAA=\n", "text\n\n— name AAAAAAA\n", "text\n\n— name AAAAAAA=",
        "te\u{7}xt\n\n— name AAAAAAA=\n", "text\n\n— name AAAAAAA=\n\n", "text\n— name AAAAAAA=\n",
        "text\n\n— name AAAAAAB=\n", "text\n\n\n",
    ])
    func whatIsNoNoteIsRefused(_ text: String) {
        #expect(SignedNote(Array(text.utf8)) == nil)
    }

    @Test func aNoteOfTooManySignaturesOrBytesIsRefused() {
        let line = "— name AAAAAAA=\n"
        func note(_ count: Int) -> [UInt8] {
            Array("t\n\n\(String(repeating: line, count: count))".utf8)
        }

        #expect(SignedNote(note(100))?.signatures.count == 100)
        #expect(SignedNote(note(101)) == nil)
        #expect(
            SignedNote(Array("\(String(repeating: "t", count: 1 << 16))\n\n\(line)".utf8)) == nil
        )
        #expect(SignedNote([0xFF] + note(1)) == nil)
    }

    @Test(arguments: [
        "origin\n7\n\n", "origin\n07\nAAAA\n", "origin\n-1\nAAAA\n", "origin\n\n", "or igin\n7\n",
        "origin\n7\nAAAA\n",
        "origin\n+7\n", "origin\n2147483648\n",
    ])
    func whatIsNoCheckpointIsRefused(_ start: String) {
        let root = "n1Yd5mQwAs1kbzRlVVzOCWCXKXKmgo4EGBuHN1M6XSw=\n"
        #expect(Checkpoint(text: WireText(start)) == nil)
        #expect(Checkpoint(text: WireText(start + root)) == nil)
    }

    @Test func linesBehindTheRootAreForOthers() {
        let root = "n1Yd5mQwAs1kbzRlVVzOCWCXKXKmgo4EGBuHN1M6XSw="
        #expect(Checkpoint(text: WireText("origin\n7\n\(root)\n"))?.tree.size == 7)
        #expect(Checkpoint(text: WireText("origin\n7\n\(root)\nmore\n"))?.tree.size == 7)
        #expect(Checkpoint(text: WireText("origin\n7\n\(root)\n\n")) == nil)
    }

    @Test func aKeyIsReadAsItIsWritten() throws {
        // The example of the specification "signed-note".
        let known: WireText =
            "example.com/foo+530d903a+AekyeRh4m9sVwkc4H/0VHb0lsI3mNbLsxbXlZo7SHUhX"
        let key = try #require(NoteKey(self.key.text))

        #expect(key == self.key)
        for index in self.key.text.utf8.indices {
            var bytes = Array(self.key.text.utf8)
            let place = self.key.text.utf8.distance(from: self.key.text.utf8.startIndex, to: index)
            bytes[place] ^= 1
            let changed = WireText(decoding: bytes)
            #expect(NoteKey(changed) != key)
        }
        if let example = NoteKey(known) { #expect(example.text == known) }
    }

    @Test func pathsOfTilesAreReadAsTheyAreWritten() {
        let known: [(Tile, String)] = [
            (Tile(.hashes(level: 0), index: 0), "tile/0/000"),
            (Tile(.hashes(level: 1), index: 1_234_067), "tile/1/x001/x234/067"),
            (Tile(.hashes(level: 0), index: 1234, width: 5), "tile/0/x001/234.p/5"),
            (Tile(.entries, index: 999, width: 255), "tile/entries/999.p/255"),
        ]
        for (tile, path) in known {
            #expect(tile.path == path)
            #expect(Tile(path: path) == tile)
        }
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let index = generator.below(1 << generator.below(31))
            let content: Tile.Content =
                generator.oneIn(2) ? .entries : .hashes(level: generator.below(4))
            let tile = Tile(content, index: index, width: 1 + generator.below(256))
            #expect(Tile(path: tile.path) == tile)
        }
        for path in [
            "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/0000", "tile/0/x000/001",
            "tile/4/000", "tile/-1/000",
            "tile/0/001/002", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/",
            "tile/0/000.p/01",
            "/tile/0/000", "tile/0/000/", "tile/entry/000", "tile/0/+01", "tile/00/000",
            "tile/0/000.p",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            #expect(Tile(path: path) == nil, "\(path)")
        }
    }
}
