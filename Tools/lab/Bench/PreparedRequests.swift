import AsyncHTTPClient
import Concord
import ConcordDiff
import ConcordEncoding
import ConcordHTTP
import ConcordModel
import ConcordSigning
import ConcordSync
import NIOCore
import NIOHTTP1

/// The requests that bring one device's diffs to a server, ready to be sent: composed, compressed and signed.
///
/// Signatures of requests are taken for five minutes, so they are made shortly before.
struct PreparedRequests: Sendable {
    /// A request, and how many diffs it brings.
    struct Request: Sendable {
        let message: HTTPClientRequest
        let count: Int
    }

    /// Why the figures would mean nothing.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// What the edits rest on.
    private(set) var beginning: [Request] = []
    /// The edits.
    private(set) var edits: [Request] = []
    /// Whose log they go to.
    let engagement: DiffID
    private let url: String
    private let signer: RequestSigner
    /// How many entries the device holds when it sends the next request, and the last of them.
    private var held = 0
    private var last: DiffID?

    /// None yet, for `request(with:)`.
    init(of engagement: DiffID, by key: SigningKey, to server: String) {
        self.engagement = engagement
        url = server + SyncResource.path(of: engagement)
        signer = RequestSigner(key)
    }

    /// The requests for all diffs of a sample.
    init(_ sample: SampleDiffs, to server: String, each count: Int) throws {
        self.init(of: sample.beginning[0].id, by: sample.key, to: server)
        beginning = [try request(with: sample.beginning)]
        for first in stride(from: 0, to: sample.edits.count, by: count) {
            let end = min(first + count, sample.edits.count)
            edits.append(try request(with: Array(sample.edits[first..<end])))
        }
    }

    /// A request that brings these, from a device that holds what its requests before have brought, and says so.
    mutating func request(with diffs: [UnverifiedDiff]) throws -> Request {
        defer { (held, last) = (held + diffs.count, diffs.last?.id ?? last) }
        let body = Gzip.compress(
            SyncRequest(
                engagement: engagement,
                position: held,
                last: last,
                own: signer.author,
                envelopes: diffs.map(\.envelope)
            ).wireBytes
        )
        var message = HTTPClientRequest(url: url)
        message.method = .POST
        message.headers.add(name: "Content-Type", value: SyncResource.mediaType)
        message.headers.add(name: "Content-Encoding", value: "gzip")
        for field in try signer.fields(posting: body, to: url) {
            message.headers.add(name: field.name, value: field.value)
        }
        message.body = .bytes(ByteBuffer(bytes: body))
        return Request(message: message, count: diffs.count)
    }

    /// How long it takes to post the edits of all queues, which are posted at the same time, each in its order.
    static func time(_ queues: [PreparedRequests]) throws -> Duration {
        try Blocking.run {
            try await withClient { client in
                for queue in queues { try await queue.post(queue.beginning, by: client) }
                return try await ContinuousClock().measure {
                    try await withThrowingTaskGroup { group in
                        for queue in queues {
                            group.addTask { try await queue.post(queue.edits, by: client) }
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }
    }

    /// A client for as long as `body` runs.
    ///
    /// - Parameter connections: how many it may have to one server.
    static func withClient<Result>(
        connections: Int = 8,
        _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: configuration
        )
        let result: Result
        do {
            result = try await body(client)
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
        return result
    }

    /// Posts requests one after the other.
    func post(_ requests: [Request], by client: HTTPClient) async throws {
        for request in requests { try await post(request, by: client) }
    }

    /// Posts a request.
    ///
    /// - Throws: `Refused` unless the server has accepted every diff.
    func post(_ request: Request, by client: HTTPClient) async throws {
        let answer = try await client.execute(request.message, timeout: .seconds(60))
        let body = try await answer.body.collect(upTo: SyncLimits.bodyBytes)
        guard answer.status == .ok else {
            throw Refused(
                description: "The server answered \(answer.status): \(String(buffer: body))"
            )
        }
        let accepted = try SyncResponse(wireBytes: Array(body.readableBytesView))
            .verdicts.count { if case .accepted = $0 { true } else { false } }
        guard accepted == request.count else {
            throw Refused(description: "The server accepted \(accepted) of \(request.count) diffs.")
        }
    }
}

extension RequestSigner {
    /// Signs with a key of a sample.
    init(_ key: SigningKey) {
        self.init(
            key.author,
            now: ReplicaEnvironment.system.now,
            randomBytes: ReplicaEnvironment.system.randomBytes,
            sign: { try key.signature(over: $0) }
        )
    }
}

extension SampleDiffs {
    /// An invitation at the end of the sample, and its code.
    func invitation(server: String) throws -> (diff: UnverifiedDiff, code: InvitationCode) {
        let secret = try InvitationKey.generate()
        var chain = SampleChain(key: key)
        let last = edits.last ?? beginning[beginning.count - 1]
        (chain.engagement, chain.tip, chain.seq) = (beginning[0].id, last.id, last.head.seq)
        let record = WireText(SampleDiffs.id(2))
        let diff = try chain.append([
            Operation(
                .add(["key": .string(Base64URL.encode(secret.publicKey)), "role": "auditor"]),
                at: CellPath(kind: "invitation", record: record)
            )
        ])
        let code = InvitationCode(
            engagement: beginning[0].id,
            invitation: record,
            secret: secret.secret,
            server: server
        )
        return (diff, code)
    }
}
