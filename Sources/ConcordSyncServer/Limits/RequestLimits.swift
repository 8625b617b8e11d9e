import ConcordDiff
import HTTPTypes
internal import Hummingbird

/// How many requests come from one address and from one device, and who is believed to say for whom it asks.
final class RequestLimits: Sendable {
    /// The limits, for a span of ten seconds.
    struct Counts: Sendable {
        var ofAddress: Int
        var ofDevice: Int
    }

    /// In so long a time the counts hold.
    static let span = Duration.seconds(10)

    private let addresses: RateLimit<String>
    private let devices: RateLimit<Author>
    private let trustedProxies: Set<String>
    private let instant: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - trustedProxies: the IP addresses of proxies whose `X-Forwarded-For` is believed.
    ///   - instant: when something happens.
    init(
        _ counts: Counts,
        trustedProxies: Set<String>,
        instant: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        addresses = RateLimit(counts.ofAddress, in: Self.span)
        devices = RateLimit(counts.ofDevice, in: Self.span)
        self.trustedProxies = trustedProxies
        self.instant = instant
    }

    /// Counts a request by the address it comes from, before anything of it is looked at.
    func count(_ request: Request, from peer: String?) throws(RequestRefusal) {
        guard let address = client(of: request, peer: peer) else { return }
        if let seconds = addresses.take(address, at: instant()) { throw .limited(seconds: seconds) }
    }

    /// Counts a request by the device that has signed it.
    func count(_ author: Author) throws(RequestRefusal) {
        if let seconds = devices.take(author, at: instant()) { throw .limited(seconds: seconds) }
    }

    /// The address of the client: the last one that a trusted proxy has seen, else that of the connection.
    func client(of request: Request, peer: String?) -> String? {
        guard let peer, trustedProxies.contains(peer),
            let last = request.headers[values: .forwardedFor].last?.split(separator: ",").last
        else { return peer }
        // Longer than any address is none.
        return String(last.filter { $0 != " " }.prefix(64))
    }
}

extension HTTPField.Name {
    fileprivate static let forwardedFor = constant("X-Forwarded-For")
}

/// Refuses who asks too often, before anything else is done for them.
struct LimitMiddleware: RouterMiddleware {
    typealias Context = SyncRoutes.Context

    let limits: RequestLimits

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        try limits.count(request, from: context.peer)
        return try await next(request, context)
    }
}
