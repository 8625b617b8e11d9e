import AsyncHTTPClient
import ConcordEncoding
import ConcordHTTP
public import ConcordSync
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// The way to a server over HTTP: bodies in gzip, limits on time and length, no redirects.
///
/// Redirects are not followed, since the diffs of an audit must not reach any other host than the named
/// one. Close it when done, best by `withTransport(to:_:)`; where that is forgotten, it ends with its last copy.
///
/// Protocol: `Protocol/openapi.yaml`.
public struct HTTPTransport: SyncTransport {
    /// How long things may take.
    public struct Timeouts: Hashable, Sendable {
        /// Until there is a connection.
        public var connect: Duration
        /// Until the whole answer is here, however it comes.
        public var exchange: Duration
        /// How long an answer may come as slowly as it likes; from then on it has to come at a least rate
        /// of a kilobyte a second. So long it may take to begin, too, and a second more for each kilobyte of the request; an
        /// answer that only says that more will come, such as 102, is none.
        public var patience: Duration
        /// How long a connection for news may say nothing before it counts as dead.
        public var silence: Duration

        /// Limits; the defaults suit a slow mobile network.
        public init(
            connect: Duration = .seconds(10),
            exchange: Duration = .seconds(120),
            patience: Duration = .seconds(30),
            silence: Duration = .seconds(30)
        ) {
            self.silence = silence
            self.connect = connect
            self.exchange = exchange
            self.patience = patience
        }
    }

    let address: ServerAddress
    /// The file of the certificates that are trusted, if it is not the system's.
    let certificateFile: String?
    let timeouts: Timeouts
    private let owner: ClientOwner
    var client: HTTPClient { owner.client }
    /// For requests about files, of which there are many in a row.
    let serverClock = ServerClock()

    /// A transport to a server; nothing is connected yet.
    ///
    /// - Parameter certificateFile: a PEM file with the certificates of the authorities that are trusted,
    ///   in place of the system's; by default the one that the environment variable `SSL_CERT_FILE`
    ///   names, as other programs have it.
    public init(
        to address: ServerAddress,
        timeouts: Timeouts = Timeouts(),
        certificateFile: String? = HTTPTransport.certificateFile
    ) {
        self.address = address
        self.timeouts = timeouts
        self.certificateFile = certificateFile
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = TimeAmount(timeouts.connect)
        configuration.httpVersion = .http1Only
        // Someone who is offline learns it at once, not after the connection time is over.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let certificateFile {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(certificateFile)
            configuration.tlsConfiguration = tls
        }
        owner = ClientOwner(
            HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        )
    }

    /// The value of the environment variable `SSL_CERT_FILE`, if it is set.
    public static var certificateFile: String? {
        let file = ProcessInfo.processInfo.environment["SSL_CERT_FILE"]
        return file?.isEmpty == false ? file : nil
    }

    /// Ends its connections; nothing can be exchanged any more.
    public func close() async throws(SyncFailure) {
        do {
            try await owner.close()
        } catch {
            throw failure(error)
        }
    }

    /// Gives a transport for as long as `body` runs.
    public static func withTransport<Result>(
        to address: ServerAddress,
        timeouts: Timeouts = Timeouts(),
        isolation: isolated (any Actor)? = #isolation,
        _ body: (HTTPTransport) async throws -> Result
    ) async throws -> Result {
        let transport = HTTPTransport(to: address, timeouts: timeouts)
        let result: Result
        do {
            result = try await body(transport)
        } catch {
            try await transport.close()
            throw error
        }
        try await transport.close()
        return result
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
        return try answer.response(to: request, from: address.description)
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
        let answer: Answer
        do {
            answer = try await withDeadline {
                do {
                    return try await send(request, by: signer, at: time)
                } catch HTTPClientError.remoteConnectionClosed as HTTPClientError {
                    // An idle connection that the server had just given up: a repeated request is
                    // harmless.
                    return try await send(request, by: signer, at: time)
                }
            }
        } catch {
            throw failure(error)
        }
        guard let body = answer.contents ?? (answer.status == 200 ? nil : []) else {
            let reason = "it is too long, or not what its Content-Encoding says"
            throw SyncFailure.malformed(address.description, reason)
        }
        return HTTPAnswer(
            status: Int(answer.status),
            body: body,
            location: answer.location,
            retryAfter: answer.retryAfter
        )
    }

    /// Runs `body`, and gives it up once the time for an exchange is over.
    func withDeadline<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: timeouts.exchange)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else {
                throw TooSlow()
            }
            return result
        }
    }

    /// What is looked at of an answer.
    struct Answer: Sendable {
        let status: UInt
        let location: String?
        let retryAfter: String?
        /// The body, inflated; nil if it could not be.
        let contents: [UInt8]?
    }

    /// The answer did not come in time.
    struct TooSlow: Error {}

    private func send(
        _ request: SyncRequest,
        by signer: RequestSigner,
        at time: Timestamp?
    ) async throws -> Answer {
        let url = address.description + SyncResource.path(of: request.engagement)
        var message = HTTPClientRequest(url: url)
        message.method = .POST
        message.headers.add(name: "Content-Type", value: SyncResource.mediaType)
        message.headers.add(name: "Accept-Encoding", value: "gzip")
        message.headers.add(name: "User-Agent", value: "concord")
        var body = request.wireBytes
        if body.count >= Gzip.compressedFrom {
            message.headers.add(name: "Content-Encoding", value: "gzip")
            body = Gzip.compress(body)
        }
        for field in try signer.fields(posting: body, to: url, at: time) {
            message.headers.add(name: field.name, value: field.value)
        }
        message.body = .bytes(ByteBuffer(bytes: body))
        let sending = Duration.seconds(body.count / Self.bytesPerSecond)
        // The library counts to the head of the answer, and takes none of the statuses below 200 for one.
        let beginning = min(timeouts.exchange, timeouts.patience + sending)
        let response = try await client.execute(message, timeout: TimeAmount(beginning))
        let isAnswer = response.status.code == 200
        let limit = isAnswer ? SyncLimits.bodyBytes : ProblemDocument.bytesMax
        let bytes = try await collect(response.body, upTo: limit)
        let isCompressed = response.headers.first(name: "Content-Encoding")?.lowercased() == "gzip"
        return Answer(
            status: response.status.code,
            location: response.headers.first(name: "Location"),
            retryAfter: response.headers.first(name: "Retry-After"),
            contents: isCompressed ? bytes.flatMap(Self.inflated) : bytes
        )
    }

    /// What a compressed body holds; nil if it cannot be inflated.
    private static func inflated(_ bytes: [UInt8]) -> [UInt8]? {
        do throws(Gzip.Failure) {
            return try Gzip.inflate(bytes)
        } catch {
            return nil
        }
    }

    /// The whole body; nil if it is longer than `limit`.
    func collect(
        _ body: HTTPClientResponse.Body,
        upTo limit: Int
    ) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        let start = ContinuousClock.now
        for try await buffer in body {
            guard bytes.count + buffer.readableBytes <= limit else { return nil }
            bytes.append(contentsOf: buffer.readableBytesView)
            let waited = ContinuousClock.now - start
            if waited > timeouts.patience,
                bytes.count < Int(waited.components.seconds) * Self.bytesPerSecond
            {
                throw TooSlow()
            }
        }
        return bytes
    }

    /// The least rate of a request and of an answer.
    private static let bytesPerSecond = 1000
}
