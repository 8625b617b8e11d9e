import ConcordEncoding
import ConcordModel

/// The names and words that an engagement file may use; `docs/concord.md` lists them.
enum EngagementFileNames {
    /// At the top: what becomes records, what is captured during the audit and left out here, and what
    /// is kept for versions that know it.
    static let file: [WireText] = [
        "engagement", "client", "scopes", "team", "plan", "checklist", "evidence", "findings",
        "actions", "conclusions", "concurrentEdits", "concurrentEditsNote", "expected", "about",
        "processes", "inclusions", "scopeScenario", "partialOperation", "auditTime", "interviews",
        "samples", "meetings", "previousFindings", "certificates", "responsePolicy",
    ]
    static let engagement =
        [FileMember.id] + names(EngagementField.self) { ![.number, .recoveryKey].contains($0) }
    static let client = names(OrganizationField.self)
    static let unit: [WireText] = [FileMember.id, "name", FileMember.people]
    static let site: [WireText] = [FileMember.id, "name", "address", FileMember.people]
    static let person = [FileMember.id] + names(TeamMemberField.self) { $0 != .fileID } + ["device"]
    static let scope =
        [FileMember.id] + names(ScopeField.self) { $0 != .fileID } + [FileMember.exclusions]
    static let exclusion =
        [FileMember.id] + names(ExclusionField.self) { $0 != .fileID } + [FileMember.acceptedBy]
    static let slot = [FileMember.id] + names(PlanSlotField.self) { $0 != .fileID }
    /// A question is asked for one clause or for several.
    static let question =
        [FileMember.id, CriterionField.standard.name, CriterionField.clause.name]
        + names(ChecklistItemField.self) { ![.order, .fileID].contains($0) }

    /// The members that are called as the fields that they become.
    private static func names<Field: FieldName>(
        _ fields: Field.Type,
        where isMember: (Field) -> Bool = { _ in true }
    ) -> [WireText] {
        fields.allCases.filter(isMember).map(\.name)
    }

    static let modes: [WireText] = ["single", "combined", "integrated", "joint"]
    static let slotKinds: [WireText] = [
        "opening", "audit", "teamMeeting", "closing", "break", "travel",
    ]
}

/// The members of an engagement file that no field is called after.
enum FileMember {
    /// What a record is called in the file; a field `fileID` keeps it.
    static let id: WireText = "id"
    /// How many people work somewhere.
    static let people: WireText = "people"
    /// What a scope leaves out; each becomes a record of its own.
    static let exclusions: WireText = "exclusions"
    /// Who accepted an exclusion, by the id in the file.
    static let acceptedBy: WireText = "acceptedBy"
}
