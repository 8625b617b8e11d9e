public import ConcordSync
import Foundation

/// Where a server is: `http://host:port` or `https://host`, with a path before `/v1` if there is one.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address without a slash at its end.
    public let description: String

    /// Reads an address.
    ///
    /// - Throws: `invalidAddress`, with an example, if the text is not an address. It also refuses
    ///   what would stop the program in the libraries below, such as a port above 65535.
    public init(_ text: String) throws(SyncFailure) {
        var address = text
        while address.hasSuffix("/") { address.removeLast() }
        guard address.utf8.count <= Self.bytesMax,
            let parts = URLComponents(string: address, encodingInvalidCharacters: false),
            ["http", "https"].contains(parts.scheme), parts.host?.isEmpty == false,
            parts.query == nil, parts.fragment == nil, parts.user == nil, parts.password == nil
        else {
            throw SyncFailure(
                .invalidAddress,
                "“\(text.prefix(200))” is not the address of a server; an address looks like"
                    + " https://audit.example.org or http://127.0.0.1:8080."
            )
        }
        guard parts.rangeOfPort == nil || parts.port.map((1...65535).contains) == true else {
            throw SyncFailure(
                .invalidAddress,
                "“\(text.prefix(200))” has an invalid port; ports go from 1 to 65535."
            )
        }
        description = address
    }

    /// Longer than any address that works.
    private static let bytesMax = 2000
}
