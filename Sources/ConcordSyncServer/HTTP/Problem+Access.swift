import ConcordEncoding
import ConcordSync
internal import Hummingbird

extension Problem {
    /// What a client that does not sign is told to do (RFC 9110, section 11.6.1).
    static let challenge = "Signature"

    /// Requests that do not prove who asks.
    init(_ refusal: AuthenticationRefusal, _ now: Timestamp) {
        let detail: String
        var status = HTTPResponse.Status.unauthorized
        switch refusal {
        case .missing:
            detail =
                "This server answers signed requests only. Your program is too old for it; update it."
        case .malformed:
            status = .badRequest
            detail = "The fields Signature-Input and Signature do not hold one signature."
        case .coverage:
            detail =
                "The signature has to cover @method, @authority, @path, @query and content-digest, with"
                + " created, keyid, alg ed25519 and a nonce of 16 to 64 characters."
        case .wrongClock:
            detail =
                "Your clock and the server's are more than five minutes apart, or the server has just been started."
                + " The server's time is \(now). Set your clock and sync again."
        case .invalid:
            detail =
                "The signature is not the key's over this request. If there is a proxy in front of the server, it has to"
                + " pass Host, path and Concord-Address as they are, or the server has to be told its address with --public-url."
        case .wrongDigest:
            status = .badRequest
            detail = "The body is not the one that was signed. Send it again."
        case .replayed:
            detail = "This request was answered before. Sign it again."
        }
        self.init(status, refusal.rawValue, detail)
        if refusal == .wrongClock { self.now = now }
    }

    /// Those who read nothing any more.
    init(_ refusal: AccessRefusal) {
        let detail: String
        switch refusal {
        case .revoked:
            detail =
                "This device, or its member, was removed from the engagement, so it reads nothing more. What it sent is"
                + " kept; the audit team leader can admit it."
        case .surplus:
            detail =
                "The invitation was used up before this device joined, so it reads nothing. What it sent is kept; ask the"
                + " audit team leader for a new invitation."
        case .invitationEnded:
            detail =
                "The invitation was withdrawn, is used up, or has expired. Ask the audit team leader for a new one."
        }
        self.init(.forbidden, refusal.rawValue, detail)
    }
}
