import Foundation

/// A server by hand over a socket, which does with connections what no server of ours would.
final class RawServer: Sendable {
    private let listener: Int32
    /// Where it listens.
    let port: Int

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) | listen(listener, 8)
                    | getsockname(listener, $0, &length)
            }
        }
        port = Int(in_port_t(bigEndian: address.sin_port))
        guard result == 0 else { throw POSIXError(.EADDRINUSE) }
        Self.limitWaiting(listener)
    }

    deinit { close(listener) }

    /// Gives each connection in turn the next of some answers, and ends it.
    ///
    /// - Returns: how many connections came.
    func serve(_ answers: [[UInt8]]) async throws -> Int {
        try await blocking { [listener] in
            for (index, answer) in answers.enumerated() {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return index }
                defer { close(connection) }
                Self.limitWaiting(connection)
                var buffer = [UInt8](repeating: 0, count: 65_536)
                _ = recv(connection, &buffer, buffer.count, 0)
                _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
                shutdown(connection, Int32(SHUT_WR))
                // What is not read when a connection is closed would be an error of it instead of its end.
                while recv(connection, &buffer, buffer.count, 0) > 0 {}
            }
            return answers.count
        }
    }

    /// Answers the next connection, says nothing more, and waits until the other end hangs up.
    func hold(_ answer: [UInt8]) async throws {
        try await blocking { [listener] in
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            defer { close(connection) }
            Self.limitWaiting(connection)
            var buffer = [UInt8](repeating: 0, count: 65_536)
            _ = recv(connection, &buffer, buffer.count, 0)
            _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            while recv(connection, &buffer, buffer.count, 0) > 0 {}
        }
    }

    /// Anyone who does not come, or does not hang up, is not waited for without end.
    private static func limitWaiting(_ socket: Int32) {
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            socket,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
    }
}
