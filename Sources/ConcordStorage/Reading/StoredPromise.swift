package import ConcordEncoding
package import ConcordModel

/// What the record of an item of evidence says of its file, whether the record is shown or hidden.
package struct StoredPromise: Hashable, Sendable {
    /// The record's id.
    package let id: WireText
    /// Whether the record is shown.
    package let isPresent: Bool
    /// The hash of its file.
    package let sha256: SHA256Digest
    /// What it promises; nil if nothing is known but the hash, or if it was erased.
    package let file: FilePromise?
    /// Whether it promised a file once, and the promise was erased.
    package let isErased: Bool
}
