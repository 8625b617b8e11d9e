public import ConcordEncoding

/// Something that was seen, heard, read or photographed.
public struct EvidenceRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// Document, record, photo, interview note and so on.
    public let kind: WireText?
    /// What it is, in one line.
    public let title: WireText?
    /// Where it comes from, with its revision.
    public let source: WireText?
    /// What it says.
    public let content: WireText?
    /// The date on the evidence.
    public let evidenceDate: WireText?
    /// When it was captured, RFC 3339.
    public let capturedAt: WireText?
    /// Who captured it.
    public let capturedBy: WireText?
    /// Where it was captured.
    public let place: WireText?
    /// The hash of the file, in hexadecimal digits.
    public let sha256: WireText?
    /// The length of the file in bytes.
    public let size: Int?
    /// The root of the hashes of the file's parts, in hexadecimal digits; erasing it destroys the file.
    public let partsRoot: WireText?
    /// The type of the file.
    public let mediaType: WireText?
    /// What the file was called where it was added.
    public let fileName: WireText?
    /// When the file was last changed before it was added, RFC 3339.
    public let fileModifiedAt: WireText?
    /// Who may read it.
    public let confidentiality: WireText?
    /// Whether it says something about a person.
    public let hasPersonalData: Bool
    /// The evidence that it shows with parts made unreadable.
    public let redactionOf: WireText?

    init(_ record: RecordFields) {
        id = record.id
        kind = record.text("kind")
        title = record.text("title")
        source = record.text("source")
        content = record.text("content")
        evidenceDate = record.text("evidenceDate")
        capturedAt = record.text("capturedAt")
        capturedBy = record.text("capturedBy")
        place = record.text("place")
        sha256 = record.text("sha256")
        size = record.integer("size")
        partsRoot = record.text("partsRoot")
        mediaType = record.text("mediaType")
        fileName = record.text("fileName")
        fileModifiedAt = record.text("fileModifiedAt")
        confidentiality = record.text("confidentiality")
        hasPersonalData = record.flag("personalData") ?? false
        redactionOf = record.text("redactionOf")
    }
    /// The file that the record promises; nil if there is none, or it was erased.
    ///
    ///     if let file = item.file { show(replica.evidence.state(of: file)) }
    public var file: FilePromise? {
        guard let sha256 = sha256.flatMap({ SHA256Digest(hex: $0.string) }), let size,
            let root = partsRoot.flatMap({ SHA256Digest(hex: $0.string) })
        else { return nil }
        return FilePromise(sha256: sha256, size: size, partsRoot: root)
    }
}
