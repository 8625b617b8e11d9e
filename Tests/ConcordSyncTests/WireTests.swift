import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Foundation
import Testing

@Suite struct WireTests {
    let request: SyncRequest
    let response: SyncResponse

    init() throws {
        let team = try TestTeam()
        request = SyncRequest(
            engagement: team.engagement,
            position: 17,
            own: team.ann.author,
            logKey: 0x00C0_FFEE,
            envelopes: Array(team.envelopes.prefix(2))
        )
        response = SyncResponse(
            verdicts: [
                .accepted(position: 19), .accepted(position: 20), .known(position: 3),
                .missing([team.engagement, team.history[1].id]),
                .refused(code: "bad-signature", detail: "the signature is not the author's"),
            ],
            from: 17,
            entries: [.envelope(team.envelopes[2]), .held(team.history[3].id)],
            size: 23
        )
    }

    @Test func messagesComeBackAsTheyWere() throws {
        #expect(try SyncRequest(wireBytes: request.wireBytes) == request)
        #expect(try SyncResponse(wireBytes: response.wireBytes) == response)
        #expect(response.more)
    }

    /// What was just accepted has no entry, and its position is said where it is not the next one.
    @Test(arguments: 0..<200 as Range<UInt64>) func placesFollowFromVerdictsAndEntries(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let from = generator.below(5)
        let size = from + generator.below(12)
        let entry = LogEntry.held(SHA256Digest(hashing: [1]))
        // A log of which some entries were just accepted, shown up to some place.
        let end = from + generator.below(size - from + 1)
        let accepted = (from..<size).filter { _ in generator.oneIn(2) }
        let given = (from..<end).filter { !accepted.contains($0) }
        let response = SyncResponse(
            verdicts: accepted.map { .accepted(position: $0) },
            from: from,
            entries: given.map { _ in entry },
            size: size
        )
        var walked = end
        while accepted.contains(walked) { walked += 1 }

        #expect(response.places.of == given)
        #expect(response.end == walked)
        #expect(try SyncResponse(wireBytes: response.wireBytes) == response)
    }

    @Test func aCutBodyIsRefusedWhereverItIsCut() {
        for bytes in prefixes(of: request.wireBytes) {
            #expect(throws: MessageError.self) { try SyncRequest(wireBytes: bytes) }
        }
        for bytes in prefixes(of: response.wireBytes) {
            #expect(throws: MessageError.self) { try SyncResponse(wireBytes: bytes) }
        }
    }

    @Test func aChangedByteIsRefusedOrSaysSomethingElse() {
        for bytes in mutations(of: request.wireBytes) {
            do throws(MessageError) {
                let decoded = try SyncRequest(wireBytes: bytes)
                #expect(decoded != request)
                #expect(decoded.wireBytes == bytes)
            } catch {
                continue
            }
        }
        for bytes in mutations(of: response.wireBytes) {
            do throws(MessageError) {
                let decoded = try SyncResponse(wireBytes: bytes)
                #expect(decoded != response)
                #expect(decoded.wireBytes == bytes)
            } catch {
                continue
            }
        }
    }

