import ConcordEncoding
import ConcordModel
import Testing

/// The lists of fields by which code names them.
@Suite struct FieldNameTests {
    private static func names<Name: FieldName>(_ type: Name.Type) -> (RecordKind, [WireText]) {
        (type.recordKind, type.allCases.map(\.name))
    }

    private static var lists: [(kind: RecordKind, names: [WireText])] {
        [
            names(EngagementField.self), names(OrganizationField.self), names(MemberField.self),
            names(DeviceField.self), names(InvitationField.self), names(TeamMemberField.self),
            names(AdmissionField.self), names(DeclinedField.self), names(SealField.self),
            names(ReopeningField.self), names(ErasureField.self), names(ScopeField.self),
            names(ExclusionField.self), names(PlanSlotField.self), names(ChecklistItemField.self),
            names(FindingField.self), names(CriterionField.self), names(EvidenceField.self),
            names(CustodyField.self), names(ActionField.self), names(ConclusionField.self),
        ]
    }

    @Test func everyKindHasItsFieldsInTheOrderOfTheSchema() {
        #expect(Self.lists.map(\.kind.name) == Schema.kinds.map(\.name))
        for (kind, names) in Self.lists {
            #expect(names == kind.fields.map(\.name), "\(kind.name)")
        }
    }
}
