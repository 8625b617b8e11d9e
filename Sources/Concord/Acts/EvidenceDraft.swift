public import ConcordAudit
import ConcordEncoding
import ConcordFiles

extension EvidenceDraft {
    /// A draft with the digest and the size of a file, which is read in parts.
    ///
    ///     var photo = try EvidenceDraft(kind: "photo", title: "Label on rack 4", file: photoPath)
    ///     photo.place = "Server room"
    ///     let id = try await replica.recordEvidence(photo, for: [raised.id])
    ///
    /// Concord keeps the digest and the size of the file; you keep the file itself.
    ///
    /// - Throws: `ReplicaFailure` if the file cannot be read.
    public init(kind: WireText, title: WireText, file: String) throws {
        self.init(kind: kind, title: title)
        var hasher = SHA256Hasher()
        size = try ReplicaFailure.mapping {
            try FileParts.read(file) { hasher.update(bufferPointer: $0) }
        }
        sha256 = hasher.finalize()
    }
}
