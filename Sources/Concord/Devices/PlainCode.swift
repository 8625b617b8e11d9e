import ConcordEncoding

/// The text form of what people carry from one device to another: a prefix, and base64url of canonical JSON with a checksum
/// that shows whether it was cut or mistyped. `Protocol/membership.md`, "Invitation code".
struct PlainCode {
    private static let checksumBytes = 4
    /// What the text begins with, such as `concord1:`.
    let prefix: String

    /// The payload in a text; nil if the text is damaged. Spaces and line ends do not matter, since a letter or a screen may
    /// have added them.
    func payload(in text: String) -> JSONObject? {
        let trimmed = text.filter { !$0.isWhitespace }
        guard trimmed.hasPrefix(prefix),
            let bytes = Base64URL.decode(String(trimmed.dropFirst(prefix.count))),
            bytes.count > Self.checksumBytes
        else { return nil }
        let payload = Array(bytes.dropLast(Self.checksumBytes))
        let isWhole = SHA256Digest(hashing: payload).bytes.prefix(Self.checksumBytes)
            .elementsEqual(bytes.suffix(Self.checksumBytes))
        guard isWhole else { return nil }
        do {
            return try JSON(canonicalBytes: payload, limits: .diff).objectValue
        } catch {
            return nil
        }
    }

    /// The text of a payload.
    func text(of object: JSONObject) -> String {
        let payload = JSON.object(object).canonicalBytes
        let checksum = SHA256Digest(hashing: payload).bytes.prefix(Self.checksumBytes)
        return prefix + Base64URL.encode(payload + checksum)
    }
}
