import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

@Suite("The form of a diff")
struct DiffFormTests {
    static let signer = HashSigner("ada")

    /// A head with everything that a head can have.
    static let head = Head(
        author: signer.author,
        seq: 2,
        engagement: SHA256Digest(hashing: [1]),
        parents: [SHA256Digest(hashing: [2]), SHA256Digest(hashing: [3])].sorted(),
        time: Timestamp(milliseconds: 1_400_000_000_000, offsetMinutes: 120),
        body: SHA256Digest(hashing: []),
        log: LogWitness(size: 7, root: SHA256Digest(hashing: [4])),
        without: [WriteReference(seq: 3, author: signer.author)]
    )

    /// A body with every form of operation.
    static let body = Body(
        operations: [
            Operation(
                .add(["title": "Logs", "evidence": ["e1": true]]),
                at: Actor.path("finding/f1")
            ),
            Operation(
                .add("IT"),
                at: Actor.path("finding/f1/unit"),
                over: [WriteReference(seq: 1, author: signer.author)],
                reason: "seen"
            ),
            Operation(
                .splice(at: 3, delete: 1, insert: "é\u{1F600}"),
                at: Actor.path("finding/f1/statement")
            ),
            Operation(.remove, at: Actor.path("finding/f2")),
            Operation(.add(true), at: Actor.path("finding/f1/evidence/a~1b~0c")),
        ],
        salt: "c2FsdHNhbHRzYWx0c2FsdA"
    )

    static func diff() throws -> UnverifiedDiff {
        try UnverifiedDiff(head: head, body: body, signer: signer)
    }

    /// An envelope of these parts; the body's hash is put into the head unless it is given.
    static func envelope(
        head: JSONObject? = nil,
        body: JSON? = nil,
        sig: JSON? = nil,
        more: JSONObject = [:],
        keepsHash: Bool = false
    ) throws -> [UInt8] {
        let diff = try Self.diff()
        let whole = JSON.object(try parts(diff.body.canonicalBytes))
        let signed = try parts(diff.headBytes)
        let body = body ?? whole
        var head = head ?? signed
        if !keepsHash {
            head["body"] = .string(SHA256Digest(hashing: body.canonicalBytes).base64url)
        }
        var envelope: JSONObject = [
            "body": body, "head": .object(head),
            "sig": sig ?? .string(Base64URL.encode(diff.signature)),
        ]
        for (key, value) in more { envelope[key] = value }
        return JSON.object(envelope).canonicalBytes
    }

    static func parts(_ bytes: [UInt8]) throws -> JSONObject {
        let tape = try JSONTape(bytes, limits: .diff, canonical: true)
        return try #require(tape.value(tape.root).objectValue)
    }

    private func refusal(_ envelope: [UInt8]) -> DiffRefusal? {
        do throws(DiffError) {
            _ = try UnverifiedDiff(envelope: envelope)
            return nil
        } catch {
            return error.code
        }
    }

    // MARK: What is read.

    @Test func whatIsReadIsWhatWasWritten() throws {
        let diff = try Self.diff()

        let read = try UnverifiedDiff(envelope: diff.envelope)

        var head = Self.head
        head.body = SHA256Digest(hashing: Self.body.canonicalBytes)
        head.contents = Self.body.contents
        #expect(head.contents != nil)
        #expect(read == diff)
        #expect(read.head == head)
        #expect(read.body == Self.body)
        #expect(read.headBytes == read.head.canonicalBytes)
        #expect(read.id == SHA256Digest(hashing: read.headBytes))
        #expect(HashVerifier().isSigned(read))
    }

    @Test func signaturesOfOthersAreKept() throws {
        let envelope = try Self.envelope(more: ["cosigs": [["by": "somebody"]]])

        let read = try UnverifiedDiff(envelope: envelope)

        #expect(read.envelope == envelope)
        #expect(read.id == (try UnverifiedDiff(envelope: Self.envelope()).id))
    }

    // MARK: What is refused.

    @Test func anEnvelopeBeyondTheLimitIsRefused() {
        let envelope = [UInt8](repeating: UInt8(ascii: " "), count: DiffLimits.envelopeBytes + 1)

        #expect(refusal(envelope) == .envelopeTooLarge)
    }

    @Test func anythingButCanonicalJSONIsRefused() throws {
        let envelope = try Self.envelope()

        #expect(refusal([]) == .notCanonicalJSON)
        #expect(refusal(envelope + [UInt8(ascii: " ")]) == .notCanonicalJSON)
        #expect(refusal(Array(envelope.dropLast())) == .notCanonicalJSON)
    }

    @Test func anEnvelopeWithoutItsPartsIsRefused() throws {
        #expect(refusal(Array("{}".utf8)) == .malformedEnvelope)
        #expect(refusal(Array("[]".utf8)) == .malformedEnvelope)
        #expect(refusal(try Self.envelope(more: ["extra": 1])) == .malformedEnvelope)
        #expect(refusal(try Self.envelope(sig: "AAAA")) == .malformedEnvelope)
        #expect(refusal(try Self.envelope(more: ["cosigs": "text"])) == .malformedEnvelope)
    }

