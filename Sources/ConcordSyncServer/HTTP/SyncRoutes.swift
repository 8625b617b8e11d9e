import ConcordDiff
import ConcordEncoding
import ConcordHTTP
import ConcordSigning
import ConcordSync
import HTTPTypes
internal import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The routes of the server; `Protocol/openapi.yaml` describes them.
struct SyncRoutes: Sendable {
    typealias Context = ServerRequestContext

    private static let sync = RouterPath(SyncResource.path(":engagement"))
    private static let checkpoint = RouterPath(SyncResource.checkpoint(":engagement"))
    private static let events = RouterPath(SyncResource.events(":engagement"))
    private static let tiles = RouterPath(SyncResource.tiles(":engagement") + "/**")
    private static let health = RouterPath(SyncResource.health)
    private static let readiness = RouterPath(SyncResource.readiness)

    let service: SyncService
    let version: String
    let budget: BodyBudget
    let gate: RequestGate
    let limits: RequestLimits
    let slots: AnswerSlots
    let serverHealth: ServerHealth
    let metrics: ServerMetrics
    let files: FileService

    func router() -> Router<Context> {
        let router = Router(context: Context.self)
        router.addMiddleware {
            MetricsMiddleware(metrics: metrics)
            VersionMiddleware()
            ProblemMiddleware(metrics: metrics)
            LimitMiddleware(limits: limits)
        }
        router.post(Self.sync, use: sync)
        router.get(Self.checkpoint, use: checkpoint)
        router.head(Self.checkpoint, use: checkpoint)
        router.get(Self.events, use: events)
        router.get(Self.tiles, use: tile)
        router.head(Self.tiles, use: tile)
        for (path, answer) in [(Self.health, health), (Self.readiness, readiness)] {
            router.get(path, use: answer)
            router.head(path, use: answer)
            refuseOtherMethods(than: [.get, .head], at: path, in: router)
        }
        refuseOtherMethods(than: [.post], at: Self.sync, in: router)
        refuseOtherMethods(than: [.get, .head], at: Self.checkpoint, in: router)
        refuseOtherMethods(than: [.get], at: Self.events, in: router)
        refuseOtherMethods(than: [.get, .head], at: Self.tiles, in: router)
        let fileRoutes = FileRoutes(service: files, sync: service, gate: gate, budget: budget)
        fileRoutes.add(to: router) { allowed, path in
            refuseOtherMethods(than: allowed, at: path, in: router)
        }
        return router
    }

    private func refuseOtherMethods(
        than allowed: [HTTPRequest.Method],
        at path: RouterPath,
        in router: Router<Context>
    ) {
        let methods = UnknownMethods<RouterResponder<Context>>.named
        for method in methods where !allowed.contains(method) {
            router.on(path, method: method) { _, _ -> Response in
                var response = Problem(.http(.methodNotAllowed)).response
                response.headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
                return response
            }
        }
    }

    private func health(_ request: Request, _ context: Context) async throws -> Response {
        try await checkHealth()
        return state("ok")
    }

    /// Whether requests should come here now: a server that stops answers those that are under way.
    private func readiness(_ request: Request, _ context: Context) async throws -> Response {
        guard !Task.isShuttingDownGracefully else { throw RequestRefusal.http(.unavailable) }
        try await checkHealth()
        return state("ready")
    }

    private func checkHealth() async throws(RequestRefusal) {
        do throws(StorageFailure) {
            try await serverHealth.check()
        } catch {
            throw .storage(error)
        }
    }

    private func state(_ word: WireText) -> Response {
        let body: JSONObject = ["status": .string(word), "version": .string(version)]
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
    ) async throws -> (engagement: SHA256Digest, reader: Author) {
        let engagement = try engagement(context)
        let proof = try gate.proof(in: request)
        try limits.count(proof.author)
        try await service.admitReading(engagement, by: proof.author)
        try gate.remember(proof)
        return (engagement, proof.author)
    }

