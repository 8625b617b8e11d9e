/// Why the server does not take or give a file; the raw value is the code on the wire.
///
/// Registry: `Protocol/rejections.json`, group `files`.
public enum FileRefusal: String, CaseIterable, Sendable {
    /// The address does not name a file: its hash, its size and the root of its parts, or the place of the bytes.
    case malformedAddress = "malformed-file-address"
    /// The body does not ask about files, or about too many.
    case malformedQuestion = "malformed-file-question"
    /// Nobody has sent all of the file yet.
    case notHeld = "file-not-held"
    /// A leader has ordered the file to be erased.
    case erased = "file-erased"
    /// The range is not one of the file.
    case range = "range-not-satisfiable"
    /// The hashes of the parts are not those of the root.
    case wrongParts = "wrong-parts"
    /// The hashes of the parts have to be sent first.
    case partsMissing = "parts-missing"
    /// The bytes do not continue what is here.
    case wrongOffset = "wrong-offset"
    /// The bytes of a part do not have its hash.
    case wrongPart = "wrong-part"
    /// All parts are here, and the file has another hash.
    case wrongPromise = "wrong-promise"
}
