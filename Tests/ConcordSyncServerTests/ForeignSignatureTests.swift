import ConcordDiff
import ConcordEncoding
import ConcordHTTPSignatures
import ConcordSigning
import ConcordSync
import ConcordTesting
import Foundation
import Testing

/// Where the library of others is.
private enum ForeignLibrary {
    /// A Python that has it.
    static let python: String? = {
        let python = ProcessInfo.processInfo.environment["CONCORD_SIGNATURES_PYTHON"]
        return python?.isEmpty == false ? python : nil
    }()
}

/// A library of others understands our requests, and our server understands its.
///
/// It is `http-message-signatures` of PyPI, which `Tools/test` installs into a Python of its own.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(
        if: ForeignLibrary.python != nil,
        "no Python here has the package http-message-signatures; CONCORD_SIGNATURES_PYTHON names one that has"
    )
) struct ForeignSignatureTests {
    private let team: SigningTeam
    private let body: [UInt8]
    private let path: String

    init() throws {
        team = try SigningTeam()
        body =
            SyncRequest(
                engagement: team.engagement,
                position: 0,
                envelopes: team.history.map(\.envelope)
            ).wireBytes
        path = "/v1/engagements/\(team.engagement.base64url)/sync"
    }

    /// Asks the library.
    private func ask(_ question: JSONObject) async throws -> JSON {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Data/foreign_signatures.py").path
        let python = try #require(ForeignLibrary.python)
        return try await blocking {
            let input = question.canonicalBytes
            let answer = try ChildProgram.run(python, [script], input: input).output
            return try JSON(parsing: answer.filter { $0 != UInt8(ascii: "\n") })
        }
    }

    private func object(_ fields: [(name: String, value: String)]) -> JSON {
        var object: JSONObject = [:]
        for field in fields { object[WireText(field.name)] = .string(WireText(field.value)) }
        return .object(object)
    }

    private func hex(_ bytes: [UInt8]) -> JSON {
        .string(WireText(bytes.map { String(format: "%02x", $0) }.joined()))
    }

    @Test func theLibraryVerifiesWhatWeSign() async throws {
        let url = "https://audit.example.org:8443" + path
        let fields = try team.lead.signer.fields(posting: body, to: url)
        var question: JSONObject = [
            "do": "verify", "url": .string(WireText(url)), "headers": object(fields),
            "key": hex(team.lead.author.publicKey),
        ]

        let covered = try await ask(question)["covered"]?.arrayValue?.compactMap {
            $0.stringValue?.string
        }
        #expect(Set(RequestRules.components).isSubset(of: Set(covered ?? [])))

        question["url"] = .string(WireText("https://other.example.org" + path))
        #expect(try await ask(question)["refused"] != nil)
    }

    @Test func ourServerTakesWhatTheLibrarySigns() async throws {
        let key = try SigningKey.generate()
        var founder = SigningDevice(key)
        let genesis = try founder.found()
        let path = "/v1/engagements/\(genesis.id.base64url)/sync"
        let body = SyncRequest(
            engagement: genesis.id,
            position: 0,
            envelopes: [genesis.envelope]
        ).wireBytes
        try await withServer { port in
            let signed = try await ask([
                "do": "sign", "url": .string(WireText("http://localhost" + path)),
                "headers": object([
                    ("Content-Digest", ContentDigest(of: body).field),
                    ("Content-Type", SyncResource.mediaType),
                ]),
                "seed": hex(key.seed), "keyid": .string(key.author.text),
                "nonce": "from another library",
            ])
            let lines = try #require(signed["headers"]?.objectValue).map { name, value in
                "\(name): \(value.stringValue?.string ?? "")"
            }
            let answer = try await RawHTTP(port: port)
                .send("POST", path, headers: lines, body: body)
            #expect(answer.status == 200, "\(answer.text)")
        }
    }
}
