public import Concord
import ConcordEncoding
import ConcordModel
import ConcordSync
import Foundation

/// An engagement with a server in memory and replicas in a temporary folder, which is removed with the value
/// that holds it: for an app's own tests.
///
///     let engagement = try await TestEngagement()
///     let colleague = try await engagement.join("Tomas", as: .auditor)
///     try await engagement.leader.raise(FindingDraft(title: "No rollback plan"))
///     try await engagement.syncAll()
public final class TestEngagement: Sendable {
    /// The folder of the replicas.
    public let folder: String
    /// The server.
    public let server: MemoryTransport
    /// The audit team leader's replica.
    public let leader: Replica
    private let replicas = ReplicaList()

    /// An engagement that the leader has opened and sent.
    public init(
        leader name: WireText = "Ines Carrow",
        server: MemoryTransport = MemoryTransport(),
        environment: ReplicaEnvironment = .system
    ) async throws {
        let folder = NSTemporaryDirectory() + "concord-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.folder = folder
        self.server = server
        let draft = EngagementDraft(leader: name, device: "\(name)'s device")
        leader = try await Replica.create(
            at: folder + "/leader.concord",
            engagement: draft,
            environment: environment
        ).replica
        replicas.add(leader)
        _ = try await leader.sync(through: server)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch { return }
    }

    /// Lets another person join, on a device of their own.
    public func join(
        _ name: WireText,
        as role: Role,
        environment: ReplicaEnvironment = .system
    ) async throws -> Replica {
        let code = try await leader.perform { try $0.invite(role: role, name: name) }
        _ = try await leader.sync(through: server)
        let replica = try await Replica.join(
            at: "\(folder)/\(replicas.all.count).concord",
            code: code,
            device: "\(name)'s device",
            through: server,
            environment: environment
        )
        replicas.add(replica)
        return replica
    }

    /// Syncs all replicas, twice around, so that everybody has what everybody sent.
    public func syncAll() async throws {
        for _ in 0..<2 {
            for replica in replicas.all { _ = try await replica.sync(through: server) }
        }
    }
}
