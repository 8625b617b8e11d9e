public import ConcordEncoding
public import ConcordModel

// Places by the names of the schema, so that no code spells a kind or a field.

extension CellPath {
    /// A field of a record, or one member of a set.
    public init(_ field: some FieldName, of record: WireText, member: WireText? = nil) {
        self.init(
            kind: type(of: field).recordKind.name,
            record: record,
            field: field.name,
            member: member
        )
    }

    /// A record of a kind: its presence.
    public init(_ kind: RecordKind, _ record: WireText) {
        self.init(kind: kind.name, record: record)
    }

    /// Whether it is in a record of this kind.
    public func isOf(_ kind: RecordKind) -> Bool { self.kind == kind.name }

    /// Whether it is this field of whatever record, or a member of it.
    public func isIn(_ field: some FieldName) -> Bool {
        kind == type(of: field).recordKind.name && self.field == field.name
    }

    /// Whether it is the state of a record that has a life cycle, of whatever kind.
    public var isState: Bool { field == FindingField.state.name }

    /// A field of a finding, or a member of it.
    public static func finding(
        _ id: WireText,
        _ field: FindingField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A finding: its presence.
    public static func finding(_ id: WireText) -> CellPath { CellPath(Schema.finding, id) }

    /// A field of a criterion, or a member of it.
    public static func criterion(
        _ id: WireText,
        _ field: CriterionField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A criterion: its presence.
    public static func criterion(_ id: WireText) -> CellPath { CellPath(Schema.criterion, id) }

    /// A field of an item of evidence, or a member of it.
    public static func evidence(
        _ id: WireText,
        _ field: EvidenceField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// An item of evidence: its presence.
    public static func evidence(_ id: WireText) -> CellPath { CellPath(Schema.evidence, id) }

    /// A field of an action, or a member of it.
    public static func action(
        _ id: WireText,
        _ field: ActionField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// An action: its presence.
    public static func action(_ id: WireText) -> CellPath { CellPath(Schema.action, id) }

    /// A field of a conclusion, or a member of it.
    public static func conclusion(
        _ id: WireText,
        _ field: ConclusionField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A conclusion: its presence.
    public static func conclusion(_ id: WireText) -> CellPath { CellPath(Schema.conclusion, id) }

    /// A field of a member, or a member of it.
    public static func member(
        _ id: WireText,
        _ field: MemberField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A member: its presence.
    public static func member(_ id: WireText) -> CellPath { CellPath(Schema.member, id) }

    /// A field of a device, or a member of it.
    public static func device(
        _ id: WireText,
        _ field: DeviceField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A device: its presence.
    public static func device(_ id: WireText) -> CellPath { CellPath(Schema.device, id) }

    /// A field of an invitation, or a member of it.
    public static func invitation(
        _ id: WireText,
        _ field: InvitationField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// An invitation: its presence.
    public static func invitation(_ id: WireText) -> CellPath { CellPath(Schema.invitation, id) }

    /// A field of a planned member, or a member of it.
    public static func teamMember(
        _ id: WireText,
        _ field: TeamMemberField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A planned member: its presence.
    public static func teamMember(_ id: WireText) -> CellPath { CellPath(Schema.teamMember, id) }

    /// A field of an admission, or a member of it.
    public static func admission(
        _ id: WireText,
        _ field: AdmissionField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// An admission: its presence.
    public static func admission(_ id: WireText) -> CellPath { CellPath(Schema.admission, id) }

    /// A field of a declined save, or a member of it.
    public static func declined(
        _ id: WireText,
        _ field: DeclinedField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A declined save: its presence.
    public static func declined(_ id: WireText) -> CellPath { CellPath(Schema.declined, id) }

    /// A field of a seal, or a member of it.
    public static func seal(
        _ id: WireText,
        _ field: SealField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A seal: its presence.
    public static func seal(_ id: WireText) -> CellPath { CellPath(Schema.seal, id) }

    /// A field of a reopening, or a member of it.
    public static func reopening(
        _ id: WireText,
        _ field: ReopeningField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A reopening: its presence.
    public static func reopening(_ id: WireText) -> CellPath { CellPath(Schema.reopening, id) }

    /// A field of an erasure, or a member of it.
    public static func erasure(
        _ id: WireText,
        _ field: ErasureField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// An erasure: its presence.
    public static func erasure(_ id: WireText) -> CellPath { CellPath(Schema.erasure, id) }

    /// A field of an engagement, or a member of it.
    public static func engagement(
        _ id: WireText,
        _ field: EngagementField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// An engagement: its presence.
    public static func engagement(_ id: WireText) -> CellPath { CellPath(Schema.engagement, id) }

    /// A field of an organization, or a member of it.
    public static func organization(
        _ id: WireText,
        _ field: OrganizationField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// An organization: its presence.
    public static func organization(_ id: WireText) -> CellPath {
        CellPath(Schema.organization, id)
    }

    /// A field of a scope, or a member of it.
    public static func scope(
        _ id: WireText,
        _ field: ScopeField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A scope: its presence.
    public static func scope(_ id: WireText) -> CellPath { CellPath(Schema.scope, id) }

    /// A field of an exclusion, or a member of it.
    public static func exclusion(
        _ id: WireText,
        _ field: ExclusionField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// An exclusion: its presence.
    public static func exclusion(_ id: WireText) -> CellPath { CellPath(Schema.exclusion, id) }

    /// A field of a plan slot, or a member of it.
    public static func planSlot(
        _ id: WireText,
        _ field: PlanSlotField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A plan slot: its presence.
    public static func planSlot(_ id: WireText) -> CellPath { CellPath(Schema.planSlot, id) }

    /// A field of a checklist item, or a member of it.
    public static func checklistItem(
        _ id: WireText,
        _ field: ChecklistItemField,
        member: WireText? = nil
    ) -> CellPath { CellPath(field, of: id, member: member) }

    /// A checklist item: its presence.
    public static func checklistItem(_ id: WireText) -> CellPath {
        CellPath(Schema.checklistItem, id)
    }
}
