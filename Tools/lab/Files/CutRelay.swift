import Foundation
import Synchronization

/// A connection in between that breaks: it relays to a server, and cuts each connection after so many bytes.
///
/// It counts what each side has sent at the socket, headers included, also what was under way when a connection was cut and
/// never came to the other side. Its own room for that is small, as on a slow network.
final class CutRelay: Sendable {
    /// What has travelled.
    struct Count: Hashable, Sendable {
        /// Bytes from clients, also those that were lost.
        var sent = 0
        /// Bytes from the server, also those that were lost.
        var received = 0
        /// Those of both that were under way when a connection was cut, and lost.
        var lost = 0
        var connections = 0
        var cuts = 0
    }

    private static let chunk = 16 << 10
    /// The system doubles it.
    private static let roomBytes: Int32 = 16 << 10

    private let listener: Int32
    /// Where it listens.
    let port: Int
    private let server: Int
    private let cutEvery: Int
    private let state = Mutex(Count())

    /// A relay to a server on this machine, which runs until it is stopped.
    ///
    /// - Parameter cutEvery: after how many bytes, of both directions together, a connection is cut.
    init(to server: Int, cutEvery: Int) throws {
        self.server = server
        self.cutEvery = cutEvery
        listener = Self.socket()
        var address = Self.address(of: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) | listen(listener, 8)
                    | getsockname(listener, $0, &length)
            }
        }
        port = Int(in_port_t(bigEndian: address.sin_port))
        guard result == 0 else { throw POSIXError(.EADDRINUSE) }
        Thread.detachNewThread { [self] in accept() }
    }

    /// What has travelled so far.
    var count: Count { state.withLock { $0 } }

    /// Takes no further connection.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func accept() {
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else {
                close(listener)
                return
            }
            Thread.detachNewThread { [self] in relay(client) }
        }
    }

    private static func socket() -> Int32 {
        #if canImport(Glibc)
        let descriptor = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = Foundation.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var room = roomBytes
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVBUF,
            &room,
            socklen_t(MemoryLayout<Int32>.size)
        )
        return descriptor
    }

    private static func address(of port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    /// Relays one connection until a side ends it, or it is cut.
    private func relay(_ client: Int32) {
        let upstream = Self.socket()
        defer {
            close(client)
            close(upstream)
        }
        var address = Self.address(of: server)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { return }
        state.withLock { $0.connections += 1 }
        var left = cutEvery
        while left > 0 {
            var ready = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: upstream, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ready, 2, -1) > 0 else { return }
            for (index, item) in ready.enumerated() where item.revents != 0 && left > 0 {
                let count = pass(
                    from: index == 0 ? client : upstream,
                    to: index == 0 ? upstream : client,
                    most: left
                )
                guard count > 0 else { return }
                left -= count
                state.withLock { state in
                    if index == 0 { state.sent += count } else { state.received += count }
                }
            }
        }
        // What has been sent and comes to nobody counts too.
        let (sent, received) = (Self.unread(client), Self.unread(upstream))
        state.withLock { state in
            state.cuts += 1
            state.lost += sent + received
            state.sent += sent
            state.received += received
        }
    }

    /// Passes on what is there; 0 if a side has ended.
    private func pass(from source: Int32, to target: Int32, most: Int) -> Int {
        var bytes = [UInt8](repeating: 0, count: min(Self.chunk, most))
        let count = recv(source, &bytes, bytes.count, 0)
        var rest = bytes[..<max(0, count)]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard written > 0 else { return 0 }
            rest = rest.dropFirst(written)
        }
        return max(0, count)
    }

    /// How much has come that was not read yet.
    private static func unread(_ socket: Int32) -> Int {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        return max(0, recv(socket, &bytes, bytes.count, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)))
    }
}
