import ConcordEncoding
import ConcordHTTP
import ConcordSync
import HTTPTypes
internal import Hummingbird
import Logging
import NIOCore

/// The routes of the server; `Protocol/openapi.yaml` describes them.
struct SyncRoutes: Sendable {
    typealias Context = BasicRequestContext

    private static let sync = RouterPath(SyncResource.path(":engagement"))
    private static let checkpoint = RouterPath(SyncResource.checkpoint(":engagement"))
    private static let tiles = RouterPath(SyncResource.tiles(":engagement") + "/**")
    private static let health = RouterPath(SyncResource.health)

    let service: SyncService
    let version: String
    let budget: BodyBudget
    let gate: RequestGate

    func router() -> Router<Context> {
        let router = Router(context: Context.self)
        router.addMiddleware {
            VersionMiddleware()
            ProblemMiddleware()
        }
        router.post(Self.sync, use: sync)
        router.get(Self.checkpoint, use: checkpoint)
        router.head(Self.checkpoint, use: checkpoint)
        router.get(Self.tiles, use: tile)
        router.head(Self.tiles, use: tile)
        router.get(Self.health, use: health)
        router.head(Self.health, use: health)
        refuseOtherMethods(than: [.post], at: Self.sync, in: router)
        refuseOtherMethods(than: [.get, .head], at: Self.checkpoint, in: router)
        refuseOtherMethods(than: [.get, .head], at: Self.tiles, in: router)
        refuseOtherMethods(than: [.get, .head], at: Self.health, in: router)
        return router
    }

    private func refuseOtherMethods(
        than allowed: [HTTPRequest.Method],
        at path: RouterPath,
        in router: Router<Context>
    ) {
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        for method in methods where !allowed.contains(method) {
            router.on(path, method: method) { _, _ -> Response in
                var response = Problem(.http(.methodNotAllowed)).response
                response.headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
                return response
            }
        }
    }

