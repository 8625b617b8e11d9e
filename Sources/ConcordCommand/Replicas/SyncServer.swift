import Concord
import ConcordFiles
import ConcordSync
import ConcordSyncClient
import Foundation

/// The server of a replica.
///
/// A device remembers the address beside the replica and not in the log: the same server may have
/// another address from another network.
struct SyncServer {
    let address: ServerAddress

    init(_ text: String) throws {
        do throws(SyncFailure) {
            address = try ServerAddress(text)
        } catch {
            throw CommandFailure(
                .serverAddress,
                error.message,
                next: "Name the server with --server http://host:port or --server https://host."
            )
        }
    }

    /// The server to use: the one given, that of CONCORD_SERVER, or the one remembered.
    static func of(_ replica: Replica, given: String?) throws -> SyncServer {
        if let server = try known(to: replica, given: given) { return server }
        throw CommandFailure(
            .serverAddress,
            "this replica has no server yet",
            next: "Name it once: concord sync --server http://host:port"
        )
    }

    /// The server, if one is known.
    static func known(to replica: Replica, given: String?) throws -> SyncServer? {
        let environment = ProcessInfo.processInfo.environment["CONCORD_SERVER"]
        let texts = [given, environment].compactMap { $0 }.filter { !$0.isEmpty }
        return try texts.first.map { try SyncServer($0) } ?? remembered(by: replica)
    }

    /// Remembers the address of a server with which a sync went well for the next one, if a person gave it, or none is
    /// remembered.
    func remember(for replica: Replica, ifGiven given: String?) throws {
        if try given != nil || Self.remembered(by: replica) == nil { try remember(for: replica) }
    }

    /// Remembers the address for the next sync.
    func remember(for replica: Replica) throws {
        let address = Array((address.description + "\n").utf8)
        try OwnFile.write(address, to: Self.file(of: replica.path)) { $0.count <= 4096 }
    }

    /// The server that a replica was synced with last; nil if none is remembered.
    static func remembered(by replica: Replica) throws -> SyncServer? {
        let text = try OwnFile.read(file(of: replica.path), most: 4096)
            .map { String(decoding: $0, as: UTF8.self) }?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return try text.flatMap { $0.isEmpty ? nil : try SyncServer($0) }
    }

    /// Asks a server that is not the one remembered whether it is the one of the engagement, before anything is sent to it.
    func recognize(_ replica: Replica, through transport: HTTPTransport) async throws {
        let remembered = try Self.remembered(by: replica)
        if remembered?.address == address { return }
        do {
            try await replica.recognize(through: transport)
        } catch let failure as ReplicaFailure where failure.code == .strangeServer {
            throw CommandFailure(
                .replica(.strangeServer),
                failure.message,
                next: "Check the address."
                    + (remembered.map { " This engagement was synced with \($0.address) so far." }
                        ?? "")
            )
        }
    }

    private static func file(of path: String) -> String { FileBeside.server.of(path) }
}
