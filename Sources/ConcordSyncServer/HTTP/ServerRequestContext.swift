internal import Hummingbird
import NIOCore

/// What is known of a request beside itself.
struct ServerRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The IP address that the connection comes from: the client's, or that of the proxy before the server.
    let peer: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }
}
