public import ConcordDiff
public import ConcordEncoding
import ConcordModel

/// A finding that somebody noted where the replica must not be opened: in a share extension, a widget, a watch.
///
/// It is not signed and not in the audit yet. The app raises it, see `Replica.raiseCaptures(in:)`.
public struct Capture: Hashable, Sendable, Identifiable {
    /// The engagement that it is for.
    public let engagement: DiffID
    /// When it was noted, by the device's clock.
    public let time: Timestamp
    /// The finding.
    public let finding: FindingDraft
    /// New items of evidence that the finding cites.
    public let evidence: [EvidenceDraft]
    /// The record id that the finding gets. It follows from the contents, so that a capture that is there
    /// twice, or was read twice, is one finding.
    public let id: WireText
    /// The bytes of the file.
    let bytes: [UInt8]

    /// The name of its file: the SHA-256 of the bytes, in hexadecimal.
    var fileName: String { Self.fileName(of: bytes) }

    static func fileName(of bytes: [UInt8]) -> String {
        SHA256Digest(hashing: bytes).hex + suffix
    }

    /// What the name of a capture's file ends with.
    static let suffix = ".capture"
    /// A capture becomes one diff, whose bytes are bounded too (`Protocol/limits.md`).
    static let bytesMax = 1 << 20
    private static let format: Int64 = 1

    init(
        _ finding: FindingDraft,
        evidence: [EvidenceDraft],
        for engagement: DiffID,
        _ environment: ReplicaEnvironment
    ) {
        let time = environment.now()
        let object: JSONObject = [
            "capture": .integer(Self.format), "engagement": .string(engagement.base64url),
            "time": .string(time.description), "finding": .object(finding.json),
            "evidence": .array(evidence.map { .object($0.fields) }),
            // Two people who note the same words at the same moment mean two findings.
            "nonce": .string(Base64URL.encode(environment.randomBytes(16))),
        ]
        self.init(finding, evidence, engagement, time, object.canonicalBytes)
    }

    private init(
        _ finding: FindingDraft,
        _ evidence: [EvidenceDraft],
        _ engagement: DiffID,
        _ time: Timestamp,
        _ bytes: [UInt8]
    ) {
        self.finding = finding
        self.evidence = evidence
        self.engagement = engagement
        self.time = time
        self.bytes = bytes
        id = UniqueID.v8(hashing: ["capture", WireText(Self.fileName(of: bytes))]).text
    }

    /// Reads a file's bytes.
    init(reading bytes: [UInt8]) throws(CaptureRefusal) {
        guard let json = Self.json(bytes), let version = json["capture"]?.integerValue else {
            throw .malformed
        }
        guard version == Self.format else { throw .newerVersion }
        let fields = json.objectValue?.keys ?? []
        guard fields.count == 6, let engagement = json["engagement"]?.stringValue,
            let engagement = DiffID(base64url: engagement),
            let time = json["time"]?.stringValue.flatMap({ Timestamp($0) }),
            json["nonce"]?.stringValue != nil,
            let finding = json["finding"]?.objectValue.flatMap({ FindingDraft($0) }),
            let items = json["evidence"]?.arrayValue
        else { throw .malformed }
        let evidence = items.compactMap { $0.objectValue.flatMap { EvidenceDraft($0) } }
        guard evidence.count == items.count else { throw .malformed }
        self.init(finding, evidence, engagement, time, bytes)
    }

    private static func json(_ bytes: [UInt8]) -> JSON? {
        do {
            return try JSON(canonicalBytes: bytes, limits: .document)
        } catch {
            return nil
        }
    }

    /// The record ids that the new items of evidence get.
    func evidenceID(_ number: Int) -> WireText {
        UniqueID.v8(hashing: ["capture", id, WireText(String(number))]).text
    }
}

/// Why a file in a capture folder is not raised. It stays where it is.
public enum CaptureRefusal: String, Error, CaseIterable, Hashable, Sendable {
    /// Its contents are not those that its name says: it was damaged, changed or copied by hand.
    case damaged
    /// It is not a capture: its form is another one.
    case malformed
    /// A newer version of the app wrote it.
    case newerVersion = "newer-version"
    /// It has more bytes than a capture may have.
    case tooLarge = "too-large"
    /// It is a link, a folder or a device.
    case notAFile = "not-a-file"
}

extension FindingDraft {
    /// The draft in a capture's file: the schema's names, and the criteria as a list.
    var json: JSONObject {
        var object: JSONObject = [
            "title": .string(title), "evidence": .array(evidence.sorted().map { .string($0) }),
            "criteria": .array(
                criteria.map { criterion in
                    var object: JSONObject = [
                        "standard": .string(criterion.reference.standard),
                        "clause": .string(criterion.reference.clause),
                    ]
                    object["grade"] = criterion.grade.map { .string($0.rawValue) }
                    return .object(object)
                }
            ),
        ]
        for (field, path) in Self.texts { object[field] = self[keyPath: path].map { .string($0) } }
        return object
    }

    /// Reads the same; nil for anything else.
    init?(_ object: JSONObject) {
        guard let title = object["title"]?.stringValue,
            let evidence = object["evidence"]?.arrayValue,
            let criteria = object["criteria"]?.arrayValue
        else { return nil }
        self.init(title: title)
        for (field, path) in Self.texts { self[keyPath: path] = object[field]?.stringValue }
        self.evidence = Set(evidence.compactMap(\.stringValue))
        for criterion in criteria {
            guard let standard = criterion["standard"]?.stringValue,
                let clause = criterion["clause"]?.stringValue
            else { return nil }
            let grade = criterion["grade"]?.stringValue.flatMap { Grade($0) }
            self.criteria.append(Criterion(standard, clause, grade: grade))
        }
        // What was not understood would be lost.
        guard json == object else { return nil }
    }
}

extension EvidenceDraft {
    /// Reads what `fields` gives; nil for anything else.
    init?(_ object: JSONObject) {
        guard let kind = object["kind"]?.stringValue, let title = object["title"]?.stringValue
        else { return nil }
        self.init(kind: kind, title: title)
        source = object["source"]?.stringValue
        content = object["content"]?.stringValue
        place = object["place"]?.stringValue
        mediaType = object["mediaType"]?.stringValue
        sha256 = object["sha256"]?.stringValue.flatMap { SHA256Digest(hex: $0.string) }
        size = object["size"]?.integerValue.flatMap { Int(exactly: $0) }
        date = object["evidenceDate"]?.stringValue
        fileID = object["fileID"]?.stringValue
        confidentiality = object["confidentiality"]?.stringValue
        hasPersonalData = object["personalData"] == true
        guard fields == object else { return nil }
    }
}
