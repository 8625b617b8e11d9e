public import ConcordEncoding

/// The record kinds of this version, with every field's merge rule, value type and right.
///
/// The only definition of what a record consists of: storage derives its tables from it, the fold
/// its verdicts and merges, and the protocol's list is checked against it. Source:
/// `Protocol/schema.md`.
public enum Schema {
    /// All kinds, in the order in which people read them.
    public static let kinds: [RecordKind] = [
        engagement, organization, member, device, invitation, teamMember, admission, declined, seal,
        reopening, erasure, scope, exclusion, planSlot, checklistItem, finding, criterion, evidence,
        custody, action, conclusion,
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0) })

    /// The kind called `name`, or nil if this version does not know it.
    public static func kind(_ name: WireText) -> RecordKind? { byName[name] }

    /// How a field of a kind or name that this version does not know is kept: newest write, as
    /// captured; a later version may know better.
    public static func unknownField(_ name: WireText) -> Field {
        Field(name, .newest, .unknown, for: .capture, erasable: true)
    }

    /// How a record of a kind that this version does not know is kept.
    public static func unknownKind(_ name: WireText) -> RecordKind {
        RecordKind(name, add: .capture, cover: .nothing, fields: [])
    }

    /// The grades of a criterion, least severe first.
    public static let grades: [WireText] = [
        "goodPractice", "conformity", "ofi", "observation", "minor", "major",
    ]

    /// The answers of a checklist item, least severe first.
    public static let answers: [WireText] = [
        "notAssessed", "notApplicable", "conforming", "conformingWithObservation", "notConforming",
    ]

    /// Whether a report shows the contents of evidence with this mark: readers of a report may be people who
    /// may not read each item. An unknown word hides the contents too.
    public static func isForReaders(_ confidentiality: WireText) -> Bool {
        ["public", "internal"].contains(confidentiality)
    }

    /// The recommendations of a conclusion.
    public static let recommendations: [WireText] = [
        "certify", "certifyAfterPlans", "certifyAfterVerification", "doNotCertify", "maintain",
        "suspend", "extendScope", "reduceScope",
    ]
}

extension Schema {
    /// The engagement itself: one record, made by the first diff.
    public static let engagement = RecordKind(
        "engagement",
        add: .found,
        fields: [
            Field("number", .newest, for: .editPlan),
            Field("kind", .ask, for: .editPlan),
            Field("mode", .ask, for: .editPlan),
            Field("standards", .set, for: .editPlan),
            Field("objectives", .ask, .composite, for: .editPlan, erasable: true),
            Field("language", .newest, for: .editPlan),
            Field("from", .ask, for: .editPlan),
            Field("to", .ask, for: .editPlan),
            Field("previous", .newest, for: .editPlan),
            Field("certificationBody", .newest, for: .editPlan),
            Field("confidentiality", .newest, for: .editPlan),
            Field("recoveryKey", .once, for: .found),
            Field("state", .state(.engagement), for: .editPlan),
        ]
    )

    /// The audited organization, with its sites and units.
    public static let organization = RecordKind(
        "organization",
        add: .editPlan,
        fields: [
            Field("name", .newest, for: .editPlan, erasable: true),
            Field("sites", .ask, .composite, for: .editPlan, erasable: true),
            Field("units", .ask, .composite, for: .editPlan, erasable: true),
            Field("effectivePersonnel", .ask, .composite, for: .editPlan, erasable: true),
        ]
    )

    /// The intended coverage of one standard's certificate.
    public static let scope = RecordKind(
        "scope",
        add: .editPlan,
        fields: [
            Field("standard", .once, for: .editPlan),
            Field("statement", .text, for: .editPlan),
            Field("units", .set, for: .editPlan),
            Field("sites", .set, for: .editPlan),
            Field("services", .set, for: .editPlan),
            Field("customers", .ask, for: .editPlan, erasable: true),
            Field("boundaries", .text, for: .editPlan),
            Field("fileID", .once, for: .editPlan),
        ]
    )

    /// A clause that the organization leaves out, with its reason, where the standard allows that.
    public static let exclusion = RecordKind(
        "exclusion",
        add: .editPlan,
        fields: [
            Field("standard", .once, for: .editPlan),
            Field("clause", .once, for: .editPlan),
            Field("justification", .text, for: .editPlan),
            Field("decidedBy", .newest, for: .editPlan, erasable: true),
            Field("fileID", .once, for: .editPlan),
        ]
    )

    /// One appointment of the audit plan.
    public static let planSlot = RecordKind(
        "planSlot",
        add: .editPlan,
        fields: [
            Field("from", .ask, for: .editPlan),
            Field("to", .ask, for: .editPlan),
            Field("title", .newest, for: .editPlan, erasable: true),
            Field("kind", .newest, for: .editPlan),
            Field("auditors", .set, for: .editPlan),
            Field("site", .newest, for: .editPlan),
            Field("unit", .newest, for: .editPlan),
            Field("process", .newest, for: .editPlan),
            Field("auditee", .newest, for: .editPlan, erasable: true),
            Field("clauses", .set, for: .editPlan),
            Field("remote", .newest, .bool, for: .editPlan),
            Field("fileID", .once, for: .editPlan),
        ]
    )

    /// One question, asked for clauses of one or more standards.
    public static let checklistItem = RecordKind(
        "checklistItem",
        add: .capture,
        fields: [
            Field("clauses", .set, for: .capture),
            Field("question", .text, for: .capture),
            Field("hint", .text, for: .capture),
            Field("expectedEvidence", .text, for: .capture),
            Field("order", .newest, .integer, for: .capture),
            Field("answer", .mostSevere(answers), for: .capture),
            Field("note", .text, for: .writeNote),
            Field("evidence", .set, for: .capture, cites: "evidence"),
            Field("fileID", .once, for: .capture),
        ]
    )
}
