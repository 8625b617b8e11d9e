import HTTPTypes
import Hummingbird

/// Answers methods that the routes do not name as those that a resource does not know (RFC 9110, section 15.5.6): the
/// router has no route for any method, and would say that the resource is not there.
struct UnknownMethods<Routes: HTTPResponder>: HTTPResponder {
    let routes: Routes

    /// What routes name. `OPTIONS` is one that every resource refuses.
    static var named: [HTTPRequest.Method] {
        [.get, .head, .post, .put, .patch, .delete, .options]
    }

    func respond(to request: Request, context: Routes.Context) async throws -> Response {
        if Self.named.contains(request.method) {
            return try await routes.respond(to: request, context: context)
        }
        var head = request.head
        head.method = .options
        let other = Request(head: head, body: request.body)
        return try await routes.respond(to: other, context: context)
    }
}
