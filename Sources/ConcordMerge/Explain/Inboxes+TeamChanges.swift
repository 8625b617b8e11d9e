import ConcordEncoding
import ConcordModel
import ConcordText

// Roles and memberships count foreverybody, and nobody else's work shows that they changed: so everybody who
// was there hears of it, including the person concerned as long as one of their devices still syncs.

extension Inboxes {
    /// The changes of one member's role, or of the standing of a member or device, that others made since
    /// `member` joined.
    func teamChanges(
        on key: CellKey,
        toldTo member: WireText,
        among writes: [CellWrite]
    ) throws -> [WriteAccount] {
        let record = try record(key.record)
        switch (record.kind, key.field) {
        case (Schema.member, MemberField.role.name), (Schema.member, MemberField.status.name),
            (Schema.device, DeviceField.status.name):
            break
        default: return []
        }
        let joined = try joining(of: member)
        let inOrder = try inOrderOfLog(writes.filter(\.effect.counts))
        let places = Dictionary(
            inOrder.enumerated().map { ($1.diff, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var changes: [WriteAccount] = []
        for write in writes where write.effect == .effective && !isOf(member, write) {
            // With what a record begins nothing changes.
            guard write.diff != record.firstAdd, joined?.seen.contains(write.at) != true else {
                continue
            }
            // What its author had before them: of what counts in the order of the log the last that they had
            // seen. Nothing replaces that, since a write that names another comes after it. It is nearly always
            // the one just before.
            let entry = try entry(write.diff)
            let former = try inOrder[..<(places[write.diff] ?? 0)].last {
                try seenWrites.isSeen($0, by: entry)
            }
            if former?.value != write.value {
                changes.append(try accounts.account(of: write, at: key))
            }
        }
        return changes
    }

    private func inOrderOfLog(_ writes: [CellWrite]) throws -> [CellWrite] {
        let placed = try writes.map { ($0, try entry($0.diff)) }
        return placed.sorted { Precedence.isPlaced($0.1, before: $1.1) }.map(\.0)
    }

    /// The diff with which a member came to the team.
    private func joining(of member: WireText) throws -> DiffEntry? {
        let name = RecordName(kind: Schema.member.name, id: member)
        guard let first = try record(named: name)?.firstAdd else { return nil }
        return try entry(first)
    }
}
