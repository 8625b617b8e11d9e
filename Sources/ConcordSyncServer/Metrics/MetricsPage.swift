import ConcordEncoding
import ConcordFiles
import Foundation
internal import GRDB
internal import Hummingbird
import NIOCore

/// Everything that a monitor can ask the server, as one page: what it has counted, and how it stands now.
struct MetricsPage: Sendable {
    let metrics: ServerMetrics
    let connections: ConnectionCount
    let budget: BodyBudget
    let health: ServerHealth
    let database: ServerDatabase
    let certificate: CertificateHolder?
    let version: String
    let started: Timestamp

    /// The routes of the address that a monitor asks, and nobody else.
    func router() -> Router<ServerRequestContext> {
        let router = Router(context: ServerRequestContext.self)
        router.get("/metrics") { _, _ in
            let text = try await text()
            return Response(
                status: .ok,
                headers: [.contentType: MetricsText.mediaType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text))
            )
        }
        return router
    }

    /// The page as Prometheus reads it.
    func text() async throws -> String {
        var page = MetricsText()
        let counts = metrics.current
        page.add(
            "build_info",
            .gauge,
            "The versions, as labels.",
            [([("version", version), ("sqlite", ServerDatabase.sqliteVersion)], 1)]
        )
        page.add(
            "start_time_seconds",
            .gauge,
            "When the server started, since 1970.",
            Int(started.milliseconds / 1000)
        )
        page.add(
            "requests_total",
            .counter,
            "Answered requests; status 0 is one without an answer.",
            counts.answers.map { answer, count in
                ([("route", answer.route), ("status", "\(answer.status)")], count)
            }.sorted { "\($0.0)" < "\($1.0)" }
        )
        page.add("request_duration_seconds", "How long answers took.", counts.times)
        page.add(
            "refusals_total",
            .counter,
            "Refused requests, by the code that was answered.",
            counts.refusals.map { ([("code", $0.key)], $0.value) }
                .sorted { "\($0.0)" < "\($1.0)" }
        )
        page.add("requests_in_flight", .gauge, "Requests under way.", counts.underWay)
        page.add("connections", .gauge, "Open connections.", connections.all)
        page.add(
            "body_bytes",
            .gauge,
            "Memory that large bodies and answers take now.",
            budget.bytesTaken
        )
        page.add(
            "diffs_accepted_total",
            .counter,
            "Diffs that were put into logs.",
            counts.accepted
        )
        page.add("entries_sent_total", .counter, "Entries of logs that were sent.", counts.sent)
        try await addStorage(to: &page)
        page.add(
            "healthy",
            .gauge,
            "Whether a write and a signature succeeded just now.",
            await health.isHealthy() ? 1 : 0
        )
        if let certificate {
            page.add(
                "certificate_expiry_seconds",
                .gauge,
                "When the certificate expires, since 1970.",
                Int(certificate.expires.milliseconds / 1000)
            )
        }
        page.add(
            "resident_memory_bytes",
            .gauge,
            "The memory of the process.",
            ProcessMemory.residentBytes
        )
        return page.text
    }

    private func addStorage(to page: inout MetricsText) async throws {
        let (engagements, entries) = try await database.pool.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM engagement") ?? 0,
                try Int.fetchOne(db, sql: "SELECT sum(size) FROM tree") ?? 0
            )
        }
        page.add("engagements", .gauge, "Engagements on this server.", engagements)
        page.add("log_entries", .gauge, "Entries of all logs.", entries)
        let files = database.places
        page.add(
            "file_bytes",
            .gauge,
            "How long the files are.",
            try [
                ("database", files.database), ("wal", files.database + "-wal"),
                ("checkpoints", files.checkpoints),
            ].map { name, path throws(FileFailure) in
                ([("file", name)], try FileRights.length(of: path))
            }
        )
        page.add(
            "disk_free_bytes",
            .gauge,
            "Room on the database's disk.",
            DiskSpace.free(beside: files.database)
        )
    }
}
