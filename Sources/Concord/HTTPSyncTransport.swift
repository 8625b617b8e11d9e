import ConcordDiff
import ConcordEncoding
public import ConcordSync

/// A transport over an HTTP client of yours, such as `URLSession`: you send a request and give back the answer, and
/// it does the rest of `Protocol/sync.md`.
///
/// The article `Sync` of Concord's documentation has one over `URLSession`, which the tests sync through.
///
/// The client must not follow redirects. It gives up when its task is cancelled, and when the server has been silent
/// for 30 seconds. It sends the headers and the body as they are, since they are signed, and each request once. Bodies are sent as they are; an answer may be compressed, and the client inflates it.
public struct HTTPSyncTransport: SyncTransport {
    /// What to send, by the method POST.
    public struct Request: Hashable, Sendable {
        /// The address.
        public let url: String
        /// The headers, by name.
        public let headers: [String: String]
        /// The body.
        public let body: [UInt8]
    }

    /// The server's address, without a slash at its end.
    public let server: String
    private let limit: Duration
    private let send: @Sendable (Request) async throws -> HTTPAnswer

    /// A transport to a server; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - server: the address, such as `https://audit.example.org`, with a path before `/v1` if there is one.
    ///   - limit: how long one exchange may take as a whole.
    ///   - send: sends a request and returns the answer, whatever its status. An error that it throws means that there
    ///     was none: throw `SyncFailure` to say why; any other error counts as `unreachable`.
    /// - Throws: `invalidAddress`.
    public init(
        to server: String,
        within limit: Duration = .seconds(120),
        send: @escaping @Sendable (Request) async throws -> HTTPAnswer
    ) throws(SyncFailure) {
        var address = server
        while address.hasSuffix("/") { address.removeLast() }
        let scheme = ["https://", "http://"].first { address.hasPrefix($0) }
        let isPlain =
            address.utf8.allSatisfy { 0x21...0x7E ~= $0 }
            && !address.contains { "?#@".contains($0) }
        guard let scheme, address.count > scheme.count, isPlain else {
            throw SyncFailure(
                .invalidAddress,
                "“\(server.prefix(200))” is not the address of a server; an address looks like"
                    + " https://audit.example.org or http://127.0.0.1:8080."
            )
        }
        self.server = address
        self.limit = limit
        self.send = send
    }

    /// Carries one request to the server and its answer back.
    public func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse {
        try await SyncFailure.correctingClock { time throws(SyncFailure) in
            try await exchange(request, by: signer, at: time)
        }
    }

    private func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner,
        at time: Timestamp?
    ) async throws(SyncFailure) -> SyncResponse {
        let answer = try await HTTPAnswer.patiently(sleep: Self.pause) {
            () async throws(SyncFailure) in
            try await self.answer(to: request, by: signer, at: time)
        }
        return try answer.response(to: request, from: server)
    }

    /// Waits as a server has asked, and a little more.
    private static func pause(_ seconds: Int) async throws {
        try await Task.sleep(for: .seconds(seconds) + .milliseconds(Int.random(in: 0...500)))
    }

    private func answer(
        to request: SyncRequest,
        by signer: RequestSigner,
        at time: Timestamp?
    ) async throws(SyncFailure) -> HTTPAnswer {
        let url = server + SyncResource.path(of: request.engagement)
        let body = request.wireBytes
        var headers = ["Content-Type": SyncResource.mediaType, "Accept": SyncResource.mediaType]
        for field in try signer.fields(posting: body, to: url, at: time) {
            headers[field.name] = field.value
        }
        let post = Request(url: url, headers: headers, body: body)
        do {
            return try await withinLimit(post)
        } catch let failure as SyncFailure {
            throw failure
        } catch {
            throw Task.isCancelled || error is CancellationError
                ? SyncFailure(
                    .cancelled,
                    "The exchange with \(server) was cancelled.",
                    cause: error
                )
                : SyncFailure(
                    .unreachable,
                    "\(server) cannot be reached. Check the network and the address, or keep working offline"
                        + " and sync again later.",
                    cause: error
                )
        }
    }

    private func withinLimit(_ post: Request) async throws -> HTTPAnswer {
        try await withThrowingTaskGroup(of: HTTPAnswer?.self) { group in
            group.addTask { try await send(post) }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            if let first = try await group.next(), let answer = first { return answer }
            throw SyncFailure(
                .timeout,
                "\(server) did not answer within \(limit). Nothing is lost; sync again later."
            )
        }
    }
}
