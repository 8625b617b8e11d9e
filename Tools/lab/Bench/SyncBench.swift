import AsyncHTTPClient
import Concord
import ConcordDiff
import ConcordEncoding
import ConcordHTTP
import ConcordMerge
import ConcordSigning
import ConcordStorage
import ConcordSync
import ConcordSyncClient
import ConcordTesting
import Dispatch
import Foundation
import NIOCore
import NIOHTTP1

/// What goes over the wire, and how fast the two programs take it in: `concord-server` as its own process, over HTTP.
struct SyncBench {
    /// How many diffs one request brings.
    private static let batch = 500
    /// How many devices send at the same time.
    private static let senders = 4

    private let server: DemoServer
    private let folder: String

    /// Starts the server over a database in `folder`.
    init(server program: String, in folder: String) throws {
        self.folder = folder
        server = DemoServer(program: program, folder: try DemoFolder(folder + "/sync"))
        RunningServer.endOnInterrupt()
        try server.start()
    }

    /// Measures everything and stops the server.
    func run(edits: Int) throws -> [BenchResult] {
        let results: [BenchResult]
        do {
            results =
                try [push(edits, engagements: Self.senders), push(edits, engagements: 1)]
                + [pull(edits)] + exchanges(batches: max(2, min(40, edits / 100)))
        } catch {
            try server.stop()
            throw error
        }
        try server.stop()
        return results
    }

    // MARK: What the server takes in.

