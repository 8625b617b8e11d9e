import ConcordSigning
import Foundation
import Testing

@Suite("Keys as text and in files")
struct KeyTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("concord-keys-\(UUID().uuidString)")

    private func inFolder(_ body: (String) throws -> Void) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appendingPathComponent("key.pem").path)
    }

    private func code(_ body: () throws -> Void) -> KeyFailure.Code? {
        #expect(throws: KeyFailure.self) { try body() }?.code
    }

    @Test func newKeysDiffer() throws {
        #expect(try SigningKey.generate().author != SigningKey.generate().author)
    }

    @Test func theTextWithoutPassphraseIsThatOfEveryOtherLibrary() throws {
        let key = try Samples.key(1)

        let pem = try key.pem()

        #expect(
            pem == """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB
                -----END PRIVATE KEY-----

                """
        )
        #expect(try SigningKey(pem: pem).author == key.author)
        #expect(try SigningKey(pem: pem, passphrase: "not needed").author == key.author)
    }

    @Test func anEncryptedKeyOpensWithItsPassphraseOnly() throws {
        let key = try Samples.key(2)

        let pem = try key.pem(passphrase: "straße 7")

        #expect(pem.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        #expect(try SigningKey(pem: pem, passphrase: "straße 7").author == key.author)
        #expect(code { _ = try SigningKey(pem: pem, passphrase: "strasse 7") } == .wrongPassphrase)
        #expect(code { _ = try SigningKey(pem: pem) } == .passphraseNeeded)
        #expect(try key.pem(passphrase: "straße 7") != pem)
    }

    /// Whoever guesses passphrases pays for 600,000 rounds each time (PBKDF2, RFC 8018).
    @Test func aPassphraseIsStretched() throws {
        let pem = try Samples.key(2).pem(passphrase: "straße 7")
        let lines = pem.split(separator: "\n").dropFirst().dropLast().joined()
        let der = [UInt8](try #require(Data(base64Encoded: lines)))

        // An INTEGER of three bytes in DER: 600,000.
        let rounds: [UInt8] = [0x02, 0x03, 0x09, 0x27, 0xC0]

        #expect(der.indices.contains { der[$0...].starts(with: rounds) })
    }

    /// A key that is read from a pipe would be waited for, and taken from whoever writes there.
    @Test func aKeyIsNotReadFromAPipe() throws {
        try inFolder { path in
            try #require(mkfifo(path, 0o600) == 0)

            let failure = #expect(throws: KeyFailure.self) { try SigningKey(file: path) }

            #expect(failure?.code == .fileAccess)
        }
    }

    /// The bytes of a key stay where they are while they are read: under load, and with other keys around.
    @Test func aKeyIsReadAlikeEveryTime() async throws {
        let key = try Samples.key(9)
        let pem = try key.pem()

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<200 {
                        let noise = [[UInt8]](
                            repeating: [UInt8](repeating: 7, count: 151),
                            count: 4
                        )
                        let read = try SigningKey(pem: pem)
                        #expect(read.author == key.author)
                        #expect(noise.count == 4)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: ["", "a\0b", String(repeating: "x", count: 1000)])
    func aPassphraseThatWouldBeCutOffIsRefused(_ passphrase: String) throws {
        let key = try Samples.key(3)

        #expect(code { _ = try key.pem(passphrase: passphrase) } == .unusablePassphrase)
    }

    @Test(arguments: [
        ("", KeyFailure.Code.notAKey), ("hello", .notAKey),
        ("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYD\n-----END PRIVATE KEY-----\n", .notAKey),
        (
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VuBCIEIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB
            -----END PRIVATE KEY-----

            """, .notEd25519
        ),
    ])
    func otherTextsAreNoKey(_ pem: String, _ expected: KeyFailure.Code) {
        #expect(code { _ = try SigningKey(pem: pem) } == expected)
    }

    @Test func aKeyFileIsReadableByItsOwnerOnly() throws {
        try inFolder { path in
            let key = try Samples.key(4)

            try key.write(to: path)

            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try SigningKey(file: path).author == key.author)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["key.pem"])
        }
    }

    @Test func aKeyFileIsNeverReplaced() throws {
        try inFolder { path in
            let first = try Samples.key(5)
            try first.write(to: path)

            let second = try Samples.key(6)
            #expect(code { try second.write(to: path) } == .fileExists)

            #expect(try SigningKey(file: path).author == first.author)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["key.pem"])
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o644])
    func aKeyFileThatOthersMayUseIsRefused(_ mode: Int) throws {
        try inFolder { path in
            try Samples.key(7).write(to: path)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)

            let failure = #expect(throws: KeyFailure.self) { try SigningKey(file: path) }

            #expect(failure?.code == .fileIsShared)
            #expect(failure?.message.contains("chmod 600") == true)
        }
    }

    @Test func missingFilesAndFoldersAreNamed() throws {
        try inFolder { path in
            #expect(code { _ = try SigningKey(file: path) } == .noSuchFile)
            #expect(code { _ = try SigningKey(file: folder.path) } != nil)
            let key = try Samples.key(8)
            let failure = #expect(throws: KeyFailure.self) {
                try key.write(to: path + "/in/no/folder.pem")
            }
            #expect(failure?.code == .fileAccess)
            #expect(failure?.description.contains("No such file") == true)
        }
    }
}
