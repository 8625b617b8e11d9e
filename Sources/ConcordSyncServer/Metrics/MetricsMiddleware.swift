internal import Hummingbird

/// Counts every request, by the route and never by the address that was asked for.
struct MetricsMiddleware: RouterMiddleware {
    typealias Context = SyncRoutes.Context

    let metrics: ServerMetrics

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        metrics.began()
        // What fails is closed without an answer.
        var status = 0
        defer {
            let answer = ServerMetrics.Answer(
                route: context.endpointPath ?? "none",
                status: status
            )
            metrics.answered(answer, after: ContinuousClock.now - start)
        }
        let response = try await next(request, context)
        status = response.status.code
        return response
    }
}
