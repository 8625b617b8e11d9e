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
    private let engagement: DiffID
    private let url: String
    private let signer: RequestSigner

    /// The requests for all diffs of a sample.
    init(_ sample: SampleDiffs, to server: String, each count: Int) throws {
        engagement = sample.beginning[0].id
        url = server + SyncResource.path(of: engagement)
        signer = RequestSigner(
            sample.key.author,
            now: ReplicaEnvironment.system.now,
            randomBytes: ReplicaEnvironment.system.randomBytes,
            sign: { [key = sample.key] in try key.signature(over: $0) }
        )
        beginning = [try request(with: sample.beginning)]
        for first in stride(from: 0, to: sample.edits.count, by: count) {
            let end = min(first + count, sample.edits.count)
            edits.append(try request(with: Array(sample.edits[first..<end])))
        }
    }

    /// A request that brings these, from someone who wants nothing back.
    func request(with diffs: [UnverifiedDiff]) throws -> Request {
        let body = Gzip.compress(
            SyncRequest(
                engagement: engagement,
                position: 0,
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
