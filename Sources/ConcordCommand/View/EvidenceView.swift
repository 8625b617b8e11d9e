import Concord
import ConcordAudit
import ConcordEncoding
import ConcordModel

/// An item of evidence, in full or as a row of a list.
struct EvidenceView: View, Row {
    private let evidence: ListedEvidence
    private let view: AuditView
    /// How much of its file is here; nil if it has none.
    private let state: EvidenceFiles.State?
    private let isOnServer: Bool
    /// Since when, as the server has signed.
    private let since: Timestamp?

    init(_ evidence: ListedEvidence, _ view: AuditView) throws {
        self.evidence = evidence
        self.view = view
        let files = view.replica.evidence
        state = try evidence.item.file.map { try files.state(of: $0) }
        isOnServer = try evidence.item.file.map { try files.isOnServer($0) } ?? false
        since =
            isOnServer ? try evidence.item.file.flatMap { try files.receipt(of: $0) }?.since : nil
    }

    private var item: EvidenceRecord { evidence.item }

    /// How much of the file is here, for people; nil if there is none.
    private var stateWords: String? {
        guard let file = item.file, let state else {
            // It had a promise once: the hash and the size stay when a file is erased.
            return item.size != nil && item.sha256 != nil && item.mediaType != nil
                ? "erased, or kept elsewhere" : nil
        }
        return switch state {
        case .here: "here"
        case .promised(0): "promised, not here yet"
        case .promised(let bytes): "promised, \(ByteCount.words(bytes, of: file.size)) here"
        }
    }

    /// Whether the server has the file, for people.
    private var serverWords: String {
        guard isOnServer else { return "" }
        return since.map { ", on the server since \(Signature.moment($0))" } ?? ", on the server"
    }

    var cells: [String] {
        [
            AuditView.handle(item.id), item.kind?.string ?? "",
            item.capturedBy.map { view.person($0) } ?? "", item.file == nil ? "" : stateWords ?? "",
            item.title?.string ?? "",
        ]
    }

    var lines: [Shown] {
        let facts: [(String, WireText?)] = [
            ("kind", item.kind), ("source", item.source), ("place", item.place),
            ("captured by", item.capturedBy.map { WireText(view.person($0)) }),
            ("captured at", Self.moment(item.capturedAt)), ("date", item.evidenceDate),
            ("file", item.fileName), ("size", item.size.map { WireText(ByteCount.words($0)) }),
            ("media type", item.mediaType), ("file changed at", Self.moment(item.fileModifiedAt)),
            ("state", stateWords.map { WireText($0 + serverWords) }),
            ("sha256", item.sha256), ("confidentiality", item.confidentiality),
            ("personal data", item.hasPersonalData ? "yes" : nil),
            ("redacted copy of", item.redactionOf.map { WireText(AuditView.handle($0)) }),
        ]
        var lines = Layout.wrap(
            "\(AuditView.handle(item.id))  \(item.title ?? "")",
            width: Terminal.width
        )
        lines += Layout.table(
            facts.compactMap { name, text in text.map { [name, $0.string] } },
            indent: 2
        )
        if let content = item.content { lines += [""] + Layout.paragraphs(content.string, by: 2) }
        let labels = evidence.findings.map(\.label)
        if !labels.isEmpty { lines += ["", "  Findings: \(labels.joined(separator: ", "))"] }
        return lines
    }

    private static func moment(_ text: WireText?) -> WireText? {
        text.flatMap { Timestamp($0) }.map { WireText(Signature.moment($0)) }
    }

    var json: JSON {
        var object: JSONObject = [
            "id": .string(item.id), "handle": .string(AuditView.handle(item.id)),
        ]
        let texts: [(WireText, WireText?)] = [
            ("kind", item.kind), ("title", item.title), ("source", item.source),
            ("content", item.content), ("evidenceDate", item.evidenceDate),
            ("capturedAt", item.capturedAt), ("capturedBy", item.capturedBy),
            ("place", item.place), ("sha256", item.sha256), ("mediaType", item.mediaType),
            ("fileName", item.fileName), ("fileModifiedAt", item.fileModifiedAt),
            ("confidentiality", item.confidentiality), ("redactionOf", item.redactionOf),
            ("fileID", view.fileID(Schema.evidence.name, item.id)),
        ]
        for (name, text) in texts { object[name] = text.map { .string($0) } }
        object["size"] = item.size.map { .integer(Int64($0)) }
        if item.hasPersonalData { object["personalData"] = true }
        if let file = item.file, let state {
            var here = file.size
            if case .promised(let bytes) = state { here = bytes }
            var told: JSONObject = [
                "state": state == .here ? "here" : "promised", "bytesHere": .integer(Int64(here)),
                "onServer": .bool(isOnServer),
            ]
            told["onServerSince"] = since.map { .string(WireText($0.description)) }
            object["file"] = .object(told)
        }
        object["findings"] = .array(evidence.findings.map { .string($0.id) })
        return .object(object)
    }
}
