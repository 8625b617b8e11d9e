package import ConcordEncoding

extension Schema {
    /// The result of comparing evidence with criteria (ISO 19011, 3.10).
    public static let finding = RecordKind(
        "finding",
        add: .raiseFinding,
        remove: .takeOut,
        fields: [
            Field("draftNumber", .newest, for: .raiseFinding),
            Field("number", .once, for: .seal),
            Field("ncNumber", .once, for: .seal),
            Field("title", .ask, for: .raiseFinding, erasable: true),
            Field("statement", .text, for: .raiseFinding),
            Field("requirementNote", .text, for: .raiseFinding),
            Field("divergingOpinion", .text, for: .raiseFinding),
            Field("evidence", .set, for: .capture, cites: "evidence"),
            Field("unit", .ask, for: .raiseFinding),
            Field("site", .ask, for: .raiseFinding),
            Field("process", .ask, for: .raiseFinding),
            Field("slot", .ask, for: .raiseFinding, cites: "planSlot"),
            Field("raisedBy", .once, for: .raiseFinding, namesWriter: true),
            Field("contributors", .set, for: .raiseFinding, namesWriter: true),
            Field("confirmedBy", .ask, for: .decideFinding, namesWriter: true),
            Field("competenceConfirmedBy", .ask, for: .decideFinding, namesWriter: true),
            Field("relatedTo", .set, for: .raiseFinding, cites: "finding"),
            Field("duplicateOf", .ask, for: .decideFinding, cites: "finding"),
            Field("repeats", .ask, for: .raiseFinding, cites: "finding"),
            Field("includedRequirement", .ask, .composite, for: .raiseFinding),
            Field("state", .state(.finding), for: .raiseFinding),
            Field("fileID", .once, for: .raiseFinding),
        ]
    )

    /// The fields of a finding that somebody confirms who confirms it: what they had not seen changed there
    /// holds the confirmation up.
    package static let confirmedFields: Set<WireText> = [
        "title", "statement", "requirementNote", "divergingOpinion", "unit", "site", "process",
        "repeats", "includedRequirement",
    ]

    /// What belongs to a step of a finding where the same diff takes it with effect: into which one it is merged.
    package static let partsOfSteps: [WireText: JSON] = ["duplicateOf": "merged"]

    /// What only tells more of a step that the same diff takes: into which finding, and by whom.
    package static let saidWithSteps: Set<WireText> = ["duplicateOf", "confirmedBy"]

    /// The steps that confirm a record of some kind in its current form: a finding, or the auditee's answer.
    /// That a plan is implemented goes on accepting it, since it replaces the acceptance.
    package static func confirmations(of kind: RecordKind) -> Set<WireText> {
        if kind == finding { return ["confirmed"] }
        return kind == action ? acceptedStates : []
    }

    /// Whether what a finding in this state was confirmed with is decided.
    package static func holdsConfirmation(_ state: WireText) -> Bool {
        state == "confirmed" || state == "issued"
    }

    /// The states in which an answer is accepted in its current form.
    private static let acceptedStates: Set<WireText> = [
        "planAccepted", "implemented", "verified", "closed", "closedOnPlan",
    ]

    /// The fields of an answer that an auditor accepts with it; of its evidence, what is there then.
    package static let acceptedFields: Set<WireText> = [
        "correction", "cause", "causeMethod", "extent", "correctiveAction", "owner",
    ]

    /// The states in which an answer is closed: what it answers is not open any more.
    package static let closedAnswers: Set<WireText> = ["closed", "closedOnPlan"]
    /// The fields of a piece of evidence that say what it shows: what is confirmed or accepted rests on them. How it is
    /// kept (`confidentiality`, `personalData`) does not change that, nor does what is written once.
    package static let fieldsRestedOn: Set<WireText> = [
        "kind", "title", "source", "content", "evidenceDate", "place",
    ]

    /// Whether an answer in this state is accepted in its current form.
    ///
    /// - Parameter closes: whether the question is after more evidence: what was done is shown by it until somebody
    ///   has verified that.
    package static func isAccepted(_ state: WireText, closes: Bool = false) -> Bool {
        switch state {
        case "planAccepted", "implemented": !closes
        case "verified", "closed", "closedOnPlan": true
        default: false
        }
    }

    /// The fields of its criteria that are confirmed with it.
    package static let confirmedOfCriteria: Set<WireText> = ["grade", "otherCriterion"]

