import AsyncHTTPClient
public import ConcordDiff
public import ConcordEncoding
public import ConcordModel
public import ConcordSync
import NIOCore
import NIOHTTP1

/// Files of evidence over HTTP (`Protocol/evidence.md`).
///
/// Bytes of files are not compressed: photos and documents are already.
extension HTTPTransport: FileTransport {
    /// How much of each file the server has.
    public func held(
        _ files: [FilePromise],
        of engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> [HeldFile] {
        let answer = try await exchange(
            FileRequest(
                method: .POST,
                path: FileResource.files(of: engagement.base64url),
                body: FileQuestion(files).wireBytes,
                type: FileResource.questionType
            ),
            by: signer,
            most: FileAnswer.bytesMax
        )
        guard let held = FileAnswer(wireBytes: answer.body, to: files)?.held else {
            throw .malformed(address.description, "it does not say how much it has of each file")
        }
        return held
    }

    /// Sends the hashes of a file's parts.
    public func send(
        _ tree: PartTree,
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) {
        _ = try await exchange(
            FileRequest(
                method: .PUT,
                path: partsPath(of: file, in: engagement),
                body: tree.bytes,
                type: FileResource.bytesType
            ),
            by: signer,
            most: 0
        )
    }

    /// Sends bytes that stand at a place of a file.
    public func send(
        _ bytes: [UInt8],
        of file: FilePromise,
        at offset: Int,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> HeldFile {
        let answer = try await exchange(
            FileRequest(
                method: .PATCH,
                path: path(of: file, in: engagement) + "&offset=\(offset)",
                body: bytes,
                type: FileResource.bytesType
            ),
            by: signer,
            most: SignedNote.bytesMax
        )
        guard let text = answer.headers.first(name: FileResource.offsetHeader),
            let end = Int(text), 0...file.size ~= end
        else { throw .malformed(address.description, "it does not say where the file continues") }
        return HeldFile(bytes: end, receipt: answer.body.isEmpty ? nil : answer.body)
    }

    /// The hashes of a file's parts.
    public func partTree(
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> PartTree {
        let answer = try await exchange(
            FileRequest(method: .GET, path: partsPath(of: file, in: engagement)),
            by: signer,
            most: file.partCount * SHA256Digest.byteCount
        )
        guard let tree = PartTree(bytes: answer.body) else {
            throw .malformed(address.description, "its hashes of parts are cut off")
        }
        return tree
    }

    /// Receives bytes of a file, and gives them on as they come.
    public func receive(
        _ range: Range<Int>,
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner,
        taking take: @escaping @Sendable (_ bytes: [UInt8]) async -> Bool
    ) async throws(SyncFailure) {
        if range.isEmpty { return }
        let request = FileRequest(
            method: .GET,
            path: path(of: file, in: engagement),
            range: "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        )
        try await answering(request, by: signer) { response in
            // A whole file that was not asked for would begin elsewhere.
            guard response.status.code == 206 || range.count == file.size else {
                throw SyncFailure.malformed(
                    address.description,
                    "it gives other bytes than asked for"
                )
            }
            var count = 0
            for try await buffer in response.body {
                count += buffer.readableBytes
                guard count <= range.count else {
                    throw SyncFailure.malformed(address.description, "it gives more than asked for")
                }
                guard await take(Array(buffer.readableBytesView)) else { return }
            }
        }
    }

    private func path(of file: FilePromise, in engagement: DiffID) -> String {
        FileResource.file(file.sha256.hex, of: engagement.base64url) + FileResource.query(file)
    }

    private func partsPath(of file: FilePromise, in engagement: DiffID) -> String {
        FileResource.parts(file.sha256.hex, of: engagement.base64url) + FileResource.query(file)
    }

    // MARK: Requests.

    private struct FileRequest: Sendable {
        let method: HTTPMethod
        let path: String
        var body: [UInt8] = []
        var type: String?
        var range: String?
    }

    /// Sends a request and receives a short answer.
    private func exchange(
        _ request: FileRequest,
        by signer: RequestSigner,
        most: Int
    ) async throws(SyncFailure) -> (headers: HTTPHeaders, body: [UInt8]) {
        try await answering(request, by: signer) { response in
            guard let bytes = try await collect(response.body, upTo: most) else {
                throw SyncFailure.malformed(address.description, "it is too long")
            }
            return (response.headers, bytes)
        }
    }

    /// Sends a request, once more by the server's clock if this machine's is wrong, and reads the answer.
    private func answering<Value: Sendable>(
        _ request: FileRequest,
        by signer: RequestSigner,
        _ read: @escaping @Sendable (HTTPClientResponse) async throws -> Value
    ) async throws(SyncFailure) -> Value {
        let attempt = { @Sendable () async throws(SyncFailure) -> Value in
            do {
                return try await withDeadline { try await send(request, by: signer, read) }
            } catch {
                throw failure(error)
            }
        }
        do throws(SyncFailure) {
            return try await attempt()
        } catch {
            guard case .wrongClock(let time) = error.code else { throw error }
            serverClock.set(time)
        }
        return try await attempt()
    }

    private func send<Value>(
        _ request: FileRequest,
        by signer: RequestSigner,
        _ read: (HTTPClientResponse) async throws -> Value
    ) async throws -> Value {
        let url = address.description + request.path
        var message = HTTPClientRequest(url: url)
        message.method = request.method
        message.headers.add(name: "User-Agent", value: "concord")
        let fields = try signer.fields(
            posting: request.body,
            to: url,
            method: request.method.rawValue,
            at: serverClock.now
        )
        for field in fields { message.headers.add(name: field.name, value: field.value) }
        if let range = request.range { message.headers.add(name: "Range", value: range) }
        if let type = request.type {
            message.headers.add(name: "Content-Type", value: type)
            message.body = .bytes(ByteBuffer(bytes: request.body))
        }
        let response = try await client.execute(message, timeout: TimeAmount(timeouts.exchange))
        guard [200, 204, 206].contains(response.status.code) else {
            throw HTTPAnswer(
                status: Int(response.status.code),
                body: try await collect(response.body, upTo: ProblemDocument.bytesMax) ?? [],
                location: response.headers.first(name: "Location")
            ).fileFailure(ofBytes: request.body.count, from: address.description)
        }
        return try await read(response)
    }
}
