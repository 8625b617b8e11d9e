import Concord
import ConcordAudit
import ConcordDiff
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
    /// The orders to destroy its file.
    private let orders: [HistoryEntry]

    init(_ evidence: ListedEvidence, _ view: AuditView) throws {
        self.evidence = evidence
        self.view = view
        let files = view.replica.evidence
        state = try evidence.item.file.map { try files.state(of: $0) }
        isOnServer = try evidence.item.file.map { try files.isOnServer($0) } ?? false
        since =
            isOnServer ? try evidence.item.file.flatMap { try files.receipt(of: $0) }?.since : nil
        orders = try Self.orders(on: evidence.item, view)
    }

    private static func orders(
        on item: EvidenceRecord,
        _ view: AuditView
    ) throws -> [HistoryEntry] {
        let kind = Schema.erasure
        let path = CellPath.evidence(item.id, .partsRoot).description
        let records = try view.replica.records(of: [kind.name])[kind.name]?.objectValue ?? [:]
        return try records.compactMap { id, fields in
            let paths = fields[ErasureField.paths]?.arrayValue?.compactMap(\.stringValue) ?? []
            guard paths.contains(WireText(path)) else { return nil }
            return try view.replica.history(of: CellPath(kind, id)).first
        }
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
        let steps = custody
        if !steps.isEmpty {
            lines += ["", "  Custody"] + Layout.table(steps.map(\.cells), indent: 4)
        }
        return lines
    }

    /// A step of the custody, for people and for programs.
    private struct Step {
        let time: WireText?
        let member: WireText?
        let step: WireText
        /// The other item that it tells of, if it does.
        let item: WireText?
        let cells: [String]
    }

    /// What happened to the item and its file, by time: what its own fields tell, other items, and what was noted.
    private var custody: [Step] {
        guard item.sha256 != nil else { return [] }
        func step(
            _ word: WireText,
            _ words: String,
            _ time: WireText?,
            _ member: WireText?,
            _ other: WireText? = nil
        ) -> Step {
            Step(
                time: time,
                member: member,
                step: word,
                item: other,
                cells: [
                    Self.moment(time)?.string ?? "", member.map { view.person($0) } ?? "", words,
                ]
            )
        }
        var steps = [step("captured", "captured it", item.capturedAt, item.capturedBy)]
        for other in view.audit.evidence where other.id != item.id {
            let handle = AuditView.handle(other.id)
            if other.sha256 == item.sha256 {
                let words = "captured the same file as \(handle)"
                steps.append(step("copied", words, other.capturedAt, other.capturedBy, other.id))
            } else if other.redactionOf == item.id {
                let words = "made a redacted copy, \(handle)"
                steps.append(step("redacted", words, other.capturedAt, other.capturedBy, other.id))
            }
        }
        for record in view.audit.custody(of: item.id) {
            let word = record.step ?? "?"
            let words =
                CustodyStep.allCases.first { $0.word == word }?.words
                ?? PrintableText.of(word.string)
            steps.append(step(word, words, record.time, record.member))
        }
        for order in orders {
            let member = view.people.membership.devices[order.write.author]?.member
            let words = "ordered that the file be destroyed"
            steps.append(step("destroyed", words, WireText(order.time), member))
        }
        return steps.enumerated().sorted { left, right in
            let (a, b) = (left.element.time ?? "", right.element.time ?? "")
            return a == b ? left.offset < right.offset : a < b
        }.map(\.element)
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
        let steps = custody
        if !steps.isEmpty {
            object["custody"] = .array(
                steps.map { step in
                    var told: JSONObject = ["step": .string(step.step)]
                    told["at"] = step.time.map { .string($0) }
                    told["by"] = step.member.map { .string($0) }
                    told["item"] = step.item.map { .string($0) }
                    return .object(told)
                }
            )
        }
        return .object(object)
    }
}

extension CustodyStep {
    /// What somebody did, for people.
    fileprivate var words: String {
        switch self {
        case .viewed: "viewed it"
        case .exported: "took a copy out"
        }
    }
}
