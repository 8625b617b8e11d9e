import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import ConcordSyncClient
import Foundation
import Synchronization
import Testing

@testable import ConcordSyncServer

/// A request has to prove who asks.
@Suite(.timeLimit(.minutes(5))) struct AuthenticationTests {
    private let team: SigningTeam
    private let path: String
    private let body: [UInt8]

    init() throws {
        team = try SigningTeam()
        path = "/v1/engagements/\(team.engagement.base64url)/sync"
        body =
            SyncRequest(
                engagement: team.engagement,
                position: 0,
                envelopes: team.history.map(\.envelope)
            ).wireBytes
    }

    private let type = "Content-Type: application/x-ndjson"

    /// The lines that sign the body for an address.
    private func signature(
        by signer: RequestSigner? = nil,
        to origin: String = "http://localhost"
    ) throws -> [String] {
        try (signer ?? team.lead.signer).fields(posting: body, to: origin + path)
            .map { "\($0.name): \($0.value)" }
    }

    private func problem(_ answer: RawHTTP.Answer) throws -> JSON {
        let start = try #require(answer.text.range(of: "\r\n\r\n"))
        return try JSON(parsing: Array(answer.text[start.upperBound...].utf8))
    }

    @Test func whatIsNotSignedIsNotAnswered() async throws {
        try await withServer { port in
            let http = RawHTTP(port: port)
            let answer = try await http.send("POST", path, headers: [type], body: body)

            #expect(answer.status == 401)
            #expect(answer.code == "signature-missing")
            #expect(answer.text.contains("\r\nWWW-Authenticate: Signature\r\n"))
        }
    }

    /// The body is not waited for: nobody knows who sends it.
    @Test func aWrongSignatureIsRefusedBeforeTheBodyIsRead() async throws {
        try await withServer { port in
            var broken = try signature()
            let last = broken.removeLast()
            broken.append(last.replacing("concord=:", with: "concord=:AAAA"))
            let head =
                ["POST \(path) HTTP/1.1", "Host: localhost", "Connection: close", type] + broken
                + ["Content-Length: 4000000", "", ""]
            let answer = try await RawHTTP(port: port)
                .send(Array(head.joined(separator: "\r\n").utf8))

            #expect(answer.status == 401)
            #expect(answer.code == "bad-request-signature")
        }
    }

    @Test func anotherBodyIsRefused() async throws {
        let other = SyncRequest(engagement: team.engagement, position: 0).wireBytes
        try await withServer { port in
            let answer = try await RawHTTP(port: port)
                .send("POST", path, headers: [type] + signature(), body: other)

            #expect(answer.status == 400)
            #expect(answer.code == "wrong-digest")
        }
    }

    @Test func aRequestIsAnsweredOnce() async throws {
        try await withServer { port in
            let lines = try signature()
            let http = RawHTTP(port: port)
            let first = try await http.send("POST", path, headers: [type] + lines, body: body)
            let second = try await http.send("POST", path, headers: [type] + lines, body: body)
            let again = try await http.send("POST", path, headers: [type] + signature(), body: body)

            #expect(first.status == 200)
            #expect(second.status == 401)
            #expect(second.code == "replayed-request")
            #expect(again.status == 200)
        }
    }

    /// What was answered before a restart is not remembered, so nothing from before it is answered.
    @Test func aRequestFromBeforeAStartIsRefused() async throws {
        let now = SyncService.systemClock()
        let earlier = RequestSigner(team.lead.key) {
            Timestamp(milliseconds: now.milliseconds - 60_000)
        }
        let lines = try signature(by: earlier)
        try await withServer { port in
            let answer = try await RawHTTP(port: port)
                .send("POST", path, headers: [type] + lines, body: body)

            #expect(answer.status == 401)
            #expect(answer.code == "wrong-clock")
            let text = try #require(try problem(answer)["now"]?.stringValue)
            let told = try #require(Timestamp(text.string))
            #expect(abs(told.milliseconds - now.milliseconds) < 60_000)
        }
    }

    /// A device whose clock is wrong syncs all the same: it signs by the server's.
    @Test(arguments: [-86_400_000, 3_600_000] as [Int64])
    func aWrongClockIsCorrectedForTheServer(offset: Int64) async throws {
        let wrong = RequestSigner(team.lead.key) {
            Timestamp(milliseconds: SyncService.systemClock().milliseconds + offset)
        }
        let request = try SyncRequest(wireBytes: body)
        try await withServer { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            try await HTTPTransport.withTransport(to: address) { transport in
                let size = try await transport.exchange(request, by: wrong).size
                #expect(size == 3)
            }
        }
    }

    /// A proxy may change host and path; the server is told how clients address it.
    @Test func aServerBehindAProxyKnowsItsAddress() async throws {
        let origin = "https://Audit.example.org:443/concord"
        let urls = ["https://audit.example.org/concord/"]
        try await withServer { port in
            let http = RawHTTP(port: port)
            let signed = try signature(to: origin)
            let lines = signed.filter { !$0.hasPrefix("Concord-Address: ") }
            for claimed in [
                [], ["http://localhost"], [origin + "/x"], [origin + path], [""], ["x"],
                [origin, origin],
            ] {
                let headers = [type] + lines + claimed.map { "Concord-Address: \($0)" }
                let answer = try await http.send("POST", path, headers: headers, body: body)
                #expect(answer.code == "bad-request-signature", "\(claimed)")
            }
            // The client says where it sends, so a proxy that changes host and path does no harm.
            let answer = try await http.send("POST", path, headers: [type] + signed, body: body)
            #expect(answer.status == 200)
        }
        try await withServer(publicURLs: ["https://other.example"] + urls) { port in
            let http = RawHTTP(port: port)
            let lines = try signature(to: origin)
            let answer = try await http.send("POST", path, headers: [type] + lines, body: body)
            #expect(answer.status == 200)
            // What was signed for another server is not answered here.
            let other = try await http.send(
                "POST",
                path,
                headers: [type] + signature(),
                body: body
            )
            #expect(other.code == "bad-request-signature")
        }
    }

    @Test func theFieldsOfASignatureAreBounded() async throws {
        let long = String(repeating: "x", count: 2000)
        var lines = try signature()
        let input = try #require(lines.firstIndex { $0.hasPrefix("Signature-Input") })
        lines[input] += ";x=\"\(long)\""
        let fields = lines
        try await withServer { port in
            let answer = try await RawHTTP(port: port)
                .send("POST", path, headers: [type] + fields, body: body)
            #expect(answer.status == 400)
            #expect(answer.code == "malformed-signature")
        }
    }

    // MARK: Versions.

    @Test(arguments: ["0", "2", "1, 2", "one", ""])
    func anotherVersionIsToldWhichOneTheServerSpeaks(version: String) async throws {
        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            let lines = [type, "Concord-Protocol: \(version)"]
            let answer = try await http.send("POST", path, headers: lines, body: body)

            #expect(answer.status == 400)
            #expect(answer.code == "unknown-protocol-version")
            #expect(try problem(answer)["versions"] == [1])
            #expect(answer.text.contains("\r\nConcord-Protocol: 1\r\n"))
        }
    }

    @Test func everyAnswerSaysTheVersion() async throws {
        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            let synced = try await http.send("POST", path, headers: [type], body: body)
            let health = try await http.send("GET", "/healthz")
            let lost = try await http.send("GET", "/else")

            for answer in [synced, health, lost] {
                #expect(answer.text.contains("\r\nConcord-Protocol: 1\r\n"))
            }
        }
    }
}

