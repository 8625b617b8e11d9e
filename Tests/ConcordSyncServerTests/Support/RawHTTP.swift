import ConcordEncoding
import ConcordSync
import Foundation

/// HTTP by hand over a socket, to send what no library would.
struct RawHTTP: Sendable {
    let port: Int
    /// Who signs what is posted; nobody if nil.
    var signer: RequestSigner?

    /// An answer, as far as it is looked at.
    struct Answer: Sendable {
        let status: Int
        let text: String

        /// The code of a problem document.
        var code: String? {
            guard let start = text.range(of: "\r\n\r\n") else { return nil }
            let body = [UInt8](text[start.upperBound...].utf8)
            return try? JSON(parsing: body)["code"]?.stringValue?.string
        }
    }

    /// The lines that sign a request with this body.
    func signature(of body: [UInt8], to path: String) throws -> [String] {
        guard let signer else { return [] }
        return try signer.fields(posting: body, to: "http://localhost\(path)").map {
            "\($0.name): \($0.value)"
        }
    }

    /// Sends a request with a body of its true length; what is posted is signed.
    func send(
        _ method: String,
        _ path: String,
        headers: [String] = [],
        body: [UInt8] = []
    ) async throws -> Answer {
        let lines =
            ["\(method) \(path) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
            + (method == "POST" ? try signature(of: body, to: path) : [])
            + ["Content-Length: \(body.count)", "", ""]
        return try await send(Array(lines.joined(separator: "\r\n").utf8) + body)
    }

    /// Posts a body to the route of an engagement.
    func post(
        _ body: [UInt8],
        to engagement: String,
        type: String = "application/x-ndjson",
        encoding: String? = nil
    ) async throws -> Answer {
        let headers =
            ["Content-Type: \(type)"] + (encoding.map { ["Content-Encoding: \($0)"] } ?? [])
        return try await send(
            "POST",
            "/v1/engagements/\(engagement)/sync",
            headers: headers,
            body: body
        )
    }

    /// Sends bytes and reads until the server closes.
    func send(_ bytes: [UInt8]) async throws -> Answer {
        try await blocking {
            let socket = try connect()
            defer { close(socket) }
            write(bytes, to: socket)
            let text = String(decoding: readAll(socket), as: UTF8.self)
            let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return Answer(status: status ?? 0, text: text)
        }
    }

    /// Sends bytes and hangs up without reading.
    func sendAndHangUp(_ bytes: [UInt8]) async throws {
        try await blocking {
            let socket = try connect()
            write(bytes, to: socket)
            close(socket)
        }
    }

    private func connect() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
        return descriptor
    }

    /// Writes as much as the server takes.
    private func write(_ bytes: [UInt8], to socket: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    private func readAll(_ socket: Int32) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return all }
            all += buffer[..<count]
        }
    }
}
