import ConcordEncoding
import ConcordModel
import ConcordText

// What somebody wrote and another member, who had seen it, replaced: nobody disagrees, and still the first one is told.

extension Fold {
    /// The newest of what `member` wrote in a cell, beside what another one, who had seen it, wrote or removed there, where that
    /// still shows something else.
    ///
    /// Not of texts, whose words are edited by all; not of what the field's newest write settles; of states
    /// only where somebody takes back what was confirmed, verified or closed.
    mutating func replacements(
        of member: WireText,
        at key: CellKey,
        among writes: [CellWrite],
        shown: JSON?
    ) throws -> [(mine: WriteAccount, by: WriteAccount)] {
        guard try tellsReplacements(key) else { return [] }
        let own = writes.filter { $0.effect == .effective && isOf(member, $0) }
        guard let mine = try own.max(by: { try isOlder($0, than: $1) }), let value = mine.value,
            value != shown, mine.standing != .surviving || key.field.isEmpty
        else { return [] }
        let others = try writes.filter { write in
            guard write.effect == .effective, !isOf(member, write) else { return false }
            if !write.over.contains(mine.at) {
                guard key.field.isEmpty, write.value == nil,
                    try entry(write.diff).seen.contains(mine.at)
                else { return false }
            }
            return write.value != value && Self.takesBack(value, write.value, at: key)
        }
        guard let by = try others.max(by: { try isOlder($0, than: $1) }) else { return [] }
        return [(try account(of: mine, at: key), try account(of: by, at: key))]
    }

    private mutating func tellsReplacements(_ key: CellKey) throws -> Bool {
        if key.field.isEmpty { return true }
        switch try record(key.record).kind.field(key.field)?.rule {
        case .ask, .mostSevere, .set, .state: return true
        case .newest, .control, .text, .once, nil: return false
        }
    }

    /// Whether a step takes another one back; true of what is no step.
    private static func takesBack(_ value: JSON, _ next: JSON?, at key: CellKey) -> Bool {
        guard key.field == "state" else { return true }
        switch value.stringValue {
        case "confirmed": return next != "issued"
        case "verified", "closed", "closedOnPlan": return next != "closed"
        default: return false
        }
    }
}
