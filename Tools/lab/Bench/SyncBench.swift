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
    /// How often a push is measured.
    private static let rounds = 3

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
    ///
    /// - Parameter peers: whether Kinto is measured too; where it cannot be installed, that is told and left out.
    func run(edits: Int, peers: Bool) throws -> [BenchResult] {
        let results: [BenchResult]
        do {
            results =
                try [push(edits, engagements: Self.senders), push(edits, engagements: 1)]
                + (peers ? comparePeers(edits) : []) + [pull(edits)]
                + exchanges(batches: max(2, min(40, edits / 100)))
        } catch {
            try server.stop()
            throw error
        }
        try server.stop()
        return results
    }

    // MARK: What the server takes in.

    /// Posts prepared requests, as many at the same time as there are engagements, from their bytes to the durable commit and its
    /// answer; against verifying the same signatures on all cores and nothing else. The shortest of some rounds in turns.
    private func push(_ edits: Int, engagements: Int) throws -> BenchResult {
        let each = max(1, edits / engagements)
        var ours = Double.infinity
        var theirs = Double.infinity
        for _ in 0..<Self.rounds {
            let samples = try (0..<engagements).map { _ in
                try SampleDiffs(findings: 100, edits: each)
            }
            let queues = try samples.map {
                try PreparedRequests($0, to: server.url, each: Self.batch)
            }
            ours = min(ours, try PreparedRequests.time(queues).microseconds)
            let signed = samples.flatMap(\.edits)
            theirs = min(theirs, ContinuousClock().measure { Self.verify(signed) }.microseconds)
        }
        let count = Double(each * engagements)
        return BenchResult(
            name: engagements == 1 ? "push, by one device" : "push, by \(engagements) devices",
            ours: ours / count,
            baselineName: "verifying on all cores",
            baseline: theirs / count,
            ratio: theirs / ours,
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

    private func comparePeers(_ edits: Int) throws -> [BenchResult] {
        let kinto: KintoServer
        do {
            kinto = try KintoServer(in: folder)
        } catch let failure as PeerEnvironment.Failure {
            PeersBench.say("Kinto is left out. \(failure)")
            return []
        }
        let bench = KintoBench(kinto: kinto, server: server.url)
        let results: [BenchResult]
        do {
            results = try [
                bench.run(edits, devices: Self.senders), bench.run(edits, devices: 1),
            ]
        } catch {
            try kinto.stop()
            throw error
        }
        try kinto.stop()
        return results
    }

    // MARK: What a device takes in.

    /// A new device joins and receives a long log; against taking the same log in from memory.
    private func pull(_ edits: Int) throws -> BenchResult {
        let sample = try SampleDiffs(findings: 1000, edits: edits)
        let invitation = try sample.invitation(server: server.url)
        var queue = try PreparedRequests(sample, to: server.url, each: Self.batch)
        let last = try queue.request(with: [invitation.diff])
        try Blocking.run { [queue] in
            try await PreparedRequests.withClient { client in
                try await queue.post(queue.beginning + queue.edits, by: client)
                try await queue.post(last, by: client)
            }
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
        let theirs =
            try (0..<2).map { round in
                let store = try ReplicaStore.create(
                    at: folder + "/sync-take-in-\(round).concord",
                    verifier: DiffVerifier()
                )
                return try Stopwatch.once {
                    try TakeInBench.takeIn(log.map(\.envelope), from: 0, into: store)
                }
            }.min() ?? 0
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
