import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// What is done with the file of an item of evidence, as its custody tells it; the raw value is on the wire.
///
/// That it was captured, copied black on white or destroyed, other records tell.
public enum CustodyStep: String, CaseIterable, Hashable, Sendable {
    /// Somebody looked at it.
    case viewed
    /// Somebody took a copy out of the engagement.
    case exported

    /// The step on the wire.
    public var word: WireText { WireText(rawValue) }
}

extension EvidenceActs {
    /// Notes who looked at files, or took copies of them.
    ///
    /// That a member looked at a file is noted once, and not of those who captured it: who has seen it is the question, and
    /// not how often. Each copy that is taken out is noted.
    ///
    /// - Parameters:
    ///   - items: the items whose files they are.
    ///   - time: when that was.
    ///   - newID: gives the id of each new record.
    /// - Returns: nil if there is nothing to note.
    public func note(
        _ step: CustodyStep,
        of items: [EvidenceRecord],
        at time: Timestamp,
        newID: () -> WireText
    ) -> Edit? {
        var edit = Edit()
        var isEmpty = true
        for item in items {
            if step == .viewed, hasViewed(item) { continue }
            var fields: JSONObject = [:]
            fields[CustodyField.evidence] = .string(item.id)
            fields[CustodyField.step] = .string(step.word)
            fields[CustodyField.by] = .string(member)
            fields[CustodyField.at] = .string(time.description)
            fields[CustodyField.sha256] = item.sha256.map { .string($0) }
            edit.add(Schema.custody.name, id: newID(), fields: fields)
            isEmpty = false
        }
        return isEmpty ? nil : edit
    }

    private func hasViewed(_ item: EvidenceRecord) -> Bool {
        item.capturedBy == member
            || audit.custody(of: item.id).contains { step in
                step.member == member && step.step == CustodyStep.viewed.word
                    && step.sha256 == item.sha256
            }
    }
}
