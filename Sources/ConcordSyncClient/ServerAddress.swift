public import ConcordSync
import Foundation

/// Where a server is: `http://host:port` or `https://host`, with a path before `/v1` if there is one.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address without a slash at its end.
    public let description: String

    /// Reads an address.
    ///
    /// - Throws: `unreachable`, with what an address looks like, if it is none.
    public init(_ text: String) throws(SyncFailure) {
        var address = text
        while address.hasSuffix("/") { address.removeLast() }
        guard let parts = URLComponents(string: address),
            ["http", "https"].contains(parts.scheme), parts.host?.isEmpty == false,
            parts.query == nil, parts.fragment == nil, parts.user == nil, parts.password == nil
        else {
            throw SyncFailure(
                .unreachable,
                "“\(text)” is no address of a server; it looks like https://audit.example.org "
                    + "or http://127.0.0.1:8080"
            )
        }
        description = address
    }
}
