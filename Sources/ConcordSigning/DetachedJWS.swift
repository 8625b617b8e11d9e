import ConcordEncoding

/// A signature as JOSE knows it: detached, unencoded, with one constant header (RFC 7515, 7797, 8037).
///
/// A signature in compact form is the header in base64url, two dots, and the signature in base64url;
/// the payload between the dots is left out and travels separately, unchanged.
public enum DetachedJWS {
    /// The only protected header there is, in canonical form.
    public static let protectedHeader = #"{"alg":"EdDSA","b64":false,"crit":["b64"]}"#

    /// The bytes before the payload in the signed bytes: the header in base64url and a dot.
    public static let prefix: [UInt8] = Array(
        (Base64URL.encode(Array(protectedHeader.utf8)) + ".").utf8
    )

    /// The bytes that are signed.
    public static func signingInput(_ payload: [UInt8]) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(prefix.count + payload.count)
        input += prefix
        input += payload
        return input
    }

    /// The compact form, for any other JOSE library.
    public static func compact(signature: [UInt8]) -> String {
        String(decoding: prefix, as: UTF8.self) + "." + Base64URL.encode(signature)
    }
}
