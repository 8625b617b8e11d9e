public import ConcordEncoding

/// A field of a kind of record by its name, which code says instead of a string.
///
/// The schema decides what fields there are, and a test compares these lists with it. A misspelt name does not
/// compile, and neither does the field of another kind.
public protocol FieldName: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// The kind whose field it is.
    static var recordKind: RecordKind { get }
}

extension FieldName {
    /// The name in Swift, SQL, on the wire and on the screen.
    public var name: WireText { WireText(rawValue) }
}

extension JSON {
    /// The value of one of a record's fields; nil if this is not an object.
    public subscript(field: some FieldName) -> JSON? { self[field.name] }
}

extension JSONObject {
    /// The value of one of a record's fields.
    public subscript(field: some FieldName) -> JSON? {
        get { self[field.name] }
        set { self[field.name] = newValue }
    }
}

/// The fields of a finding.
public enum FindingField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.finding
    case draftNumber, number, ncNumber, title, statement, requirementNote, divergingOpinion
    case evidence, unit, site, process, slot, raisedBy, contributors, confirmedBy
    case competenceConfirmedBy, relatedTo, duplicateOf, repeats, includedRequirement, state
    case fileID
}

/// The fields of a criterion.
public enum CriterionField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.criterion
    case finding, standard, clause, grade, otherCriterion
}

/// The fields of an item of evidence.
public enum EvidenceField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.evidence
    case kind, title, source, content, evidenceDate, capturedAt, capturedBy, place, sha256, size
    case partsRoot, mediaType, fileName, fileModifiedAt, confidentiality, personalData, redactionOf
    case fileID
}

/// The fields of a step of custody.
public enum CustodyField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.custody
    case evidence, step, by, at, sha256, note
}

/// The fields of an action.
public enum ActionField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.action
    case finding, correction, cause, causeMethod, extent, correctiveAction, owner, due, evidence
    case rejectionReason, verifiedBy, verifiedAt, verificationMethod, effective, state
}

/// The fields of a conclusion.
public enum ConclusionField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.conclusion
    case standard, scopeStatement, fulfilment, effectiveness, objectivesMet, recommendation
    case conditions, partsNotCovered, samplingCaveat, divergingOpinions, followUp, days, state
}

/// The fields of a member.
public enum MemberField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.member
    case name, role, standards, inTraining, supervisor, letter, invitation, status
}

/// The fields of a device.
public enum DeviceField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.device
    case member, name, invitation, by, proof, status
}

/// The fields of an invitation.
public enum InvitationField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.invitation
    case key, role, name, letter, standards, inTraining, expires, uses, status
}

/// The fields of a planned member.
public enum TeamMemberField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.teamMember
    case fileID, name, role, standards, inTraining, supervisor
}

/// The fields of an admission.
public enum AdmissionField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.admission
    case diff, reason
}

/// The fields of a declined save.
public enum DeclinedField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.declined
    case diff, reason
}

/// The fields of a seal.
public enum SealField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.seal
    case digest, note
}

/// The fields of a reopening.
public enum ReopeningField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.reopening
    case seal, note
}

/// The fields of an erasure.
public enum ErasureField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.erasure
    case paths, bodies, note
}

/// The fields of an engagement.
public enum EngagementField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.engagement
    case number, kind, mode, standards, objectives, language, from, to, previous
    case certificationBody, confidentiality, recoveryKey, state
}

/// The fields of an organization.
public enum OrganizationField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.organization
    case name, sites, units, effectivePersonnel
}

/// The fields of a scope.
public enum ScopeField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.scope
    case standard, statement, units, sites, services, customers, boundaries, fileID
}

/// The fields of an exclusion.
public enum ExclusionField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.exclusion
    case standard, clause, justification, decidedBy, fileID
}

/// The fields of a plan slot.
public enum PlanSlotField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.planSlot
    case from, to, title, kind, auditors, site, unit, process, auditee, clauses, remote, fileID
}

/// The fields of a checklist item.
public enum ChecklistItemField: String, FieldName {
    /// Its kind.
    public static let recordKind = Schema.checklistItem
    case clauses, question, hint, expectedEvidence, order, answer, note, evidence, fileID
}
