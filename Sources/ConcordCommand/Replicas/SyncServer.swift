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
        let remembered = try OwnFile.read(file(of: replica.path), most: 4096)
            .map { String(decoding: $0, as: UTF8.self) }?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let texts = [given, environment, remembered].compactMap { $0 }
        return try texts.first { !$0.isEmpty }.map { try SyncServer($0) }
    }

    /// Remembers the address for the next sync.
    func remember(for replica: Replica) throws {
        let address = Array((address.description + "\n").utf8)
        try OwnFile.write(address, to: Self.file(of: replica.path)) { $0.count <= 4096 }
    }

    private static func file(of path: String) -> String { FileBeside.server.of(path) }
}
