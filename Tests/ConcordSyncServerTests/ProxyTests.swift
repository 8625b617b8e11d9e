import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import ConcordTesting
import Foundation
import Testing

@testable import ConcordSyncServer

/// Where nginx is.
private enum Nginx {
    static let path = ["/usr/sbin/nginx", "/usr/bin/nginx"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
}

/// Debian's nginx in front of the server, with the site that we ship.
@Suite(
    .serialized,
    .timeLimit(.minutes(5)),
    .enabled(if: Nginx.path != nil, "there is no nginx here; Tools/test installs it")
) struct ProxyTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let tls = root.appending(path: "Tests/Data/tls")

    /// A port that nobody listens on just now.
    private func freePort() throws -> Int { try RawServer().port }

    /// The shipped site, changed for this machine.
    private func site(_ port: Int, before server: Int) throws -> String {
        let shipped = try String(
            contentsOf: Self.root.appending(path: "Tools/packaging/nginx.conf"),
            encoding: .utf8
        )
        let live = "/etc/letsencrypt/live/audit.example.org/"
        let changes = [
            ("listen 443 ssl", "listen 127.0.0.1:\(port) ssl"),
            ("server_name audit.example.org", "server_name localhost"),
            (live + "fullchain.pem", Self.tls.appending(path: "server.pem").path),
            (live + "privkey.pem", Self.tls.appending(path: "server-key.pem").path),
            ("http://127.0.0.1:8080", "http://127.0.0.1:\(server)"),
        ]
        return changes.reduce(shipped) { text, change in
            #expect(text.contains(change.0), "the shipped site says \(change.0)")
            return text.replacing(change.0, with: change.1)
        }
    }

    /// Runs nginx until `body` is done.
    private func withNginx<Result>(
        _ port: Int,
        before server: Int,
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await withFolder { folder in
            let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(folder.path)/\($0);" }.joined(separator: "\n")
            let configuration = """
                daemon off; master_process off; pid \(folder.path)/pid; error_log stderr;
                events {}
                http {
                    access_log off;
                    \(places)
                    \(try site(port, before: server))
                }
                """
            let file = folder.appending(path: "nginx.conf")
            try Data(configuration.utf8).write(to: file)
            let nginx = try ChildProgram(
                try #require(Nginx.path),
                ["-p", folder.path, "-c", file.path]
            )
            defer { nginx.signal(SIGKILL) }
            try await untilListening(port, nginx)
            return try await body()
        }
    }

    /// Waits until somebody listens on a port; a few seconds at most.
    private func untilListening(_ port: Int, _ process: ChildProgram) async throws {
        for _ in 0..<500 {
            #expect(process.isRunning)
            do {
                let connection = try await RawConnection(port: port)
                await connection.close()
                return
            } catch {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        Issue.record("nginx does not listen")
    }

    @Test func whatPassesTheProxyIsWhatWasSigned() async throws {
        var team = try SigningTeam()
        // Nearly as long as a request may be: the proxy has to let it through.
        let long = try (0..<22).map { number in
            try team.ann.save(title: noise(number, 160_000))
        }
        let port = try freePort()
        let url = "https://127.0.0.1:\(port)"
        var limits = ServerLimits()
        limits.trustedProxies = ["127.0.0.1"]
        let history = team.history
        let lead = team.lead.signer
        try await withServer(publicURLs: [url], limits: limits) { server in
            try await withNginx(port, before: server) {
                let authority = Self.tls.appending(path: "authority.pem").path
                let transport = HTTPTransport(
                    to: try ServerAddress(url),
                    certificateFile: authority
                )
                var replica = TestReplica(team.engagement, pending: history + long)
                _ = try await replica.sync(over: transport, by: lead)
                try await transport.close()

                #expect(replica.log == (history + long).map(\.id))
                // Who goes round the proxy has signed for another address.
                let direct = try ServerAddress("http://127.0.0.1:\(server)")
                let failure = await #expect(throws: SyncFailure.self) {
                    try await HTTPTransport.withTransport(to: direct) { transport in
                        try await transport.exchange(
                            SyncRequest(engagement: team.engagement, position: 0),
                            by: lead
                        )
                    }
                }
                #expect(failure?.code == .refused("bad-request-signature"))
            }
        }
    }
}
