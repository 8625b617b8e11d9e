internal import Hummingbird
import Logging

/// Turns every refusal and failure into a problem document, and writes a line about it.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = SyncRoutes.Context

    let metrics: ServerMetrics

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await answer(request, context, next)
        // The answer to HEAD is that to GET without the body.
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request,
        _ context: Context,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as RequestRefusal {
            return respond(refusal, context.logger)
        } catch let error as HTTPError where error.status == .notFound {
            return respond(.http(.notFound), context.logger)
        } catch is CancellationError {
            return respond(.http(.unavailable), context.logger)
        } catch {
            context.logger.error("failed", metadata: ["error": "\(type(of: error))"])
            return Problem(.http(.storageFailed)).response
        }
    }

    private func respond(_ refusal: RequestRefusal, _ logger: Logger) -> Response {
        let problem = Problem(refusal)
        metrics.refused(problem.code)
        var metadata: Logger.Metadata = [
            "code": "\(problem.code)", "status": .stringConvertible(problem.status.code),
        ]
        if case .storage(let failure) = refusal {
            metadata["reason"] = "\(failure.message)"
            logger.error("storage failed", metadata: metadata)
        } else {
            logger.info("refused", metadata: metadata)
        }
        return problem.response
    }
}
