import Foundation
import Synchronization

/// A connection between a client and a server, on 127.0.0.1, that counts bytes and disturbs them: for tests and benchmarks.
///
/// Each connection has two directions. A `Flow` says what happens to the bytes of one; positions count from the connection's first
/// byte. It has threads of its own and needs no library for networks.
public final class Relay: Sendable {
    /// What happens to the bytes of one direction.
    public struct Flow: Hashable, Sendable {
        /// After so many bytes both directions end at once, as with a cable that is pulled.
        public var cutAt: Int?
        /// After so many bytes the receiver is told that there are no more.
        public var truncatedAt: Int?
        /// The byte at this place has its lowest bit changed.
        public var corruptedAt: Int?
        /// How long each piece of up to 64 KiB waits before it goes on.
        public var delay: Duration

        /// Bytes that pass as they are, but for what is said.
        public init(
            cutAt: Int? = nil,
            truncatedAt: Int? = nil,
            corruptedAt: Int? = nil,
            delay: Duration = .zero
        ) {
            (self.cutAt, self.truncatedAt, self.corruptedAt) = (cutAt, truncatedAt, corruptedAt)
            self.delay = delay
        }
    }

    /// What happens to one connection.
    public struct Plan: Hashable, Sendable {
        /// From the client to the server.
        public var up: Flow
        /// From the server to the client.
        public var down: Flow
        /// Whether everything that the client sent is sent to the server a second time when the connection is over, on a
        /// connection of its own whose answer nobody reads.
        public var isRepeated: Bool

        /// A connection that is left alone, but for what is said.
        public init(up: Flow = Flow(), down: Flow = Flow(), isRepeated: Bool = false) {
            (self.up, self.down, self.isRepeated) = (up, down, isRepeated)
        }
    }

    /// What has passed.
    public struct Counts: Hashable, Sendable {
        /// Bytes from clients to the server, headers included.
        public var up = 0
        /// Bytes from the server to clients.
        public var down = 0
        /// How many connections clients have opened.
        public var connections = 0
    }

    private struct State {
        var counts = Counts()
        var open: Set<Int32> = []
        var isStopped = false
        var plan: @Sendable (_ connection: Int) -> Plan = { _ in Plan() }
    }

    /// Where clients connect.
    public let port: Int
    private let server: Int
    private let listener: Int32
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    /// Listens on a free port of 127.0.0.1.
    ///
    /// - Parameter server: the port of the server on 127.0.0.1.
    /// - Throws: `POSIXError` if it cannot listen.
    public init(to server: Int) throws {
        self.server = server
        listener = try Socket.listening()
        port = Socket.port(of: listener)
        threads.enter()
        Thread.detachNewThread { [self] in accepting() }
    }

    /// From the next connection on, what happens to each; the first one of all is number 0.
    public func plan(_ plan: @escaping @Sendable (_ connection: Int) -> Plan) {
        state.withLock { $0.plan = plan }
    }

    /// What has passed until now.
    public var counts: Counts { state.withLock { $0.counts } }

