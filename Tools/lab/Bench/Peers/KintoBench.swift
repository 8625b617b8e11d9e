import AsyncHTTPClient
import ConcordDiff
import ConcordEncoding
import Foundation
import NIOCore
import NIOHTTP1

/// The same edits given to `concord-server` and to Kinto, a store of JSON records for offline-first apps.
///
/// Kinto keeps them in memory, checks no signature and writes no disk; it gets the changed field of a record for each
/// diff. Both get them over HTTP from the same client, 25 in a request, which is as many as Kinto takes, in turns.
struct KintoBench {
    /// How many one request brings.
    static let batch = 25
    /// The shortest of so many rounds counts.
    private static let rounds = 3

    let kinto: KintoServer
    /// The address of concord-server.
    let server: String

    /// Measures with so many devices at the same time.
    func run(_ edits: Int, devices: Int) throws -> BenchResult {
        var ours = Double.infinity
        var theirs = Double.infinity
        // A device may send two hundred requests in ten seconds.
        let each = min(edits / devices, 100 * Self.batch)
        for round in 1...Self.rounds {
            let samples = try (0..<devices).map { _ in
                try SampleDiffs(findings: 100, edits: each)
            }
            let queues = try samples.map {
                try PreparedRequests($0, to: server, each: Self.batch)
            }
            ours = min(ours, try PreparedRequests.time(queues).microseconds)
            theirs = min(theirs, try time(samples.map(\.edits), round: round).microseconds)
        }
        let count = Double(each * devices)
        let by = devices == 1 ? "one device" : "\(devices) devices"
        return BenchResult(
            name: "push in batches of \(Self.batch), by \(by)",
            ours: ours / count,
            baselineName: "Kinto, in memory",
            baseline: theirs / count,
            ratio: theirs / ours,
            target: devices == 1 ? .none : .atLeast(5)
        )
    }

    /// Gives Kinto the edits, each device's to a collection of its own.
    private func time(_ devices: [[UnverifiedDiff]], round: Int) throws -> Duration {
        let queues = devices.enumerated().map { device, edits in
            let collection = "/buckets/bench/collections/round\(round)x\(device)x\(edits.count)"
            return Queue(
                collection: collection,
                batches: stride(from: 0, to: edits.count, by: Self.batch).map { first in
                    Array(edits[first..<min(first + Self.batch, edits.count)])
                        .map { Self.change($0, in: collection) }
                }
            )
        }
        return try Blocking.run { [url = kinto.url] in
            try await PreparedRequests.withClient { client in
                for path in ["/buckets/bench"] + queues.map(\.collection) {
                    let made = Self.request("PUT", url + "/v1" + path, nil)
                    try await Self.send(made, accepted: nil, by: client)
                }
                let requests = queues.map { queue in
                    queue.batches.map { changes in
                        let body: JSON = ["requests": .array(changes)]
                        return (Self.request("POST", url + "/v1/batch", body), changes.count)
                    }
                }
                return try await ContinuousClock().measure {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for queue in requests {
                            group.addTask {
                                for (request, count) in queue {
                                    try await Self.send(request, accepted: count, by: client)
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }
    }

    private struct Queue: Sendable {
        let collection: String
        let batches: [[JSON]]
    }

    /// What a diff changes, as Kinto takes it.
    private static func change(_ diff: UnverifiedDiff, in collection: String) -> JSON {
        let operation = diff.body.operations[0]
        guard case .add(let value) = operation.action, let field = operation.path.field else {
            preconditionFailure("a sample edit sets a field")
        }
        let path = WireText("\(collection)/records/\(operation.path.record)")
        let data = JSON.object([field: value])
        return ["body": ["data": data], "method": "PUT", "path": .string(path)]
    }

    private static func request(_ method: String, _ url: String, _ body: JSON?) -> HTTPClientRequest
    {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        let name = Data("bench:bench".utf8).base64EncodedString()
        request.headers.add(name: "Authorization", value: "Basic \(name)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.canonicalText))
        }
        return request
    }

    /// - Parameter accepted: how many changes have to be answered with success, if the request is a batch.
    private static func send(
        _ request: HTTPClientRequest,
        accepted: Int?,
        by client: HTTPClient
    ) async throws {
        let answer = try await client.execute(request, timeout: .seconds(60))
        let body = try await answer.body.collect(upTo: 4 << 20)
        guard (200..<300).contains(answer.status.code) else {
            throw PreparedRequests.Refused(
                description: "Kinto answered \(answer.status): \(String(buffer: body))"
            )
        }
        guard let accepted else { return }
        let text = String(buffer: body)
        let successes = text.ranges(of: #""status":20"#).count
        guard successes == accepted else {
            throw PreparedRequests.Refused(
                description:
                    "Kinto accepted \(successes) of \(accepted) changes: \(text.prefix(500))"
            )
        }
    }
}