    /// Posts prepared requests, as many at the same time as there are engagements; against verifying the same signatures on all
    /// cores and nothing else.
    private func push(_ edits: Int, engagements: Int) throws -> BenchResult {
        let samples = try (0..<engagements).map { _ in
            try SampleDiffs(findings: 100, edits: edits / engagements)
        }
        let queues = try samples.map { try PreparedRequests($0, to: server.url, each: Self.batch) }
        let count = samples.map(\.edits.count).reduce(0, +)
        let ours = try Blocking.run {
            let client = HTTPClient(eventLoopGroupProvider: .singleton)
            let time: Duration
            do {
                for queue in queues { try await queue.post(queue.beginning, by: client) }
                time = try await ContinuousClock().measure {
                    try await withThrowingTaskGroup { group in
                        for queue in queues {
                            group.addTask {
                                for request in queue.edits {
                                    try await queue.post(request, by: client)
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            } catch {
                try await client.shutdown()
                throw error
            }
            try await client.shutdown()
            return time
        }
        let signed = samples.flatMap(\.edits)
        let verifying = ContinuousClock().measure { Self.verify(signed) }
        let (our, their) = (
            ours.microseconds / Double(count), verifying.microseconds / Double(count)
        )
        return BenchResult(
            name: engagements == 1 ? "push, by one device" : "push, by \(engagements) devices",
            ours: our,
            baselineName: "verifying on all cores",
            baseline: their,
            ratio: their / our,
            target: engagements == 1 ? .none : .atLeast(0.8)
        )
    }

    private static func verify(_ diffs: [UnverifiedDiff]) {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        DispatchQueue.concurrentPerform(iterations: cores) { core in
            let verifier = DiffVerifier()
            for diff in diffs[diffs.count * core / cores..<diffs.count * (core + 1) / cores] {
                guard verifier.isSigned(diff) else { preconditionFailure("a wrong signature") }
            }
        }
    }

    // MARK: What a device takes in.

    /// A new device joins and receives a long log; against taking the same log in from memory.
    private func pull(_ edits: Int) throws -> BenchResult {
        let sample = try SampleDiffs(findings: 1000, edits: edits)
        let invitation = try sample.invitation(server: server.url)
        let queue = try PreparedRequests(sample, to: server.url, each: Self.batch)
        try Blocking.run {
            let client = HTTPClient(eventLoopGroupProvider: .singleton)
            do {
                for request in queue.beginning + queue.edits {
                    try await queue.post(request, by: client)
                }
                let last = try queue.request(with: [invitation.diff])
                try await queue.post(last, by: client)
            } catch {
                try await client.shutdown()
                throw error
            }
            try await client.shutdown()
        }
        let path = folder + "/sync-pull.concord"
        let ours = try Blocking.run { [address = try ServerAddress(server.url)] in
            try await ContinuousClock().measure {
                try await HTTPTransport.withTransport(to: address) { transport in
                    _ = try await Replica.join(
                        at: path,
                        code: invitation.code,
                        device: "bench",
                        through: transport
                    )
                }
            }
        }
        let log = sample.beginning + sample.edits + [invitation.diff]
        let store = try ReplicaStore.create(
            at: folder + "/sync-take-in.concord",
            verifier: DiffVerifier()
        )
        let theirs = try Stopwatch.once {
            try TakeInBench.takeIn(log.map(\.envelope), from: 0, into: store)
        }
        let (our, their) = (ours.microseconds / Double(log.count), theirs / Double(log.count))
        return BenchResult(
            name: "join, with a pull of \(log.count) diffs",
            ours: our,
            baselineName: "take-in alone",
            baseline: their,
            ratio: their / our,
            target: .atLeast(0.8)
        )
    }

    // MARK: Bytes.

    /// What a replica sends and receives, counted where it leaves the machine, with the heads of HTTP.
    private func exchanges(batches: Int) throws -> [BenchResult] {
        let relay = try Relay(to: server.port)
        defer { relay.stop() }
        let address = try ServerAddress("http://127.0.0.1:\(relay.port)")
        let draft = EngagementDraft(leader: "Leader", device: "bench")
        let leader = try Replica.create(
            at: folder + "/sync-bytes.concord",
            engagement: draft
        ).replica
        let findings = try SampleEdits.findings(10, in: leader)
        return try Blocking.run {
            try await HTTPTransport.withTransport(to: address) { transport in
                _ = try await leader.sync(through: transport)
                let before = relay.counts
                _ = try await leader.sync(through: transport)
                let nothing = relay.counts.bytes - before.bytes
                let start = relay.counts
                for batch in 0..<batches {
                    for edit in 0..<SampleEdits.batch {
                        try SampleEdits.edit(findings[edit % findings.count], batch, leader)
                    }
                    _ = try await leader.sync(through: transport)
                }
                let edits = relay.counts.bytes - start.bytes
                return [
                    Self.bytes("sync with nothing new, both ways", nothing, of: 1, limit: 2048),
                    Self.bytes(
                        "edit of a field, in batches of \(SampleEdits.batch)",
                        edits,
                        of: batches * SampleEdits.batch,
                        limit: 220
                    ),
                ]
            }
        }
    }

    /// A figure in bytes; the ratio is to its limit.
    private static func bytes(_ name: String, _ count: Int, of: Int, limit: Int) -> BenchResult {
        let each = Double(count) / Double(of)
        return BenchResult(
            name: name + " (bytes)",
            ours: each,
            baselineName: "its limit in bytes",
            baseline: Double(limit),
            ratio: each / Double(limit),
            target: .atMost(1)
        )
    }
}

/// Small edits as an auditor makes them.
private enum SampleEdits {
    /// How many are sent at once.
    static let batch = 25

    static func findings(_ count: Int, in replica: Replica) throws -> [WireText] {
        let ids = (0..<count).map { _ in ReplicaEnvironment.system.newID() }
        var edit = Edit()
        for id in ids {
            edit.add("finding", id: id, fields: ["state": "draft", "title": "Finding"])
        }
        try replica.save(edit)
        return ids
    }

    static func edit(_ finding: WireText, _ number: Int, _ replica: Replica) throws {
        var edit = Edit()
        let path = CellPath(kind: "finding", record: finding, field: "unit")
        edit.set(path, to: .string(WireText("Unit \(number)")))
        try replica.save(edit)
    }
}

extension Relay.Counts {
    fileprivate var bytes: Int { up + down }
}

extension Duration {
    fileprivate var microseconds: Double {
        Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
    }
}