    @Test(arguments: [
        ("", MessageRefusal.truncatedBody, 1),
        ("{}", .truncatedBody, 1),
        ("{}\n", .malformedHeader, 1),
        ("\n", .malformedHeader, 1),
        ("[]\n", .malformedHeader, 1),
        ("HEADER(0) \n", .malformedHeader, 1),
        ("HEADER(1)\n", .truncatedBody, 2),
        ("HEADER(1)\n{}\n{}\n", .surplusLines, 3),
        ("HEADER(0)\n\n", .surplusLines, 2),
        ("HEADER(4097)\n", .tooManyLines, 1),
        ("HEADER(-1)\n", .malformedHeader, 1),
    ])
    func aWrongRequestIsRefusedWithItsCode(
        text: String,
        code: MessageRefusal,
        line: Int
    ) throws {
        let id = request.engagement.base64url
        var body = text
        if let start = text.range(of: "HEADER("), let end = text.range(of: ")") {
            let count = text[start.upperBound..<end.lowerBound]
            let header = #"{"engagement":"\#(id)","envelopes":\#(count),"position":0,"v":1}"#
            body = text.replacingCharacters(in: start.lowerBound..<end.upperBound, with: header)
        }

        #expect(throws: MessageError(code, line: line)) {
            try SyncRequest(wireBytes: Array(body.utf8))
        }
    }

    @Test(arguments: [
        #""v":2}"#, #""v":2,"with":[]}"#, #""v":0}"#, #""v":-1}"#, #""v":2147483648}"#,
    ])
    func anUnknownVersionIsToldApartFromAMalformedHeader(version: String) {
        let text = String(decoding: request.wireBytes, as: UTF8.self)
        let newer = text.replacingOccurrences(of: #""v":1}"#, with: version)

        #expect(throws: MessageError(.unknownProtocol, line: 1)) {
            try SyncRequest(wireBytes: Array(newer.utf8))
        }
    }

    @Test func aBodyBeyondTheLimitIsRefusedUnread() {
        let body = Array(repeating: UInt8(ascii: "\n"), count: SyncLimits.bodyBytes + 1)

        #expect(throws: MessageError(.bodyTooLarge, line: 1)) {
            try SyncRequest(wireBytes: body)
        }
    }

    @Test(arguments: [
        #"{"position":1,"verdict":"perhaps"}"#, #"{"position":-1,"verdict":"known"}"#,
        #"{"missing":[],"verdict":"missing"}"#, #"{"missing":["x"],"verdict":"missing"}"#,
        #"{"code":"x","verdict":"refused"}"#, #"{"verdict":"accepted","position":1}"#, "{}", "",
    ])
    func aWrongVerdictIsRefused(line: WireText) {
        let body = #"{"entries":0,"from":0,"size":9,"v":1,"verdicts":1}"# + "\n\(line)\n"

        #expect(throws: MessageError(.malformedVerdict, line: 2)) {
            try SyncResponse(wireBytes: Array(body.utf8))
        }
    }

    @Test(arguments: ["{}", #"{"id":"x","own":1}"#, #"{"own":1}"#, #"{"head":{}}"#, ""])
    func aWrongEntryIsRefused(line: WireText) {
        let body = #"{"entries":1,"from":0,"size":9,"v":1,"verdicts":0}"# + "\n\(line)\n"

        #expect(throws: MessageError(.malformedEntry, line: 2)) {
            try SyncResponse(wireBytes: Array(body.utf8))
        }
    }

    @Test func entriesBeyondTheLogsSizeAreRefused() {
        let body = #"{"entries":2,"from":8,"size":9,"v":1,"verdicts":0}"# + "\n{}\n{}\n"

        #expect(throws: MessageError(.malformedHeader, line: 1)) {
            try SyncResponse(wireBytes: Array(body.utf8))
        }
    }

    @Test func aNewerServersHeaderMayCarryMore() throws {
        let body =
            #"{"entries":0,"from":0,"later":[1],"size":0,"v":1,"verdicts":0}"# + "\n"

        let response = try SyncResponse(wireBytes: Array(body.utf8))

        #expect(response == SyncResponse(verdicts: [], from: 0, entries: [], size: 0))
    }

    @Test func aFullRequestsVerdictsAndOneEnvelopeFitIntoOneBody() {
        let ids = (0..<UInt8(SyncLimits.missing)).map { SHA256Digest(hashing: [$0]) }
        let verdicts = Array(
            repeating: EnvelopeVerdict.missing(ids),
            count: SyncLimits.envelopes
        )
        let envelope =
            Array(#"{"body":"#.utf8)
            + Array(repeating: UInt8(ascii: "x"), count: DiffLimits.envelopeBytes - 8)

        let response = SyncResponse(
            verdicts: verdicts,
            from: 0,
            entries: [.envelope(envelope)],
            size: 1
        )

        #expect(response.wireBytes.count <= SyncLimits.bodyBytes)
    }

    private func prefixes(of bytes: [UInt8]) -> [[UInt8]] {
        (0..<bytes.count).map { Array(bytes[..<$0]) }
    }

    /// Each byte in turn with its lowest bit flipped, and each replaced by a line feed.
    private func mutations(of bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.flatMap { index in
            var flipped = bytes
            flipped[index] ^= 1
            var broken = bytes
            broken[index] = UInt8(ascii: "\n")
            return [flipped, broken].filter { $0 != bytes }
        }
    }
}
