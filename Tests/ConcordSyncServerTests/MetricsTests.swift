import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import Foundation
import Testing

@testable import ConcordSyncServer

/// What monitors are told.
@Suite(.timeLimit(.minutes(5))) struct MetricsTests {
    /// The value of a figure on the page.
    private func value(_ name: String, _ page: String) -> Double? {
        page.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    @Test func thePageTellsFiguresAndNobodysNames() async throws {
        var team = try SigningTeam()
        let diffs = team.history + [try team.ann.save(title: "Backups are never tested")]
        let request = SyncRequest(
            engagement: team.engagement,
            position: 0,
            envelopes: diffs.map(\.envelope)
        )
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withServer(monitored: port) { main in
            let address = try ServerAddress("http://127.0.0.1:\(main)")
            try await HTTPTransport.withTransport(to: address) { transport in
                _ = try await transport.exchange(request, by: team.lead.signer)
            }
            _ = try await RawHTTP(port: main).send("POST", "/v1/engagements/x/sync")
            var iterator = ports.makeAsyncIterator()
            let monitor = try #require(await iterator.next())

            let page = try await RawHTTP(port: monitor).send("GET", "/metrics").text

            #expect(page.contains("Content-Type: text/plain; version=0.0.4"))
            #expect(value("concord_diffs_accepted_total", page) == 4)
            #expect(value("concord_engagements", page) == 1)
            #expect(value("concord_log_entries", page) == 4)
            #expect(value("concord_healthy", page) == 1)
            #expect(value(#"concord_refusals_total{code="not-found"}"#, page) == 1)
            let route = #"route="/v1/engagements/{engagement}/sync""#
            #expect(value("concord_requests_total{\(route),status=\"200\"}", page) == 1)
            #expect(value("concord_request_duration_seconds_count{\(route)}", page) == 2)
            #expect((value("concord_resident_memory_bytes", page) ?? 0) > 1e6)
            #expect(!page.contains(team.engagement.base64url.prefix(8)))
            #expect(!page.contains("Backups"))
            // Only who asks at the monitors' port is told.
            let outside = try await RawHTTP(port: main).send("GET", "/metrics")
            #expect(outside.status == 404)
        }
    }

    @Test func timesFallIntoTheirBuckets() {
        var times = ServerMetrics.Times()
        for milliseconds in [1, 5, 5.1, 99, 40_000] { times.add(milliseconds) }
        var text = MetricsText()
        text.add("t", "Times.", ["/a": times])

        #expect(text.text.contains(#"concord_t_bucket{route="/a",le="0.005"} 2"#))
        #expect(text.text.contains(#"concord_t_bucket{route="/a",le="0.01"} 3"#))
        #expect(text.text.contains(#"concord_t_bucket{route="/a",le="30.0"} 4"#))
        #expect(text.text.contains(#"concord_t_bucket{route="/a",le="+Inf"} 5"#))
        #expect(text.text.contains(#"concord_t_count{route="/a"} 5"#))
    }

    @Test func labelsAreEscaped() {
        var text = MetricsText()
        text.add("a", .gauge, "A.", [([("x", "\"\\\n")], 1)])

        #expect(text.text.hasSuffix(#"concord_a{x="\"\\\n"} 1"# + "\n"))
    }

    @Test(arguments: ["/healthz", "/readyz"])
    func healthIsAWriteAndASignature(path: String) async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "a.sqlite")
            try await withServer(at: file) { port in
                let before = try walBytes(file)

                let answer = try await RawHTTP(port: port).send("GET", path)

                #expect(answer.status == 200)
                #expect(try walBytes(file) != before)
            }
        }
    }

    /// What was found holds for a while, so that nobody makes the disk work by asking.
    @Test func healthIsNotTriedAnewEachTime() async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "a.sqlite").path
            let database = try ServerDatabase(path: path)
            let health = ServerHealth(database, lasting: .seconds(3600))
            try await health.check()
            let before = try version(database)

            for _ in 0..<10 { try await health.check() }
            #expect(try version(database) == before)

            // Those who ask at the same moment cost one attempt too.
            let other = ServerHealth(database, lasting: .seconds(3600))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 { group.addTask { try await other.check() } }
                try await group.waitForAll()
            }
            #expect(try version(database) == before.map { $0 + 1 })
            try database.close()
        }
    }

    @Test(arguments: ["/healthz", "/readyz"])
    func aFullDiskIsNotHealthy(path: String) async throws {
        try await withServer(pagesMax: 60) { port in
            let answer = try await RawHTTP(port: port).send("GET", path)

            #expect(answer.status == 507)
            #expect(answer.code == "storage-full")
        }
    }

    private func version(_ database: ServerDatabase) throws -> Int? {
        try database.testingOnlyUserVersion()
    }

    private func walBytes(_ file: URL) throws -> Data {
        try Data(contentsOf: URL(filePath: file.path + "-wal"))
    }
}
