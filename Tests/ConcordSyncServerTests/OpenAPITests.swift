import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSigning
import ConcordSync
import ConcordSyncClient
import ConcordSyncServer
import ConcordTesting
import Foundation
import Testing

/// Where schemathesis is.
private enum Schemathesis {
    /// A Python that has it.
    static let python: String? = {
        let python = ProcessInfo.processInfo.environment["CONCORD_SCHEMATHESIS_PYTHON"]
        return python?.isEmpty == false ? python : nil
    }()
}

/// The server does what `Protocol/openapi.yaml` says.
@Suite("The published interface", .timeLimit(.minutes(5)))
struct OpenAPITests {
    /// A server that has a file of a team's engagement: where it listens, who asks, and the file.
    private func withFile(
        _ body: (_ port: Int, SigningTeam, TestFile) async throws -> Void
    ) async throws {
        let file = try TestFile(Array("a small picture".utf8))
        var limits = ServerLimits()
        limits.requestsOfDevice = 100_000
        limits.requestsOfAddress = 100_000
        var team = try SigningTeam()
        let recorded = try team.lead.save(
            [file.evidence("e1")],
            seen: team.history.suffix(1).map(\.id)
        )
        let request = SyncRequest(
            engagement: team.engagement,
            position: 0,
            envelopes: (team.history + [recorded]).map(\.envelope)
        )
        try await withServer(limits: limits) { [team] port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            try await HTTPTransport.withTransport(to: address) { transport in
                _ = try await transport.exchange(request, by: team.lead.signer)
                _ = try await transport.send(
                    file.bytes,
                    of: file.promise,
                    at: 0,
                    in: team.engagement,
                    by: team.lead.signer
                )
            }
            try await body(port, team, file)
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }

    /// It asks all addresses but that of events, whose answer does not end, with what the document allows and with
    /// what it does not; as a member, whose requests are signed.
    @Test(
        .enabled(
            if: Schemathesis.python != nil,
            "no Python here has the package schemathesis; CONCORD_SCHEMATHESIS_PYTHON names one that has"
        )
    )
    func schemathesisFindsNothing() async throws {
        let python = try #require(Schemathesis.python)
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        try await withFile { port, team, file in
            try await withFolder { folder in
                let settings = """
                    hooks = "schemathesis_hooks.py"

                    [parameters]
                    "path.engagement" = "\(team.engagement.base64url)"
                    "path.sha256" = "\(file.promise.sha256.hex)"
                    "query.size" = \(file.promise.size)
                    "query.root" = "\(file.promise.partsRoot.hex)"

                    [checks.positive_data_acceptance]
                    expected-statuses = ["2xx", "404", "409", "416"]

                    """
                let settingsFile = folder.appending(path: "schemathesis.toml")
                try Data(settings.utf8).write(to: settingsFile)
                try FileManager.default.copyItem(
                    at: here.appending(path: "../Data/schemathesis_hooks.py").standardized,
                    to: folder.appending(path: "schemathesis_hooks.py")
                )
                let (status, output) = try await blocking {
                    let arguments = [
                        "-m", "schemathesis.cli", "run", "--url", "http://127.0.0.1:\(port)",
                        "--seed", "1",
                        "--max-examples", "25", "--exclude-operation-id", "events", "--no-color",
                        "--suppress-health-check", "filter_too_much", "--request-timeout", "20",
                        here.appending(path: "../../Protocol/openapi.yaml").standardized.path,
                    ]
                    let environment = [
                        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
                        "HOME": folder.path,
                        "PYTHONPATH": folder.path,
                        "CONCORD_API_ENGAGEMENT": team.engagement.base64url,
                        "CONCORD_API_KEY": team.lead.author.text.string,
                        "CONCORD_API_SEED": hex(team.lead.key.seed),
                        "CONCORD_API_FILE": hex(file.bytes),
                        "CONCORD_API_HASHES": hex(file.tree.bytes),
                    ]
                    let (end, output) = try ChildProgram.run(
                        python,
                        arguments,
                        environment: environment,
                        folder: folder.path,
                        mergingErrors: true
                    )
                    return (end.status, String(decoding: output, as: UTF8.self))
                }
                #expect(status == 0, "\(output)")
                #expect(output.contains("Tested: 12"), "\(output)")
            }
        }
    }

    /// RFC 9110, section 14.2: what is no range is ignored, and one may name bytes behind the end.
    @Test(arguments: [
        ("bytes=2-6", 206, "small"), ("bytes=8-", 206, "picture"),
        ("bytes=8-4294967296", 206, "picture"),
        ("bytes=0-99999999999999999999", 200, "a small picture"),
        ("bytes=0-14", 200, "a small picture"),
        ("bytes=15-", 416, ""), ("bytes=99999999999999999999-", 416, ""),
        ("bytes=6-2", 200, "a small picture"), ("bytes=-5", 200, "a small picture"),
        ("bytes=+2-6", 200, "a small picture"), ("lines=2-6", 200, "a small picture"),
        ("bytes=1-2,4-5", 200, "a small picture"), ("", 200, "a small picture"),
    ])
    func aRangeIsReadAsTheStandardSays(range: String, status: Int, bytes: String) async throws {
        try await withFile { port, team, file in
            let path =
                "/v1/engagements/\(team.engagement.base64url)/files/\(file.promise.sha256.hex)"
                + "?size=\(file.promise.size)&root=\(file.promise.partsRoot.hex)"
            let fields = try team.lead.signer.fields(
                posting: [],
                to: "http://localhost\(path)",
                method: "GET"
            )
            let lines = fields.map { "\($0.name): \($0.value)" } + ["Range: \(range)"]
            let answer = try await RawHTTP(port: port).send("GET", path, headers: lines)
            #expect(answer.status == status, "\(answer.text)")
            if status == 416 {
                #expect(answer.code == "range-not-satisfiable")
            } else {
                #expect(answer.text.hasSuffix("\r\n\r\n" + bytes), "\(answer.text)")
            }
        }
    }

    /// Also one that came after our routes, or that the router has no name for.
    @Test(arguments: ["TRACE", "QUERY", "DELETE", "PROPFIND"])
    func otherMethodsAreNamedAsSuch(method: String) async throws {
        try await withServer { port in
            let known = try await RawHTTP(port: port).send(method, "/healthz")
            #expect(known.status == 405)
            #expect(known.text.lowercased().contains("allow: get, head"))
            #expect(try await RawHTTP(port: port).send(method, "/nowhere").status == 404)
        }
    }
}
