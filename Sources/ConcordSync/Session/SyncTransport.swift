public import ConcordEncoding

/// The way to a server: HTTP in the programs, a simulated network in tests, whatever a mobile client
/// brings.
public protocol SyncTransport: Sendable {
    /// Carries one request to the server and its answer back.
    ///
    /// A request can be repeated without harm, so a sender who is unsure whether it arrived sends it again.
    ///
    /// - Parameter signer: proves to the server who asks; over HTTP by `RequestSigner.fields(posting:to:at:)`. A server in
    ///   memory need not look at it.
    /// - Throws: why there is no answer. Nothing that the client holds changes then.
    func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse
}

/// Why there is no answer from the server.
public struct SyncFailure: Error, Sendable, CustomStringConvertible {
    /// What callers decide on.
    public enum Code: Hashable, Sendable {
        /// No connection: the network or the server is down.
        case unreachable
        /// No answer in time.
        case timeout
        /// The server refuses the request as a whole; the code is listed in
        /// `Protocol/rejections.json`.
        case refused(String)
        /// The server's log is not the one whose entries the client holds.
        case parted(LogParting)
        /// Something on the way, such as a proxy, takes no request of this length; a shorter one may
        /// pass.
        case tooLarge
        /// The server's clock and this machine's are too far apart; this is the server's.
        case wrongClock(Timestamp)
        /// The device's key could not sign the request, so nothing was sent.
        case cannotSign
        /// The server's certificate is not trusted, so nothing was sent.
        case untrusted
        /// The address cannot be one of a server; nothing was tried.
        case invalidAddress
        /// The answer is not one of this protocol.
        case malformedResponse
        /// The server could not do it: its disk is full, it is stopping, a fault.
        case serverError
        /// The caller gave up waiting.
        case cancelled
    }

    /// What callers decide on.
    public let code: Code
    /// What was being done, what went wrong, and what to do next; for people.
    public let message: String
    /// The error of the library below, if there was one.
    public let cause: (any Error)?
    /// How long the server wants to be left alone, if it said so.
    public let retryAfter: Duration?
    /// Where the engagement is served now, if the server said so.
    public package(set) var move: ServerMove?

    /// A failure.
    public init(
        _ code: Code,
        _ message: String,
        cause: (any Error)? = nil,
        retryAfter: Duration? = nil,
        move: ServerMove? = nil
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.retryAfter = retryAfter
        self.move = move
    }

    /// The message.
    public var description: String { message }
}
