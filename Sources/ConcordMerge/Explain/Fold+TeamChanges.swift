import ConcordEncoding
import ConcordModel
import ConcordText

// Roles and memberships count for everybody, and nobody else's work shows that they changed: so everybody who was
// there is told, the one whom it concerns as long as a device of theirs still syncs.

extension Fold {
    /// The changes of one member's role, or of the standing of a member or device, that others made since
    /// `member` joined.
    mutating func teamChanges(
        on key: CellKey,
        toldTo member: WireText,
        among writes: [CellWrite]
    ) throws -> [WriteAccount] {
        let record = try record(key.record)
        switch (record.kind, key.field) {
        case (Schema.member, "role"), (Schema.member, "status"), (Schema.device, "status"): break
        default: return []
        }
        let joined = try joining(of: member)
        var changes: [WriteAccount] = []
        for write in writes where write.effect == .effective && !isOf(member, write) {
            // With what a record begins nothing changes.
            guard write.diff != record.firstAdd, joined?.seen.contains(write.at) != true else {
                continue
            }
            let former = try sight(of: key, before: entry(write.diff)).shown
            if former != write.value { changes.append(try account(of: write, at: key)) }
        }
        return changes
    }

    /// The diff with which a member came to the team.
    private mutating func joining(of member: WireText) throws -> DiffEntry? {
        let name = RecordName(kind: Schema.member.name, id: member)
        guard let first = try record(named: name)?.firstAdd else { return nil }
        return try entry(first)
    }
}
