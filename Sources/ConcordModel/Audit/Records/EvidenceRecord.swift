/// Something that was seen, heard, read or photographed.
public struct EvidenceRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: String
    /// Document, record, photo, interview note and so on.
    public let kind: String?
    /// What it is, in one line.
    public let title: String?
    /// Where it comes from, with its revision.
    public let source: String?
    /// What it says.
    public let content: String?
    /// The date that the evidence itself bears.
    public let evidenceDate: String?
    /// When it was captured, RFC 3339.
    public let capturedAt: String?
    /// Who captured it.
    public let capturedBy: String?
    /// Where it was captured.
    public let place: String?
    /// The hash of the file, in hexadecimal digits.
    public let sha256: String?
    /// The length of the file in bytes.
    public let size: Int?
    /// The type of the file.
    public let mediaType: String?
    /// Who may read it.
    public let confidentiality: String?
    /// Whether it says something about a person.
    public let hasPersonalData: Bool
    /// The evidence that it shows with parts made unreadable.
    public let redactionOf: String?

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
        mediaType = record.text("mediaType")
        confidentiality = record.text("confidentiality")
        hasPersonalData = record.flag("personalData") ?? false
        redactionOf = record.text("redactionOf")
    }
}
