import ConcordSync
internal import Hummingbird

/// Says in every answer which version of the protocol the server speaks.
///
/// Rule: `Protocol/sync.md`, "Versions".
struct VersionMiddleware: RouterMiddleware {
    typealias Context = SyncRoutes.Context

    private static let version = "\(SyncRequest.version)"

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.concordProtocol] = Self.version
        return response
    }

    /// Whether the request speaks the server's version, or does not say which one it speaks; then its body does.
    static func isKnown(in request: Request) -> Bool {
        let values = request.headers[values: .concordProtocol]
        return values.isEmpty || values == [version]
    }
}