    @Test(
        arguments: [
            ("v", nil), ("author", "short"), ("body", 7), ("engagement", .null),
            ("log", ["size": 0]),
            ("parents", []), ("parents", ["x"]), ("seq", 0), ("seq", 4_294_967_296),
            ("time", "noon"),
            ("without", []), ("more", 1), ("engagement", nil),
        ] as [(String, JSON?)]
    )
    func aHeadWithAWrongPartIsRefused(key: String, value: JSON?) throws {
        var head = try Self.parts(Self.diff().headBytes)
        head[WireText(key)] = value

        #expect(refusal(try Self.envelope(head: head, keepsHash: true)) == .malformedHead)
    }

    @Test func aHeadWhoseParentsAreOutOfOrderIsRefused() throws {
        var head = try Self.parts(Self.diff().headBytes)
        head["seq"] = 1
        head["parents"] = .array((head["parents"]?.arrayValue ?? []).reversed())

        #expect(refusal(try Self.envelope(head: head)) == .malformedHead)
    }

    @Test func anotherVersionIsRefusedBeforeTheRestIsLookedAt() throws {
        var head = try Self.parts(Self.diff().headBytes)
        head["v"] = 2
        head["author"] = nil

        #expect(refusal(try Self.envelope(head: head)) == .unknownVersion)
    }

    @Test func aBodyWithoutOperationsOrWithMoreIsRefused() throws {
        let many = [JSON](
            repeating: ["op": "remove", "path": "/a/b"],
            count: DiffLimits.operations + 1
        )

        #expect(refusal(try Self.envelope(body: [:])) == .malformedBody)
        #expect(refusal(try Self.envelope(body: ["ops": [], "salt": 1])) == .malformedBody)
        #expect(refusal(try Self.envelope(body: ["ops": [], "more": 1])) == .malformedBody)
        #expect(refusal(try Self.envelope(body: ["ops": .array(many)])) == .malformedBody)
    }

    @Test(
        arguments: [
            ["op": "test", "path": "/a/b", "value": 1], ["op": "add", "path": "/a/b/c"],
            ["op": "add", "path": "/a/b", "value": 1],
            ["op": "add", "path": "/a/b", "value": ["": 1]],
            ["op": "add", "path": "/a/b", "value": ["c": ["": true]]],
            ["op": "remove", "path": "/a/b", "value": 1], ["op": "remove", "path": "/a"],
            ["op": "remove", "path": "a/b"], ["op": "remove", "path": "/a//b"],
            ["op": "remove", "path": "/a/b/c/d/e"], ["op": "remove", "path": "/a/b~2"],
            ["op": "splice", "path": "/a/b", "at": 0, "delete": 0, "insert": ""],
            ["op": "splice", "path": "/a/b/c", "at": -1, "delete": 0, "insert": ""],
            ["op": "splice", "path": "/a/b/c", "at": 0, "delete": 0],
            ["op": "remove", "path": "/a/b", "over": []],
            ["op": "remove", "path": "/a/b", "over": ["0@x"]],
            ["op": "remove", "path": "/a/b", "reason": 1],
            ["op": "remove", "path": "/a/b", "more": 1],
        ] as [JSON]
    )
    func anOperationOfAnotherFormIsRefused(operation: JSON) throws {
        #expect(refusal(try Self.envelope(body: ["ops": [operation]])) == .malformedOperation)
    }

    @Test(
        arguments: [
            [["op": "remove", "path": "/a/b/c"], ["op": "add", "path": "/a/b/c", "value": 1]],
            [
                ["op": "add", "path": "/a/b", "value": ["c": 1]],
                ["op": "add", "path": "/a/b/c", "value": 1],
            ],
            [
                ["op": "add", "path": "/a/b", "value": ["c": ["d": true]]],
                ["op": "remove", "path": "/a/b/c/d"],
            ],
            [
                ["op": "add", "path": "/a/b/c", "value": 1],
                ["op": "add", "path": "/a/b", "value": ["c": 1]],
            ],
            [
                ["op": "remove", "path": "/a/b/c/d"],
                ["op": "add", "path": "/a/b", "value": ["c": ["d": true]]],
            ],
            [
                ["op": "splice", "path": "/a/b/c", "at": 0, "delete": 0, "insert": "x"],
                ["op": "remove", "path": "/a/b/c"],
            ],
        ] as [JSON]
    )
    func aCellThatIsWrittenTwiceIsRefused(operations: JSON) throws {
        #expect(refusal(try Self.envelope(body: ["ops": operations])) == .malformedOperation)
    }

    @Test func aBodyThatIsNotTheHeadsIsRefused() throws {
        let envelope = try Self.envelope(body: ["ops": []], keepsHash: true)

        #expect(refusal(envelope) == .bodyMismatch)
    }

    @Test func everyMutatedByteIsRefusedOrDecodesToSomethingElse() throws {
        let diff = try Self.diff()
        for index in diff.envelope.indices {
            for bit in [UInt8(1), 2, 32, 128] {
                var bytes = diff.envelope
                bytes[index] ^= bit
                guard let read = try? UnverifiedDiff(envelope: bytes) else { continue }
                // Only the signature is not pinned by the identity, and then it does not verify.
                #expect(
                    read.id != diff.id || !HashVerifier().isSigned(read) || read.body != diff.body,
                    "byte \(index)"
                )
                #expect(read.envelope == bytes)
            }
        }
    }
}
