import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

// The questions of `ConcordAudit`, asked of what this view reads.

extension AuditView: ConflictStorySource {
    func finding(_ id: WireText) -> FindingRecord? { finding(id: id) }

    func criterion(_ id: WireText) -> (finding: FindingRecord, criterion: CriterionRecord)? {
        criterion(id: id)
    }

    func member(of author: Author) -> WireText? { membership.devices[author]?.member }

    func owner(ofCriterion id: WireText) -> WireText? {
        field(CriterionField.finding, of: id)?.stringValue
    }

    func operations(of write: WriteReference) throws -> [Operation] {
        try replica.diff(write)?.body.operations ?? []
    }

    func stateWrite(ofFinding id: WireText) throws -> WriteAccount? {
        try blame(ofState: id)?.write
    }
}

extension AuditView {
    /// Who made the state of a finding show what it shows.
    func blame(ofState finding: WireText) throws -> Blame? {
        try replica.blame(
            kind: Schema.finding.name,
            id: finding,
            field: FindingField.state.name
        ).first
    }

    /// The saves that propose something that nobody has decided, oldest first.
    func proposedSaves() throws -> [ProposedSave] {
        ProposedSave.all(try replica.openProposals(), shown: self)
    }

    /// The saves of which something has no effect, in the order of the log.
    var voidSaves: [VoidSave] { VoidSave.all(voids, declined: declinedSaves) }

    /// The saves that leaders have declined, by identity.
    var declinedSaves: [WireText: VoidSave.Declined] {
        VoidSave.Declined.all(in: [Schema.declined.name: .object(listed(Schema.declined.name))])
    }

    /// What of a member's work is still open.
    func openMatters(of member: WireText) throws -> OpenMatters {
        OpenMatters(
            of: member,
            conflicts: conflicts,
            proposed: try proposedSaves(),
            membership: membership
        )
    }

    /// The devices by member.
    var devices: [WireText: [ListedDevice]] {
        ListedDevice.byMember(membership, records: frameRecords(of: Schema.device.name))
    }

    /// The invitations, the newest last.
    func invitations(now: Timestamp) -> [ListedInvitation] {
        ListedInvitation.all(
            membership,
            records: frameRecords(of: Schema.invitation.name),
            now: now
        )
    }

    /// The invitations by which somebody could still join, whatever the time, and which a member made.
    func openInvitations(madeBy member: WireText) throws -> [ListedInvitation] {
        try invitations(now: Timestamp(milliseconds: .min)).filter { invitation in
            guard invitation.status == .open else { return false }
            let made = try replica.blame(kind: Schema.invitation.name, id: invitation.id)
                .first { $0.path.field == nil }?.write
            return made.flatMap { self.member(of: $0.write.author) } == member
        }
    }

    /// The conclusion for a standard, with what it rests on.
    func conclusion(for standard: WireText) -> StandardConclusion {
        StandardConclusion(of: standard, in: frame, totals: totals, conflicts: conflicts)
    }

    /// What an item of the inbox tells.
    func event(_ item: InboxItem) -> InboxEvent {
        InboxEvent(
            of: item,
            for: member(of: replica.author),
            membership: membership,
            shown: self
        )
    }

    /// The acts on findings by the member of this device, on all that is shown, or on a part of it.
    func findingActs(on part: Audit? = nil) throws -> FindingActs {
        FindingActs(on: part ?? audit, by: try replica.identity().member)
    }
}
