import AsyncHTTPClient
import ConcordEncoding
public import ConcordSync
import NIOCore
import NIOHTTP1

/// The way to a server over HTTP: bodies in gzip, limits on time and length, no redirects.
///
/// Redirects are not followed, since the diffs of an audit must not end up at another host than the one
/// that was named. Close it when done, best by `withTransport(to:_:)`.
///
/// Protocol: `Protocol/openapi.yaml`.
public struct HTTPTransport: SyncTransport {
    /// How long things may take.
    public struct Timeouts: Hashable, Sendable {
        /// Until there is a connection.
        public var connect: Duration
        /// Until the whole answer is here.
        public var exchange: Duration

        /// Limits; the defaults suit a slow mobile network.
        public init(connect: Duration = .seconds(10), exchange: Duration = .seconds(120)) {
            self.connect = connect
            self.exchange = exchange
        }
    }

    /// Bodies below this are not worth compressing.
    private static let compressedFrom = 512
    /// The longest problem document that is read.
    private static let problemBytes = 16 << 10
    private static let mediaType = "application/x-ndjson"

    private let address: ServerAddress
    private let timeouts: Timeouts
    private let client: HTTPClient

    /// A transport to a server; nothing is connected yet.
    public init(to address: ServerAddress, timeouts: Timeouts = Timeouts()) {
        self.address = address
        self.timeouts = timeouts
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = TimeAmount(timeouts.connect)
        configuration.httpVersion = .http1Only
        // Whoever is offline learns it at once, not after the connection time is over.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends its connections; nothing can be exchanged any more.
    public func close() async throws(SyncFailure) {
        do {
            try await client.shutdown()
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
    public func exchange(_ request: SyncRequest) async throws(SyncFailure) -> SyncResponse {
        let answer: Answer
        do {
            do {
                answer = try await send(request)
            } catch HTTPClientError.remoteConnectionClosed as HTTPClientError {
                // An idle connection that the server had just given up: a repeated request is harmless.
                answer = try await send(request)
            }
        } catch {
            throw failure(error)
        }
        guard answer.status == 200 else { throw failure(answer) }
        guard let body = answer.contents else {
            throw malformed("it is too long, or not what its Content-Encoding says")
        }
        do throws(MessageError) {
            return try SyncResponse(wireBytes: body)
        } catch {
            throw malformed("\(error)")
        }
    }

    private struct Answer {
        let status: UInt
        let location: String?
        /// The body, inflated; nil if it could not be.
        let contents: [UInt8]?
    }

    private func send(_ request: SyncRequest) async throws -> Answer {
        let path = "/v1/engagements/\(request.engagement.base64url)/sync"
        var message = HTTPClientRequest(url: address.description + path)
        message.method = .POST
        message.headers.add(name: "Content-Type", value: Self.mediaType)
        message.headers.add(name: "Accept", value: Self.mediaType)
        message.headers.add(name: "Accept-Encoding", value: "gzip")
        message.headers.add(name: "User-Agent", value: "concord")
        var body = request.wireBytes
        if body.count >= Self.compressedFrom {
            message.headers.add(name: "Content-Encoding", value: "gzip")
            body = Gzip.compress(body)
        }
        message.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(message, timeout: TimeAmount(timeouts.exchange))
        let isAnswer = response.status.code == 200
        let limit = isAnswer ? SyncLimits.bodyBytes : Self.problemBytes
        var contents: [UInt8]?
        do {
            let buffer = try await response.body.collect(upTo: limit)
            let bytes = Array(buffer.readableBytesView)
            let isCompressed = response.headers.first(name: "Content-Encoding") == "gzip"
            contents = isCompressed ? Gzip.inflate(bytes) : bytes
        } catch is NIOTooManyBytesError {
            contents = nil
        }
        return Answer(
            status: response.status.code,
            location: response.headers.first(name: "Location"),
            contents: contents
        )
    }

    // MARK: Failures

    private func malformed(_ reason: String) -> SyncFailure {
        SyncFailure(
            .malformedResponse,
            "\(address) answered something that is not Concord's protocol (\(reason)); check the "
                + "address, and whether a proxy stands between"
        )
    }

    /// What another status than 200 means.
    private func failure(_ answer: Answer) -> SyncFailure {
        if 300..<400 ~= answer.status {
            let target = answer.location.map { " to \($0)" } ?? ""
            return malformed("a redirect\(target), which is not followed")
        }
        let problem = answer.contents.flatMap(Problem.init)
        switch answer.status {
        case 400..<500:
            guard let problem else { return malformed("status \(answer.status)") }
            return SyncFailure(
                .refused(problem.code),
                "\(address) refuses: \(problem.detail) (\(problem.code))"
            )
        case 500..<600:
            let reason = problem?.detail ?? "status \(answer.status)"
            return SyncFailure(.serverError, "\(address) cannot answer: \(reason)")
        default:
            return malformed("status \(answer.status)")
        }
    }

    /// What an error of the library below means.
    private func failure(_ error: any Error) -> SyncFailure {
        switch error {
        case let failure as SyncFailure:
            return failure
        case is CancellationError, HTTPClientError.cancelled as HTTPClientError:
            return SyncFailure(.cancelled, "the exchange with \(address) was given up")
        case let error as HTTPClientError where Self.timeouts.contains(error):
            return SyncFailure(
                .timeout,
                "\(address) did not answer in time; nothing is lost, sync again later",
                cause: error
            )
        default:
            return SyncFailure(
                .unreachable,
                "cannot reach \(address); check the network and the address, or go on offline "
                    + "and sync again later",
                cause: error
            )
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
    ]
}

/// A problem document (RFC 9457), as far as it is shown.
private struct Problem {
    let code: String
    let detail: String

    init?(_ body: [UInt8]) {
        let limits = JSONLimits(
            bytes: body.count,
            depth: 8,
            stringBytes: body.count,
            asciiKeys: false
        )
        do throws(JSONError) {
            let value = try JSON(parsing: body, limits: limits)
            guard let code = value["code"]?.stringValue else { return nil }
            self.code = code
            detail = value["detail"]?.stringValue ?? code
        } catch {
            return nil
        }
    }
}
