import Concord
import ConcordEncoding
import ConcordModel
import ConcordSync
import ConcordSyncClient
import ConcordTesting
import Foundation

/// Sends files to a server and receives them on another device, over a connection that is cut again and again.
///
/// The server is the built program; the devices are replicas of this process. Records travel first, on a connection of their
/// own; then only files do.
struct FileRun {
    /// What one direction has cost.
    struct Leg: Sendable {
        /// What was sent in this direction at the socket, headers and lost bytes included.
        let bytes: Int
        let cuts: Int
        /// How much of it the connection itself lost.
        let lost: Int
        let seconds: Double
    }

    /// What a run has shown.
    struct Result: Sendable {
        /// The length of all files together.
        let size: Int
        let upload: Leg
        let download: Leg
        /// How many files the second device has whole and verified.
        let verified: Int
    }

    let count: Int
    let bytesOfEach: Int
    let cutEvery: Int
    let seed: UInt64
    /// Where the programs are.
    let programs: String
    /// Where everything goes: a folder that is not there yet.
    let folder: String

    /// Runs it.
    func run() async throws -> Result {
        let place = try DemoFolder(folder)
        let server = DemoServer(program: programs + "/concord-server", folder: place)
        try server.start()
        do {
            let result = try await run(at: place, server)
            try server.stop()
            return result
        } catch {
            try server.stop()
            throw error
        }
    }

    private func run(at place: DemoFolder, _ server: DemoServer) async throws -> Result {
        let sender = try await Replica.create(
            at: place.file("sender.concord"),
            engagement: EngagementDraft(leader: "Leader", device: "bench")
        ).replica
        let receiver = try await HTTPTransport.withTransport(to: try ServerAddress(server.url)) {
            transport in
            _ = try await sender.sync(through: transport)
            let code = try await sender.perform { try $0.invite(role: .auditor, name: "Auditor") }
            try await addFiles(to: sender, place)
            _ = try await sender.sync(through: transport)
            let receiver = try await Replica.join(
                at: place.file("receiver.concord"),
                code: code,
                device: "bench",
                through: transport
            )
            _ = try await receiver.sync(through: transport)
            return receiver
        }
        let upload = try await leg(of: sender, server) { $0.sent }
        let download = try await leg(of: receiver, server) { $0.received }
        var verified = 0
        for item in try await receiver.snapshot().audit.evidence {
            if let file = item.file, try receiver.evidence.state(of: file) == .here,
                try receiver.evidence.verify(file)
            {
                verified += 1
            }
        }
        return Result(
            size: count * bytesOfEach,
            upload: upload,
            download: download,
            verified: verified
        )
    }

    private func addFiles(to replica: Replica, _ place: DemoFolder) async throws {
        var random = SeededGenerator(seed: seed)
        let path = place.file("original")
        for _ in 0..<count {
            let bytes = random.fileBytes(bytesOfEach)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            try await replica.evidence.add(path)
        }
    }

    /// Syncs a replica's files until nothing waits, through a relay of its own.
    private func leg(
        of replica: Replica,
        _ server: DemoServer,
        counting bytes: (CutRelay.Count) -> Int
    ) async throws -> Leg {
        let relay = try CutRelay(to: server.port, cutEvery: cutEvery)
        defer { relay.stop() }
        let address = try ServerAddress("http://127.0.0.1:\(relay.port)")
        let start = ContinuousClock.now
        try await HTTPTransport.withTransport(to: address) { transport in
            for _ in 0..<Self.attempts {
                let summary = try await replica.syncFiles(through: transport)
                if summary.waiting.isEmpty { return }
            }
            throw DemoFailure("files wait still after \(Self.attempts) attempts")
        }
        let (seconds, rest) = (ContinuousClock.now - start).components
        let count = relay.count
        return Leg(
            bytes: bytes(count),
            cuts: count.cuts,
            lost: count.lost,
            seconds: Double(seconds) + Double(rest) / 1e18
        )
    }

    private static let attempts = 20
}