    /// Tells that a log has grown, for as long as its reader may read it and somebody listens.
    private func events(_ request: Request, _ context: Context) async throws -> Response {
        let (engagement, reader) = try await reading(request, context)
        let (size, later) = try await service.news(of: engagement, to: reader)
        let body = ResponseBody { writer in
            var size = size
            try await writer.write(ByteBuffer(bytes: LogNews(size: size).serverEvent.wireBytes))
            for await told in later {
                guard await service.admitListening(engagement, by: reader) else { break }
                size = max(size, told ?? 0)
                try await writer.write(ByteBuffer(bytes: LogNews(size: size).serverEvent.wireBytes))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: SyncResource.eventMediaType, .cacheControl: "no-store",
                // A proxy that collects what it passes on would keep the news to itself (nginx).
                .accelBuffering: "no",
            ],
            body: body
        )
    }

    /// The newest checkpoint of a log.
    private func checkpoint(_ request: Request, _ context: Context) async throws -> Response {
        let (engagement, _) = try await reading(request, context)
        let note = try await service.checkpoint(of: engagement)
        return try respond(note, type: "text/plain; charset=utf-8", to: request)
    }

    /// A part of a log. What its path says is of this width for ever, and is all that it will ever say.
    private func tile(_ request: Request, _ context: Context) async throws -> Response {
        let (engagement, _) = try await reading(request, context)
        let path = context.parameters.getCatchAll().joined(separator: "/")
        guard let tile = Tile(path: "tile/\(path)") else { throw RequestRefusal.http(.notFound) }
        let bytes = try await service.tile(tile, of: engagement)
        return try respond(bytes, type: "application/octet-stream", to: request)
    }

    private func sync(_ request: Request, _ context: Context) async throws -> Response {
        let engagement = try engagement(context)
        guard VersionMiddleware.isKnown(in: request) else {
            throw RequestRefusal.message(MessageError(.unknownProtocol, line: 1))
        }
        // Before the body is read: what proves nothing costs a few lookups and one signature.
        let proof = try gate.proof(in: request)
        try limits.count(proof.author)
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
        do {
            try await service.admit(message, by: proof.author)
            try gate.remember(proof)
            let opening = request.headers[.concordOpening].flatMap { OpeningProof(WireText($0)) }
            let verdicts = try await service.takeIn(message, opening)
            if !message.envelopes.isEmpty { try await files.carryOutErasures(in: engagement) }
            return try await slots.withSlot { () async throws in
                let answer = try await service.answer(message, verdicts, to: proof.author)
                log(message, answer, context.logger)
                return try respond(answer.wireBytes, type: SyncResource.mediaType, to: request)
            }
        } catch {
            guard case .parted(let parting)? = error as? RequestRefusal else { throw error }
            throw RequestRefusal.parted(
                try service.database.notary.sign(parting, of: engagement, request: body)
            )
        }
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

    /// The answer, which counts in the memory of all bodies until it is written.
    private func respond(
        _ body: [UInt8],
        type: String,
        to request: Request
    ) throws(RequestRefusal) -> Response {
        var headers: HTTPFields = [.contentType: type]
        // Nobody keeps the answer to a POST.
        if request.method != .post { headers[.vary] = "Accept-Encoding" }
        var body = body
        if body.count >= Gzip.compressedFrom, acceptsGzip(request) {
            headers[.contentEncoding] = "gzip"
            body = Gzip.compress(body)
        }
        return Response(
            status: .ok,
            headers: headers,
            body: try PacedBody(body, share: budget.share()).body
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
        metrics.synced(accepted: accepted, sent: answer.entries.count)
        if !refused.isEmpty {
            metadata["refused"] = .string(refused.sorted().joined(separator: " "))
        }
        logger.info("synced", metadata: metadata)
    }
}

extension HTTPField.Name {
    fileprivate static let accelBuffering: HTTPField.Name = {
        guard let name = HTTPField.Name("X-Accel-Buffering") else {
            preconditionFailure("it is a name")
        }
        return name
    }()
}
