import ConcordEncoding
import ConcordSync
import HTTPTypes
internal import Hummingbird

/// A problem document (RFC 9457): a status, a code of `Protocol/rejections.json`, and what to do next.
///
/// Details come from here alone, never from what was posted or stored.
struct Problem: Sendable {
    let status: HTTPResponse.Status
    let code: String
    let detail: String
    var line: Int?
    /// Where the logs have parted, if that is why.
    var parting: LogParting?
    /// Where the engagement is served now, if that is why.
    var move: ServerMove?
    /// Where a file continues, if that is to be told.
    var offset: Int?
    /// The server's clock, if the request's time is why.
    var now: Timestamp?
    /// The versions of the protocol that the server speaks, if that is why.
    var versions: [Int] = []
    /// After how many seconds the request should be sent again, if that is what to do.
    var retryAfter: Int?

    /// The library has no name for it (RFC 4918).
    private static let insufficientStorage = HTTPResponse.Status(
        code: 507,
        reasonPhrase: "Insufficient Storage"
    )

    /// The one function that maps refusals to HTTP.
    init(_ refusal: RequestRefusal) {
        switch refusal {
        case .http(let refusal):
            self.init(refusal)
            if refusal == .busy { retryAfter = 5 }
        case .limited(let seconds):
            self.init(.tooManyRequests)
            retryAfter = seconds
        case .message(let error): self.init(error)
        case .sync(let refusal): self.init(refusal)
        case .parted(let parting):
            self.init(parting.refusal)
            self.parting = parting
        case .moved(let move):
            self.init(
                .misdirectedRequest,
                HTTPRefusal.serverMoved.rawValue,
                "The engagement is served at \(move.address) now. Nothing was stored; sync with that address."
            )
            self.move = move
        case .file(let refusal, let offset):
            self.init(refusal.status, refusal.rawValue, refusal.detail)
            self.offset = offset
        case .authentication(let refusal, let now): self.init(refusal, now)
        case .access(let refusal): self.init(refusal)
        case .storage(let failure): self.init(failure.code == .full ? .storageFull : .storageFailed)
        }
    }

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    private init(_ refusal: HTTPRefusal) {
        let code = refusal.rawValue
        switch refusal {
        case .notFound:
            self.init(.notFound, code, "There is no such resource. Check the address.")
        case .methodNotAllowed:
            self.init(.methodNotAllowed, code, "The resource does not know this method.")
        case .unsupportedMediaType:
            self.init(.unsupportedMediaType, code, "Send application/x-ndjson.")
        case .unsupportedEncoding:
            self.init(.unsupportedMediaType, code, "Send the body uncompressed or with gzip.")
        case .malformedEncoding:
            self.init(.badRequest, code, "The body is not one complete gzip member. Send it again.")
        case .engagementMismatch:
            self.init(.badRequest, code, "The header and the path name different engagements.")
        case .storageFull:
            self.init(
                Self.insufficientStorage,
                code,
                "The server's disk is full. Nothing was stored; sync again once there is room."
            )
        case .storageFailed:
            self.init(
                .internalServerError,
                code,
                "The server's storage failed. Nothing was stored; sync again later."
            )
        case .unavailable:
            self.init(.serviceUnavailable, code, "The server is stopping. Sync again later.")
        case .busy:
            self.init(
                .serviceUnavailable,
                code,
                "The server has too many requests at the same time. Sync again in a minute."
            )
        case .requestTimeout:
            self.init(
                .requestTimeout,
                code,
                "The body arrived too slowly. Sync again where the network is faster."
            )
        case .tooManyRequests:
            self.init(
                .tooManyRequests,
                code,
                "This device, or others at its address, ask too often. Nothing is lost; sync again in a minute."
            )
        case .serverMoved:
            self.init(
                .misdirectedRequest,
                code,
                "The engagement is served at another address now. Nothing was stored; sync with that one."
            )
        }
    }

    private init(_ error: MessageError) {
        let status: HTTPResponse.Status
        switch error.code {
        case .bodyTooLarge, .tooManyLines: status = .contentTooLarge
        default: status = .badRequest
        }
        guard error.code != .unknownProtocol else {
            self.init(
                status,
                error.code.rawValue,
                "This server speaks version \(SyncRequest.version) of the protocol, and your program another one. One of"
                    + " the two has to be updated."
            )
            versions = [SyncRequest.version]
            return
        }
        self.init(status, error.code.rawValue, "The body cannot be read: \(error).")
        line = error.line
    }

    private init(_ refusal: SyncRefusal) {
        switch refusal {
        case .unknownEngagement:
            self.init(
                .notFound,
                refusal.rawValue,
                "The engagement has no log on this server. If it is new, its audit team leader has to sync first;"
                    + " otherwise check the server's address."
            )
        case .engagementsClosed:
            self.init(
                .forbidden,
                refusal.rawValue,
                "This server accepts a new engagement only from somebody to whom its operator has given a token, or from "
                    + "nobody. Ask its operator for a token, and pass it with --token."
            )
        case .positionBeyondLog:
            self.init(
                .conflict,
                refusal.rawValue,
                "You hold more entries than the log has: the server was restored from a backup, or "
                    + "this is not the log that you have synced with. Nothing was stored; go back to "
                    + "the last entry in common and offer the rest again."
            )
        case .logParted:
            self.init(
                .conflict,
                refusal.rawValue,
                "Your last entry differs from the log's entry at that position. Nothing "
                    + "was stored; go back to the last entry in common and offer the rest again."
            )
        case .logBehind:
            self.init(
                .conflict,
                refusal.rawValue,
                "The server was restored from a backup, and its log is not the one that it has signed before. It "
                    + "signs no second history. What you saved stays on your device; tell the server's operator."
            )
        }
    }

    var response: Response {
        var document = ProblemDocument(code: code, detail: detail, line: line, parting: parting)
        document.now = now
        document.move = move
        document.versions = versions
        let object = document.object(status: status.code, title: status.reasonPhrase)
        var headers: HTTPFields = [.contentType: SyncResource.problemMediaType]
        if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
        if let offset, let name = FileRoutes.offset { headers[name] = "\(offset)" }
        if status == .unauthorized { headers[.wwwAuthenticate] = Self.challenge }
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: object.canonicalBytes))
        )
    }
}