/// What is remembered of answered requests.
@Suite struct NonceMemoryTests {
    private let authors: [Author]

    init() throws {
        authors = try (0..<3).map { _ in try SigningKey.generate().author }
    }

    private func proof(_ author: Int, _ nonce: Int, at created: Int64 = 0) -> RequestProof {
        RequestProof(author: authors[author], nonce: "\(nonce)", created: created)
    }

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    /// Whatever comes when, nothing is taken twice for as long as its time is within the window.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func nothingIsTakenTwiceWhileItCouldBe(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let memory = NonceMemory()
        var taken: [RequestProof] = []
        var now: Int64 = 1_000_000
        for number in 0..<400 {
            now += Int64(random.next() % 40)
            let window = RequestRules.windowSeconds
            let created = now - window + Int64(random.next() % UInt64(2 * window + 1))
            let new = proof(Int(random.next() % 3), number, at: created)
            try memory.take(new, now: time(now))
            taken.append(new)
            for old in taken where abs(old.created - now) <= window {
                #expect(memory.holds(old))
                #expect(throws: RequestRefusal.self) { try memory.take(old, now: time(now)) }
            }
        }
    }

    @Test func whatCannotBeRepeatedIsForgotten() throws {
        let memory = NonceMemory(countMax: 2)
        try memory.take(proof(0, 0), now: time(0))
        try memory.take(proof(0, 1), now: time(1))
        #expect(throws: RequestRefusal.self) { try memory.take(proof(0, 2), now: time(2)) }

        try memory.take(proof(0, 2), now: time(600))
        try memory.take(proof(0, 3), now: time(1300))

        #expect(!memory.holds(proof(0, 0)))
        #expect(memory.holds(proof(0, 2)))
    }

    @Test func oneKeyTakesNoRoomOfOthers() throws {
        let memory = NonceMemory(countMax: 10, countMaxOfKey: 2)
        try memory.take(proof(0, 0), now: time(0))
        try memory.take(proof(0, 1), now: time(0))

        #expect(throws: RequestRefusal.self) { try memory.take(proof(0, 2), now: time(0)) }
        try memory.take(proof(1, 2), now: time(0))
    }

    @Test func theSameNonceOfAnotherKeyIsAnotherRequest() throws {
        let memory = NonceMemory()
        try memory.take(proof(0, 0), now: time(0))
        try memory.take(proof(1, 0), now: time(0))
    }

    /// Random numbers of a seed.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