    /// Ends all connections, listens no more, and waits until its threads are done.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            for socket in state.open { Socket.shutDown(socket) }
        }
        // What wakes the thread that accepts.
        if let last = Socket.connected(to: port) { Socket.close(last) }
        threads.wait()
    }

    // MARK: Connections.

    private func accepting() {
        defer {
            Socket.close(listener)
            threads.leave()
        }
        while let client = Socket.accepted(by: listener) {
            let (number, plan, isStopped) = state.withLock { state in
                let number = state.counts.connections
                state.counts.connections += 1
                return (number, state.plan, state.isStopped)
            }
            guard !isStopped else { return Socket.close(client) }
            guard let upstream = Socket.connected(to: server) else {
                Socket.close(client)
                continue
            }
            state.withLock { $0.open.formUnion([client, upstream]) }
            threads.enter()
            Thread.detachNewThread { [self] in
                carry(client, upstream, by: plan(number))
                threads.leave()
            }
        }
    }

    /// Both directions of a connection, to their end.
    private func carry(_ client: Int32, _ upstream: Int32, by plan: Plan) {
        let kept = Mutex<[UInt8]>([])
        let back = DispatchGroup()
        back.enter()
        Thread.detachNewThread { [self] in
            pump(from: upstream, to: client, by: plan.down) { count, _ in
                state.withLock { $0.counts.down += count }
            }
            back.leave()
        }
        pump(from: client, to: upstream, by: plan.up) { count, bytes in
            state.withLock { $0.counts.up += count }
            if plan.isRepeated { kept.withLock { $0 += bytes } }
        }
        back.wait()
        state.withLock { $0.open.subtract([client, upstream]) }
        Socket.close(client)
        Socket.close(upstream)
        if plan.isRepeated { sendAgain(kept.withLock { $0 }) }
    }

    private func sendAgain(_ bytes: [UInt8]) {
        guard let socket = Socket.connected(to: server) else { return }
        _ = Socket.send(bytes[...], to: socket)
        Socket.finish(socket)
        while let answer = Socket.received(from: socket), !answer.isEmpty {}
        Socket.close(socket)
    }

    /// One direction, until it ends or its flow ends it.
    private func pump(
        from source: Int32,
        to target: Int32,
        by flow: Flow,
        passed: (Int, [UInt8]) -> Void
    ) {
        var position = 0
        while var bytes = Socket.received(from: source), !bytes.isEmpty {
            if flow.delay > .zero { Thread.sleep(forTimeInterval: flow.delay.seconds) }
            let end = min(flow.cutAt ?? .max, flow.truncatedAt ?? .max)
            if let place = flow.corruptedAt, (position..<position + bytes.count).contains(place) {
                bytes[place - position] ^= 1
            }
            let rest = bytes.prefix(max(0, end - position))
            position += rest.count
            passed(rest.count, Array(rest))
            guard rest.isEmpty || Socket.send(rest, to: target) else { break }
            guard position >= end else { continue }
            if flow.cutAt == end {
                Socket.shutDown(source)
                Socket.shutDown(target)
                return
            }
            Socket.finish(target)
            // What still comes goes nowhere, until its sender is done.
            while let more = Socket.received(from: source), !more.isEmpty {}
            return
        }
        Socket.finish(target)
    }
}

extension Duration {
    fileprivate var seconds: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}

/// Sockets of 127.0.0.1, by descriptor.
private enum Socket {
    /// Flags of what is sent: no signal if the other end is gone.
    #if canImport(Darwin)
    private static let flags: Int32 = 0
    private static let stream = SOCK_STREAM
    #else
    private static let flags = Int32(MSG_NOSIGNAL)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    #endif

    static func listening() throws -> Int32 {
        let listener = socket(AF_INET, stream, 0)
        var address = local(port: 0)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    | listen(listener, 256)
            }
        }
        guard result == 0 else {
            close(listener)
            throw POSIXError(.EADDRNOTAVAIL)
        }
        return listener
    }

    static func port(of listener: Int32) -> Int {
        var address = local(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(listener, $0, &length)
            }
        }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    /// A connection, or nil if nobody listens.
    static func connected(to port: Int) -> Int32? {
        let client = socket(AF_INET, stream, 0)
        var address = local(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(client)
            return nil
        }
        prepare(client)
        return client
    }

    static func accepted(by listener: Int32) -> Int32? {
        while true {
            let client = accept(listener, nil, nil)
            if client >= 0 {
                prepare(client)
                return client
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// The next bytes, empty at the end, nil if the connection is broken.
    static func received(from socket: Int32) -> [UInt8]? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, used in
            repeat {
                count = recv(socket, buffer.baseAddress, buffer.count, 0)
            } while count < 0 && errno == EINTR
            used = max(count, 0)
        }
        return count < 0 ? nil : bytes
    }

    static func send(_ bytes: ArraySlice<UInt8>, to socket: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in
                #if canImport(Darwin)
                Darwin.send(socket, buffer.baseAddress, buffer.count, flags)
                #else
                Glibc.send(socket, buffer.baseAddress, buffer.count, flags)
                #endif
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Says that no more is sent.
    static func finish(_ socket: Int32) { _ = shutdown(socket, Int32(SHUT_WR)) }

    /// Ends both directions, and wakes whoever waits for the socket.
    static func shutDown(_ socket: Int32) { _ = shutdown(socket, Int32(SHUT_RDWR)) }

    static func close(_ socket: Int32) {
        #if canImport(Darwin)
        _ = Darwin.close(socket)
        #else
        _ = Glibc.close(socket)
        #endif
    }

    /// Small pieces go at once.
    private static func prepare(_ socket: Int32) {
        var isOn: Int32 = 1
        setsockopt(
            socket,
            Int32(IPPROTO_TCP),
            TCP_NODELAY,
            &isOn,
            socklen_t(MemoryLayout<Int32>.size)
        )
        #if canImport(Darwin)
        setsockopt(
            socket,
            SOL_SOCKET,
            SO_NOSIGPIPE,
            &isOn,
            socklen_t(MemoryLayout<Int32>.size)
        )
        #endif
    }

    private static func local(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }
}