    /// A clause that a finding was judged against, with its grade; the id is derived from finding,
    /// standard and clause, so that two people who add the same one have added one.
    public static let criterion = RecordKind(
        "criterion",
        add: .raiseFinding,
        remove: .takeOut,
        owner: RecordKind.Owner(field: "finding", kind: "finding"),
        fields: [
            Field("finding", .once, for: .raiseFinding),
            Field("standard", .once, .word, for: .raiseFinding),
            Field("clause", .once, .word, for: .raiseFinding),
            Field("grade", .mostSevere(grades), for: .setGrade),
            Field("otherCriterion", .ask, for: .raiseFinding, erasable: true),
        ]
    )

    /// Records, statements of fact or other information that can be verified (ISO 19011, 3.9).
    public static let evidence = RecordKind(
        "evidence",
        add: .capture,
        cover: .existing,
        fields: [
            Field("kind", .newest, for: .capture),
            Field("title", .ask, for: .capture, erasable: true),
            Field("source", .newest, for: .capture, erasable: true),
            Field("content", .text, for: .capture),
            Field("evidenceDate", .newest, for: .capture),
            Field("capturedAt", .once, for: .describeCapture),
            Field("capturedBy", .once, for: .capture, namesWriter: true),
            Field("place", .newest, for: .capture, erasable: true),
            Field("sha256", .once, for: .describeCapture),
            Field("size", .once, .integer, for: .describeCapture),
            Field("partsRoot", .once, for: .describeCapture, erasable: true),
            Field("mediaType", .once, for: .describeCapture),
            Field("fileName", .once, for: .describeCapture, erasable: true),
            Field("fileModifiedAt", .once, for: .describeCapture),
            Field("confidentiality", .ask, for: .capture),
            Field("personalData", .newest, .bool, for: .capture),
            Field("redactionOf", .once, for: .describeCapture, cites: "evidence"),
            Field("fileID", .once, for: .capture),
        ]
    )

    /// One step in the custody of an item of evidence that no other record tells: somebody viewed its file or took a copy
    /// out (ISO 19011, 6.4.7). It owns and cites nothing, so that what somebody looked at can still be taken out.
    public static let custody = RecordKind(
        "custody",
        add: .noteCustody,
        remove: .found,
        cover: .nothing,
        fields: [
            Field("evidence", .once, for: .noteCustody),
            Field("step", .once, .word, for: .noteCustody),
            Field("by", .once, for: .noteCustody, namesWriter: true),
            Field("at", .once, for: .noteCustody),
            Field("sha256", .once, for: .noteCustody),
            Field("note", .newest, for: .noteCustody, erasable: true),
        ]
    )

    /// The client's answer to a nonconformity, and its verification (ISO/IEC 17021-1, 9.4.9, 9.4.10).
    public static let action = RecordKind(
        "action",
        add: .answerNonconformity,
        owner: RecordKind.Owner(field: "finding", kind: "finding"),
        cover: .nothing,
        fields: [
            Field("finding", .once, for: .answerNonconformity),
            Field("correction", .text, for: .answerNonconformity),
            Field("cause", .text, for: .answerNonconformity),
            Field("causeMethod", .ask, for: .answerNonconformity),
            Field("extent", .text, for: .answerNonconformity),
            Field("correctiveAction", .text, for: .answerNonconformity),
            Field("owner", .ask, for: .answerNonconformity, erasable: true),
            Field("due", .ask, for: .verifyAction),
            Field("evidence", .set, for: .answerNonconformity, cites: "evidence"),
            Field("rejectionReason", .text, for: .verifyAction),
            Field("verifiedBy", .ask, for: .verifyAction, namesWriter: true),
            Field("verifiedAt", .ask, for: .verifyAction),
            Field("verificationMethod", .ask, for: .verifyAction),
            Field("effective", .ask, .bool, for: .verifyAction),
            Field("state", .state(.action), for: .answerNonconformity),
        ]
    )

    /// The outcome of the audit for one standard; the id is derived from the standard.
    public static let conclusion = RecordKind(
        "conclusion",
        add: .signConclusion,
        fields: [
            Field("standard", .once, for: .signConclusion),
            Field("scopeStatement", .text, for: .signConclusion),
            Field("fulfilment", .text, for: .signConclusion),
            Field("effectiveness", .text, for: .signConclusion),
            Field("objectivesMet", .ask, .bool, for: .signConclusion),
            Field(
                "recommendation",
                .ask,
                .choice(recommendations),
                for: .signConclusion
            ),
            Field("conditions", .text, for: .signConclusion),
            Field("partsNotCovered", .text, for: .signConclusion),
            Field("samplingCaveat", .text, for: .signConclusion),
            Field("divergingOpinions", .text, for: .signConclusion),
            Field("followUp", .ask, for: .signConclusion),
            Field("days", .ask, for: .signConclusion),
            Field("state", .state(.conclusion), for: .signConclusion),
        ]
    )
}
