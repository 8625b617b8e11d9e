import ConcordDiff
import ConcordEncoding
import ConcordEvidence
import ConcordHTTPSignatures
import ConcordModel
import ConcordSync
import HTTPTypes
internal import Hummingbird
import Logging
import NIOCore

/// The routes of evidence files; `Protocol/evidence.md` and `Protocol/openapi.yaml` describe them.
struct FileRoutes: Sendable {
    typealias Context = SyncRoutes.Context

    private static let files = RouterPath(FileResource.files(of: ":engagement"))
    private static let file = RouterPath(FileResource.file(":sha256", of: ":engagement"))
    private static let parts = RouterPath(FileResource.parts(":sha256", of: ":engagement"))
    /// How many bytes are collected before they are written.
    private static let pieceBytes = 256 << 10
    /// The library has no name for the header.
    static let offset = HTTPField.Name(FileResource.offsetHeader)

    let service: FileService
    let sync: SyncService
    let gate: RequestGate
    let budget: BodyBudget

    /// Adds the routes; `refuse` answers the methods that a path does not know.
    func add(
        to router: Router<Context>,
        refusingOthers refuse: ([HTTPRequest.Method], RouterPath) -> Void
    ) {
        router.post(Self.files, use: ask)
        router.get(Self.parts, use: sendParts)
        router.put(Self.parts, use: takeParts)
        router.get(Self.file, use: sendBytes)
        router.patch(Self.file, use: takeBytes)
        refuse([.post], Self.files)
        refuse([.get, .put], Self.parts)
        refuse([.get, .patch], Self.file)
    }

    // MARK: What is asked.

    /// The engagement of a request that comes from a member's device.
    private func admitted(_ request: Request, _ context: Context) async throws -> DiffID {
        guard let text = context.parameters.get("engagement"),
            let engagement = SHA256Digest(base64url: text)
        else { throw RequestRefusal.http(.notFound) }
        let proof = try gate.proof(in: request)
        try await sync.admitFiles(engagement, by: proof.author)
        try gate.remember(proof)
        return engagement
    }

    private func promise(_ request: Request, _ context: Context) throws -> FilePromise {
        let query = request.uri.queryParameters
        guard let sha256 = context.parameters.get("sha256"),
            let file = FileResource.promise(
                sha256: sha256,
                size: query["size"].map(String.init),
                root: query["root"].map(String.init)
            )
        else { throw RequestRefusal.file(.malformedAddress) }
        return file
    }

    private func require(_ type: String, of request: Request) throws {
        let given = request.headers[.contentType]?.split(separator: ";").first
        guard given?.lowercased().filter({ $0 != " " }) == type else {
            throw RequestRefusal.http(.unsupportedMediaType)
        }
        let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        guard encoding == "identity" else { throw RequestRefusal.http(.unsupportedEncoding) }
    }

