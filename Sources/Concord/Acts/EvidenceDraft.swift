public import ConcordEncoding
import ConcordFiles
import ConcordModel

/// A new item of evidence, before it is recorded.
///
///     var photo = try EvidenceDraft(kind: "photo", title: "Label on rack 4", file: photoPath)
///     photo.place = "Server room"
///     let id = try await replica.recordEvidence(photo, for: [raised.id])
///
/// Concord holds the digest and the size of a file, and you keep the file itself.
public struct EvidenceDraft: Hashable, Sendable {
    /// What it is: `document`, `record`, `record-extract`, `photo`, `audio`, `system-extract`, `interview-note`,
    /// `observation-note`, `sample-sheet` or `other`.
    public var kind: WireText
    /// What it is, in one line.
    public var title: WireText
    /// Where it comes from, with its revision.
    public var source: WireText?
    /// Its content, as text.
    public var content: WireText?
    /// Where it was captured.
    public var place: WireText?
    /// The media type of its file, such as `image/jpeg`.
    public var mediaType: WireText?
    /// The digest of its file.
    public var sha256: SHA256Digest?
    /// How many bytes its file has.
    public var size: Int?

    /// A draft without a file; everything else can be added later too.
    public init(kind: WireText, title: WireText) {
        self.kind = kind
        self.title = title
    }

    /// A draft with the digest and the size of a file, which is read in parts.
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

    /// The first fields of the record.
    func fields(capturedBy member: WireText, at time: Timestamp) -> JSONObject {
        var fields = fields
        fields[EvidenceField.capturedBy] = .string(member)
        fields[EvidenceField.capturedAt] = .string(time.description)
        return fields
    }

    /// What the draft says, by the schema's names.
    var fields: JSONObject {
        var fields = JSONObject()
        let texts: [(field: EvidenceField, text: WireText?)] = [
            (.kind, kind), (.title, title), (.source, source), (.content, content), (.place, place),
            (.mediaType, mediaType), (.sha256, sha256.map { WireText($0.hex) }),
        ]
        for (field, text) in texts { fields[field] = text.map { .string($0) } }
        fields[EvidenceField.size] = size.map { .integer(Int64($0)) }
        return fields
    }
}
