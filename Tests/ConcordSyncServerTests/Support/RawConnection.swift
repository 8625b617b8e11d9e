import Foundation

/// A connection that a test holds open, and over which it sends what it likes when it likes.
final class RawConnection: Sendable {
    private let descriptor: Int32

    init(port: Int) async throws {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptor = socket
        try await blocking {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, length)
                }
            }
            guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
            var limit = timeval(tv_sec: 100, tv_usec: 0)
            setsockopt(
                socket,
                SOL_SOCKET,
                SO_RCVTIMEO,
                &limit,
                socklen_t(MemoryLayout<timeval>.size)
            )
        }
    }

    func send(_ bytes: [UInt8]) async throws {
        try await blocking { [descriptor] in
            guard
                Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
            else { throw POSIXError(.EPIPE) }
        }
    }

    /// The beginning of what the server sends next.
    func firstLine() async throws -> String {
        try await blocking { [descriptor] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
    }

    /// Sends a beginning, and then one byte at a time until the server has had enough.
    ///
    /// - Returns: how many bytes it took after the beginning.
    func trickle(
        _ beginning: [UInt8],
        then byte: UInt8,
        every pause: Duration,
        atMost most: Int
    ) async throws -> Int {
        try await send(beginning)
        return try await blocking { [descriptor] in
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(pause / .milliseconds(1))
            for sent in 0..<most {
                // Something to read is the end of the connection, or an answer that says so.
                if poll(&waiting, 1, milliseconds) > 0 { return sent }
                var byte = byte
                if Foundation.send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL)) < 1 { return sent }
            }
            return most
        }
    }

    func close() async { _ = Foundation.close(descriptor) }
}