    /// A whole body of at most so many bytes.
    private func body(
        of request: Request,
        most: Int,
        _ share: BodyBudget.Share
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var pace = BodyPace()
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= most else { throw Self.tooLarge }
            try share.take(buffer.readableBytes)
            bytes.append(contentsOf: buffer.readableBytesView)
            guard pace.keeps(after: buffer.readableBytes, at: .now) else {
                throw RequestRefusal.http(.requestTimeout)
            }
        }
        try gate.check(bytes, of: request)
        return bytes
    }

    private static let tooLarge = RequestRefusal.message(MessageError(.bodyTooLarge, line: 1))

    private func answer(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    // MARK: Answers.

    private func ask(_ request: Request, _ context: Context) async throws -> Response {
        let engagement = try await admitted(request, context)
        try require(FileResource.questionType, of: request)
        let share = budget.share()
        defer { share.giveBack() }
        let bytes = try await body(of: request, most: FileLimits.files * 200, share)
        guard let question = FileQuestion(wireBytes: bytes) else {
            throw RequestRefusal.file(.malformedQuestion)
        }
        await service.uploads.settle(question.files, of: engagement)
        let held = try await service.held(question.files, of: engagement)
        return answer(FileAnswer(held).wireBytes, FileResource.questionType)
    }

    private func sendParts(_ request: Request, _ context: Context) async throws -> Response {
        let engagement = try await admitted(request, context)
        let tree = try await service.tree(of: try promise(request, context), in: engagement)
        return answer(tree.bytes, FileResource.bytesType)
    }

    private func takeParts(_ request: Request, _ context: Context) async throws -> Response {
        let engagement = try await admitted(request, context)
        let file = try promise(request, context)
        try require(FileResource.bytesType, of: request)
        let share = budget.share()
        defer { share.giveBack() }
        let most = file.partCount * SHA256Digest.byteCount
        let bytes = try await body(of: request, most: most, share)
        guard let tree = PartTree(bytes: bytes) else { throw RequestRefusal.file(.wrongParts) }
        try await service.note(tree, of: file, in: engagement)
        return Response(status: .noContent)
    }

    /// Bytes of a file: the range that is asked for, or all of it, a piece at a time.
    private func sendBytes(_ request: Request, _ context: Context) async throws -> Response {
        let engagement = try await admitted(request, context)
        let file = try promise(request, context)
        let range = try Self.range(request.headers[.range], of: file)
        let store = try await service.store(of: engagement)
        // Before the head of the answer, which says that the file is here.
        let first = range.lowerBound..<min(range.lowerBound + Self.pieceBytes, range.upperBound)
        let beginning = try await service.bytes(first, of: file, in: store)
        var headers: HTTPFields = [.contentType: FileResource.bytesType, .acceptRanges: "bytes"]
        let isWhole = range.count == file.size
        if !isWhole {
            headers[.contentRange] =
                "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
        }
        let body = ResponseBody(contentLength: range.count) { [service] writer in
            try await writer.write(ByteBuffer(bytes: beginning))
            var place = first.upperBound
            while place < range.upperBound {
                let piece = place..<min(place + Self.pieceBytes, range.upperBound)
                let bytes = try await service.bytes(piece, of: file, in: store)
                try await writer.write(ByteBuffer(bytes: bytes))
                place = piece.upperBound
            }
            try await writer.finish(nil)
        }
        return Response(status: isWhole ? .ok : .partialContent, headers: headers, body: body)
    }

    /// What `Range` asks for: `bytes=A-B`, of which B may lie behind the end, or `bytes=A-`. Where it is absent, or of
    /// another form, all: such a field is ignored (RFC 9110, section 14.2).
    private static func range(
        _ text: String?,
        of file: FilePromise
    ) throws(RequestRefusal) -> Range<Int> {
        let whole = 0..<file.size
        guard let text, text.hasPrefix("bytes=") else { return whole }
        let ends = text.dropFirst("bytes=".count).split(
            separator: "-",
            omittingEmptySubsequences: false
        )
        guard ends.count == 2, let start = number(ends[0]) else { return whole }
        guard let last = ends[1].isEmpty ? Int.max : number(ends[1]), start <= last else {
            return whole
        }
        guard start < file.size else { throw .file(.range) }
        return start..<min(last, file.size - 1) + 1
    }

    /// Digits as a number; one that is too large for any file is the greatest there is.
    private static func number(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return Int(digits) ?? Int.max - 1
    }

    /// Takes bytes that continue a file. What came before a cut stays, and counts the next time.
    private func takeBytes(_ request: Request, _ context: Context) async throws -> Response {
        let engagement = try await admitted(request, context)
        let file = try promise(request, context)
        try require(FileResource.bytesType, of: request)
        guard let start = request.uri.queryParameters["offset"].flatMap({ Int($0) }),
            0 <= start
        else { throw RequestRefusal.file(.malformedAddress) }
        guard start <= file.size else {
            let held = try await service.held([file], of: engagement).first?.bytes ?? 0
            throw RequestRefusal.file(.wrongOffset, offset: held)
        }
        let store = try await service.roomForFile(file, from: start, in: engagement)
        let end = try await service.uploads.run(file, of: engagement) {
            try await takeBody(of: request, file, at: start, in: store)
        }
        if end == file.size {
            context.logger.info(
                "file received",
                metadata: [
                    "engagement": "\(engagement.base64url.prefix(8))",
                    "bytes": .stringConvertible(file.size),
                ]
            )
        }
        // Within a part it is not durable yet, and what is told has to be.
        let held = try await service.held([file], of: engagement).first ?? HeldFile(bytes: 0)
        var headers = HTTPFields()
        if let name = Self.offset { headers[name] = "\(held.bytes)" }
        guard let receipt = held.receipt else {
            return Response(status: .noContent, headers: headers)
        }
        // Who waits for it asks for it now.
        if end == file.size { sync.listeners.tell(engagement, size: 0) }
        var response = answer(receipt, FileResource.noteType)
        response.headers.append(contentsOf: headers)
        return response
    }

    /// Takes a body, piece by piece.
    ///
    /// What came before a cut cannot be compared with the digest that was signed. The hash of its part decides on it, as
    /// on everything else.
    ///
    /// - Returns: where the file continues.
    private func takeBody(
        of request: Request,
        _ file: FilePromise,
        at start: Int,
        in store: FileStore
    ) async throws -> Int {
        var offset = start
        var piece: [UInt8] = []
        var count = 0
        var pace = BodyPace()
        var hasher = SHA256Hasher()
        do {
            for try await buffer in request.body {
                count += buffer.readableBytes
                guard count <= FileLimits.bodyBytes else { throw Self.tooLarge }
                buffer.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
                piece.append(contentsOf: buffer.readableBytesView)
                guard pace.keeps(after: buffer.readableBytes, at: .now) else {
                    throw RequestRefusal.http(.requestTimeout)
                }
                guard piece.count >= Self.pieceBytes else { continue }
                let bytes = piece
                piece = []
                offset = try await service.append(bytes, to: file, at: offset, in: store)
            }
        } catch {
            if !(error is RequestRefusal), !piece.isEmpty {
                _ = try await service.append(piece, to: file, at: offset, in: store)
            }
            throw error
        }
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), count < announced {
            _ = try await service.append(piece, to: file, at: offset, in: store)
            throw RequestRefusal.http(.requestTimeout)
        }
        try gate.check(ContentDigest(hasher.finalize()), of: request)
        return try await service.append(piece, to: file, at: offset, in: store)
    }
}
