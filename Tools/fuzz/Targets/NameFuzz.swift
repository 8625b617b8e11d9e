import Concord
import ConcordDiff
import ConcordEncoding
import ConcordSigning

/// Small texts that people and colleagues give: what reads is written as it came.
enum NameFuzz {
    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let path = CellPath(text) {
            precondition(isSame(path.description, text), "a path is written as it came")
        }
        if let time = Timestamp(text) {
            precondition(Timestamp(time.description) == time, "a time reads as it is written")
        }
        if let reference = WriteReference(text) {
            precondition(isSame(reference.description, text), "a reference is written as it came")
        }
        if let author = Author(text) {
            precondition(isSame(author.description, text), "a key is written as it came")
        }
        if let decoded = Base64URL.decode(text) {
            precondition(isSame(Base64URL.encode(decoded), text), "bytes are written as they came")
        }
        if let id = UniqueID(text) { _ = id.description }
        _ = SHA256Digest(base64url: text)
        code(text)
        key(text)
    }

    private static func code(_ text: String) {
        guard let code = InvitationCode(text) else { return }
        precondition(InvitationCode(code.description) == code, "a code reads as it is written")
    }

    private static func key(_ text: String) {
        for passphrase in [nil, "secret"] {
            do {
                _ = try SigningKey(pem: text, passphrase: passphrase).author
            } catch {
                _ = error.message
            }
        }
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}
