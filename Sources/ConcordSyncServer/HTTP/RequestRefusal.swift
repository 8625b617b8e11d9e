import ConcordEncoding
import ConcordSync

/// What HTTP itself makes the server answer; the raw value is the code on the wire.
///
/// Registry: `Protocol/rejections.json`.
public enum HTTPRefusal: String, CaseIterable, Sendable {
    /// There is no such resource.
    case notFound = "not-found"
    /// The resource does not know this method.
    case methodNotAllowed = "method-not-allowed"
    /// The body is not `application/x-ndjson`.
    case unsupportedMediaType = "unsupported-media-type"
    /// The body's `Content-Encoding` is neither gzip nor identity.
    case unsupportedEncoding = "unsupported-encoding"
    /// The body is not one whole gzip member.
    case malformedEncoding = "malformed-encoding"
    /// The header and the path name different engagements.
    case engagementMismatch = "engagement-mismatch"
    /// The server's disk is full.
    case storageFull = "storage-full"
    /// The server's storage failed.
    case storageFailed = "storage-failed"
    /// The server is stopping or not ready.
    case unavailable = "unavailable"
    /// There are too many requests at the same time.
    case busy = "busy"
    /// The body arrived too slowly.
    case requestTimeout = "request-timeout"
    /// The device, or its address, asks too often.
    case tooManyRequests = "too-many-requests"
    /// The engagement is served at another address now.
    case serverMoved = "server-moved"
}

/// Why a request gets no answer but a problem.
enum RequestRefusal: Error {
    case http(HTTPRefusal)
    /// Who asks has asked too often, and may again after so long.
    case limited(seconds: Int)
    case message(MessageError)
    case sync(SyncRefusal)
    case parted(LogParting)
    /// About a file of evidence, with the byte at which it continues if that is to be told.
    case file(FileRefusal, offset: Int?)
    case authentication(AuthenticationRefusal, now: Timestamp)
    case access(AccessRefusal)
    case storage(StorageFailure)
    /// The engagement is served at another address now.
    case moved(ServerMove)

    /// What an error that came out of a transaction means.
    init(_ error: any Error, while activity: String) {
        switch error {
        case let refusal as RequestRefusal: self = refusal
        case is CancellationError: self = .http(.unavailable)
        default: self = .storage(StorageFailure(error, while: activity))
        }
    }
}
