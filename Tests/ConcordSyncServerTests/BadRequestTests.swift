import CZlib
import ConcordDiff
import ConcordEncoding
import ConcordHTTP
import ConcordSync
import Foundation
import HTTPTypes
import Testing

@testable import ConcordSyncServer

/// Bodies and requests that no client of ours would send: each gets its code, and the server goes on.
@Suite(.timeLimit(.minutes(5))) struct BadRequestTests {
    let team: SigningTeam
    let id: String
    let body: [UInt8]

    init() throws {
        team = try SigningTeam()
        id = team.engagement.base64url
        body =
            SyncRequest(
                engagement: team.engagement,
                position: 0,
                envelopes: team.history.map(\.envelope)
            ).wireBytes
    }

    private func expectAlive(_ http: RawHTTP) async throws {
        #expect(try await http.send("GET", "/healthz").status == 200)
        #expect(try await http.post(body, to: id).status == 200)
    }

    @Test func aCutBodyIsRefused() async throws {
        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            let cuts = [0, 1, body.count / 2, body.count - 1]
            for cut in cuts {
                let answer = try await http.post(Array(body[..<cut]), to: id)
                #expect(answer.status == 400)
                #expect(answer.code == "truncated-body")
            }
            try await expectAlive(http)
        }
    }

    @Test func whoeverHangsUpInTheMiddleLeavesNothingBehind() async throws {
        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            for cut in [1, body.count / 2, body.count - 1] {
                let signature = try http.signature(of: body, to: "/v1/engagements/\(id)/sync")
                let head = """
                    POST /v1/engagements/\(id)/sync HTTP/1.1\r
                    Host: localhost\r
                    \(signature.joined(separator: "\r\n"))\r
                    Content-Type: application/x-ndjson\r
                    Content-Length: \(body.count)\r
                    \r

                    """
                try await http.sendAndHangUp(Array(head.utf8) + body[..<cut])
            }
            let pull = SyncRequest(engagement: team.engagement, position: 0).wireBytes

            #expect(try await http.post(pull, to: id).code == "unknown-engagement")
            try await expectAlive(http)
        }
    }

    @Test func aHugeBodyIsRefusedBeforeItIsRead() async throws {
        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            func head() throws -> String {
                let signature = try http.signature(of: [], to: "/v1/engagements/\(id)/sync")
                return """
                    POST /v1/engagements/\(id)/sync HTTP/1.1\r
                    Host: localhost\r
                    Connection: close\r
                    \(signature.joined(separator: "\r\n"))\r
                    Content-Type: application/x-ndjson\r
                    Content-Length: \(SyncLimits.bodyBytes + 1)\r
                    \r

                    """
            }
            let announced = try await http.send(Array(head().utf8))
            #expect(announced.status == 413)
            #expect(announced.code == "body-too-large")

            let chunk = String(repeating: "x", count: 1 << 20)
            let chunked =
                try head().replacing(/Content-Length: \d+/, with: "Transfer-Encoding: chunked")
                + String(repeating: "100000\r\n\(chunk)\r\n", count: 5) + "0\r\n\r\n"
            let streamed = try await http.send(Array(chunked.utf8))
            #expect(streamed.status == 413)
            #expect(streamed.code == "body-too-large")
            try await expectAlive(http)
        }
    }

    @Test func aSmallBodyThatInflatesWithoutEndIsRefused() async throws {
        let zeros = [UInt8](repeating: 0, count: 64 << 20)
        let bomb = Gzip.compress(zeros)
        #expect(bomb.count < 100_000)

        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            let answer = try await http.post(bomb, to: id, encoding: "gzip")
            #expect(answer.status == 413)
            #expect(answer.code == "body-too-large")
            try await expectAlive(http)
        }
    }

    @Test func aBrokenGzipMemberIsRefused() async throws {
        let whole = Gzip.compress(body)
        var changed = whole
        changed[whole.count / 2] ^= 0xFF

        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            for bytes in [[], Array(whole.dropLast()), whole + [0], changed, body] {
                let answer = try await http.post(bytes, to: id, encoding: "gzip")
                #expect(answer.status == 400)
                #expect(answer.code == "malformed-encoding")
            }
            #expect(try await http.post(whole, to: id, encoding: "gzip").status == 200)
        }
    }

    @Test func whatTheServerDoesNotKnowHasItsCode() async throws {
        let other = SHA256Digest(hashing: []).base64url
        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            let cases: [(RawHTTP.Answer, Int, String)] = [
                (try await http.send("GET", "/"), 404, "not-found"),
                (try await http.send("GET", "/v1/engagements"), 404, "not-found"),
                (try await http.post(body, to: "short"), 404, "not-found"),
                (try await http.send("DELETE", "/healthz"), 405, "method-not-allowed"),
                (
                    try await http.send("GET", "/v1/engagements/\(id)/sync"), 405,
                    "method-not-allowed"
                ),
                (
                    try await http.post(body, to: id, type: "application/json"), 415,
                    "unsupported-media-type"
                ),
                (
                    try await http.post(body, to: id, encoding: "br"), 415,
                    "unsupported-encoding"
                ),
                (try await http.post(body, to: other), 400, "engagement-mismatch"),
                (try await http.post(Array("{}\n".utf8), to: id), 400, "malformed-header"),
            ]
            for (answer, status, code) in cases {
                #expect(answer.status == status)
                #expect(answer.code == code)
                #expect(answer.text.contains("application/problem+json"))
            }
            try await expectAlive(http)
        }
    }

    @Test func everyStatusInTheRegistryIsTheOneThatIsSent() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocol/rejections.json")
        let registry = try JSON(parsing: [UInt8](Data(contentsOf: file)))
        func expect(_ group: String, _ problems: [Problem]) throws {
            let entries = try #require(registry["groups"]?[WireText(group)]?["codes"]?.arrayValue)
            let listed = entries.map {
                [$0["code"]?.stringValue?.string, $0["status"]?.description]
            }
            #expect(listed == problems.map { [$0.code, "\($0.status.code)"] })
        }

        try expect("http", HTTPRefusal.allCases.map { Problem(.http($0)) })
        try expect("files", FileRefusal.allCases.map { Problem(.file($0)) })
        try expect("request", SyncRefusal.allCases.map { Problem(.sync($0)) })
        try expect("access", AccessRefusal.allCases.map { Problem(.access($0)) })
        try expect(
            "authentication",
            AuthenticationRefusal.allCases.map {
                Problem(.authentication($0, now: Timestamp(milliseconds: 0)))
            }
        )
        try expect(
            "message",
            MessageRefusal.allCases.map { Problem(.message(.init($0, line: 1))) }
        )
    }
}
