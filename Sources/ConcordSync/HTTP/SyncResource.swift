package import ConcordDiff
import ConcordEncoding

/// Names of the protocol over HTTP (`Protocol/sync.md`, `Protocol/openapi.yaml`).
package enum SyncResource {
    /// The type of a request and of its answer: lines of JSON.
    package static let mediaType = "application/x-ndjson"
    /// The type of a stream of events (WHATWG HTML, 9.2).
    package static let eventMediaType = "text/event-stream"
    /// The type of a problem document (RFC 9457).
    package static let problemMediaType = "application/problem+json"
    /// The field by which a client says how it addresses the server, since a proxy may change host and path: the address up to
    /// the path that every server has.
    package static let addressField = "Concord-Address"
    /// The field by which each side says which version of the protocol it speaks.
    package static let versionField = "Concord-Protocol"
    /// The field by which a client shows that it may open an engagement (`OpeningProof`).
    package static let openingField = "Concord-Opening"
    /// Where a monitor asks whether the server works.
    package static let health = "/healthz"
    /// Where a load balancer asks whether the server takes requests now.
    package static let readiness = "/readyz"

    /// The part of an address before the path that every server has.
    package static func base(of url: String) -> String {
        guard let path = url.ranges(of: "/v1/engagements/").last else { return url }
        return String(url[..<path.lowerBound])
    }

    /// The path to which an engagement's diffs are posted.
    package static func path(of engagement: DiffID) -> String { path(engagement.base64url) }

    /// The same with a placeholder, for a router.
    package static func path(_ engagement: String) -> String {
        "/v1/engagements/\(engagement)/sync"
    }

    /// The path of the newest checkpoint of an engagement's log.
    package static func checkpoint(_ engagement: String) -> String {
        "/v1/engagements/\(engagement)/checkpoint"
    }

    /// The path at which a server tells that an engagement's log has grown.
    package static func events(_ engagement: String) -> String {
        "/v1/engagements/\(engagement)/events"
    }

    /// The path before those of the tiles of an engagement's log.
    package static func tiles(_ engagement: String) -> String {
        "/v1/engagements/\(engagement)/tile"
    }
}
