public import ConcordEncoding

/// Why a diff is refused, in order of precedence; the raw value is the code on the wire.
///
/// Registry: `Protocol/rejections.json`.
public enum DiffRefusal: String, CaseIterable, Sendable {
    /// The envelope is longer than `DiffLimits.envelopeBytes`.
    case envelopeTooLarge = "envelope-too-large"
    /// The envelope is not JSON in canonical form; `DiffError.json` says why.
    case notCanonicalJSON = "not-canonical-json"
    /// The envelope is not an object with `head`, `body` and `sig`.
    case malformedEnvelope = "malformed-envelope"
    /// The head is longer than `DiffLimits.headBytes`.
    case headTooLarge = "head-too-large"
    /// A key of the head is missing, unknown, or of the wrong form.
    case malformedHead = "malformed-head"
    /// The head's version is not one this program knows.
    case unknownVersion = "unknown-version"
    /// The body is not an object with `ops`, or has more of them than allowed.
    case malformedBody = "malformed-body"
    /// An operation is not one of the three forms, has a path or names a first field that is not one, or
    /// writes a cell twice.
    case malformedOperation = "malformed-operation"
    /// The body's hash is not the one in the head.
    case bodyMismatch = "body-mismatch"
    /// The diff belongs to another engagement.
    case wrongEngagement = "wrong-engagement"
    /// The signature is not the author's over this head.
    case badSignature = "bad-signature"
    /// The diff before it in its author's chain is not the one it names, or its number does not follow.
    case brokenChain = "broken-chain"
    /// A diff that it had seen is not here.
    case missingParent = "missing-parent"
    /// The log holds it twice.
    case duplicate = "duplicate"
    /// Its author was never admitted: neither founder, nor invited, nor a member's further device.
    case notMember = "not-a-member"
}

/// A refused diff: the code, and where in the envelope, if that is known.
public struct DiffError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    public var code: DiffRefusal
    /// The byte of the envelope at which reading stopped.
    public var offset: Int?
    /// What was wrong with the JSON, for `notCanonicalJSON`.
    public var json: JSONRefusal?

    /// A refusal with this code.
    public init(_ code: DiffRefusal, offset: Int? = nil, json: JSONRefusal? = nil) {
        self.code = code
        self.offset = offset
        self.json = json
    }

    /// The code, what was wrong with the JSON, and the place.
    public var description: String {
        let why = json.map { " (\($0.rawValue))" } ?? ""
        let place = offset.map { " at byte \($0)" } ?? ""
        return code.rawValue + why + place
    }
}