    private func health(_ request: Request, _ context: Context) async throws -> Response {
        try await service.checkHealth()
        let body: JSONObject = ["status": "ok", "version": .string(version)]
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.canonicalBytes))
        )
    }

    private func engagement(_ context: Context) throws(RequestRefusal) -> SHA256Digest {
        guard let text = context.parameters.get("engagement"),
            let engagement = SHA256Digest(base64url: text)
        else { throw .http(.notFound) }
        return engagement
    }

    /// The engagement of a request that reads a part of its log, and that comes from somebody who may.
    private func reading(
        _ request: Request,
        _ context: Context
    ) async throws -> SHA256Digest {
        let engagement = try engagement(context)
        let proof = try gate.proof(in: request)
        try await service.admitReading(engagement, by: proof.author)
        try gate.remember(proof)
        return engagement
    }

    /// The newest checkpoint of a log.
    private func checkpoint(_ request: Request, _ context: Context) async throws -> Response {
        let engagement = try await reading(request, context)
        let note = try await service.checkpoint(of: engagement)
        return respond(note, type: "text/plain; charset=utf-8", to: request)
    }

    /// A part of a log. What its path says is of this width for ever, and is all that it will ever say.
    private func tile(_ request: Request, _ context: Context) async throws -> Response {
        let engagement = try await reading(request, context)
        let path = context.parameters.getCatchAll().joined(separator: "/")
        guard let tile = Tile(path: "tile/\(path)") else { throw RequestRefusal.http(.notFound) }
        let bytes = try await service.tile(tile, of: engagement)
        return respond(bytes, type: "application/octet-stream", to: request)
    }

    private func sync(_ request: Request, _ context: Context) async throws -> Response {
        let engagement = try engagement(context)
        guard VersionMiddleware.isKnown(in: request) else {
            throw RequestRefusal.message(MessageError(.unknownProtocol, line: 1))
        }
        // Before the body is read: what proves nothing costs a few lookups and one signature.
        let proof = try gate.proof(in: request)
        let share = budget.share()
        // Given back when the exchange is over and not after the last `take`: until then the body, or what
        // was read from it, is in memory.
        defer { share.giveBack() }
        let body = try await readBody(of: request, share)
        let message: SyncRequest
        do throws(MessageError) {
            message = try SyncRequest(wireBytes: body)
        } catch {
            throw RequestRefusal.message(error)
        }
        guard message.engagement == engagement else {
            throw RequestRefusal.http(.engagementMismatch)
        }
        try await service.admit(message, by: proof.author)
        try gate.remember(proof)
        let answer = try await service.exchange(message, by: proof.author)
        log(message, answer, context.logger)
        return respond(answer.wireBytes, type: SyncResource.mediaType, to: request)
    }

    /// The body, inflated. What announces too much is refused before it is read.
    private func readBody(
        of request: Request,
        _ share: BodyBudget.Share
    ) async throws -> [UInt8] {
        let type = request.headers[.contentType]?.split(separator: ";").first
        guard type?.lowercased().filter({ $0 != " " }) == SyncResource.mediaType else {
            throw RequestRefusal.http(.unsupportedMediaType)
        }
        let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        guard ["gzip", "identity"].contains(encoding) else {
            throw RequestRefusal.http(.unsupportedEncoding)
        }
        let tooLarge = RequestRefusal.message(MessageError(.bodyTooLarge, line: 1))
        if let length = request.headers[.contentLength].flatMap({ Int($0) }),
            length > SyncLimits.bodyBytes
        {
            throw tooLarge
        }
        var bytes: [UInt8] = []
        var pace = BodyPace()
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= SyncLimits.bodyBytes else { throw tooLarge }
            try share.take(buffer.readableBytes)
            bytes.append(contentsOf: buffer.readableBytesView)
            // What says nothing at all is closed by the idle time-out.
            guard pace.keeps(after: buffer.readableBytes, at: .now) else {
                throw RequestRefusal.http(.requestTimeout)
            }
        }
        try gate.check(bytes, of: request)
        guard encoding == "gzip" else { return bytes }
        let body: [UInt8]
        do throws(Gzip.Failure) {
            body = try Gzip.inflate(bytes)
        } catch {
            throw error == .tooLarge ? tooLarge : RequestRefusal.http(.malformedEncoding)
        }
        try share.take(body.count)
        return body
    }

    private func respond(_ body: [UInt8], type: String, to request: Request) -> Response {
        var headers: HTTPFields = [.contentType: type, .vary: "Accept-Encoding"]
        var body = body
        if body.count >= Gzip.compressedFrom, acceptsGzip(request) {
            headers[.contentEncoding] = "gzip"
            body = Gzip.compress(body)
        }
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    private func acceptsGzip(_ request: Request) -> Bool {
        let accepted = request.headers[.acceptEncoding] ?? ""
        return accepted.split(separator: ",").contains { item in
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            return parts.first == "gzip" && !parts.dropFirst().contains(where: Self.isZero)
        }
    }

    /// Whether a parameter says that something is not wanted: `q=0`, with up to three decimals.
    private static func isZero(_ parameter: String) -> Bool {
        parameter.hasPrefix("q=0") && parameter.dropFirst(3).allSatisfy { $0 == "." || $0 == "0" }
    }

    /// One line for each answered request: numbers, and the beginning of the engagement's id, which
    /// whole would open its log to anyone who reads this one.
    private func log(_ message: SyncRequest, _ answer: SyncResponse, _ logger: Logger) {
        var accepted = 0
        var refused: Set<WireText> = []
        for verdict in answer.verdicts {
            if case .accepted = verdict { accepted += 1 }
            if case .refused(let code, _) = verdict { refused.insert(code) }
        }
        var metadata: Logger.Metadata = [
            "engagement": "\(message.engagement.base64url.prefix(8))",
            "posted": .stringConvertible(message.envelopes.count),
            "accepted": .stringConvertible(accepted), "from": .stringConvertible(answer.from),
            "entries": .stringConvertible(answer.entries.count),
            "size": .stringConvertible(answer.size),
        ]
        if !refused.isEmpty {
            metadata["refused"] = .string(refused.sorted().joined(separator: " "))
        }
        logger.info("synced", metadata: metadata)
    }
}
