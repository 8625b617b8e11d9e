import Concord
import ConcordFiles
import ConcordSync
import ConcordTesting
import Foundation
import Testing

/// What a device keeps of a server's refusal to serve it.
@Suite struct EndedAccessTests {
    /// A server that refuses everybody, or cannot be reached.
    private struct Refusing: SyncTransport {
        let failure: SyncFailure

        func exchange(
            _ request: SyncRequest,
            by signer: RequestSigner
        ) async throws(SyncFailure) -> SyncResponse {
            throw failure
        }
    }

    private func fail(_ replica: Replica, with code: SyncFailure.Code) async throws {
        let transport = Refusing(failure: SyncFailure(code, "no"))
        await #expect(throws: ReplicaFailure.self) { try await replica.sync(through: transport) }
    }

    @Test(arguments: AccessRefusal.allCases)
    func itIsKeptUntilASyncGoesThrough(_ refusal: AccessRefusal) async throws {
        let team = try await Team()
        let ruth = team.ruth
        #expect(try ruth.endedAccess() == nil)

        try await fail(ruth, with: .refused(refusal.rawValue))
        #expect(try ruth.endedAccess() == refusal)
        // What tells nothing of the access changes nothing of what is known.
        try await fail(ruth, with: .unreachable)
        try await fail(ruth, with: .refused("busy"))
        #expect(try ruth.endedAccess() == refusal)

        _ = try await ruth.sync(through: team.transport)
        #expect(try ruth.endedAccess() == nil)
    }

    /// A note that cannot be written hides neither the refusal nor a sync that went through.
    @Test func whereItCannotBeKeptTheSyncIsWhatItIs() async throws {
        let team = try await Team()
        let note = FileBeside.access.of(team.ruth.path)
        try FileManager.default.createDirectory(atPath: note, withIntermediateDirectories: false)

        let transport = Refusing(
            failure: SyncFailure(.refused(AccessRefusal.revoked.rawValue), "You were revoked.")
        )
        let failure = await #expect(throws: ReplicaFailure.self) {
            try await team.ruth.sync(through: transport)
        }
        #expect(failure?.message.contains("You were revoked.") == true)
        _ = try await team.ruth.sync(through: team.transport)
    }
}
