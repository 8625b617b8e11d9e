import ConcordEncoding

/// A member's part in an engagement (ISO 19011, ISO/IEC 17021-1); the raw value is on the wire.
public enum Role: String, CaseIterable, Hashable, Sendable {
    /// Audit team leader.
    case lead
    /// Auditor.
    case auditor
    /// Auditor in training.
    case inTraining
    /// Technical expert.
    case technicalExpert
    /// Observer.
    case observer
    /// Guide, appointed by the auditee.
    case guide
    /// Auditee representative.
    case auditeeRep
    /// Certification decision maker, outside the team.
    case decisionMaker
    /// Audit programme manager.
    case programmeManager

    /// What people call it.
    public var title: String {
        switch self {
        case .lead: "audit team leader"
        case .auditor: "auditor"
        case .inTraining: "auditor in training"
        case .technicalExpert: "technical expert"
        case .observer: "observer"
        case .guide: "guide"
        case .auditeeRep: "auditee representative"
        case .decisionMaker: "certification decision maker"
        case .programmeManager: "audit programme manager"
        }
    }
}

/// Something that takes a right.
public enum Activity: String, CaseIterable, Hashable, Sendable {
    /// Found the engagement: its first diff alone.
    case found
    /// Edit plan and scope.
    case editPlan
    /// Edit the team: invitations, roles, revocations.
    case editTeam
    /// Join on an invitation: depends on its proof, not on a role.
    case join
    /// Capture evidence and answers.
    case capture
    /// State once what a capture is: its time, its file and that file's hash. Nobody may do it for
    /// another member's evidence, since fields that are written once would then be taken before their
    /// author writes them.
    case describeCapture
    /// Note that a file of evidence was viewed or taken out: whoever may read it.
    case noteCustody
    /// Write notes.
    case writeNote
    /// Raise a finding and edit its contents.
    case raiseFinding
    /// Set a grade.
    case setGrade
    /// Remove a finding, by withdrawing or hiding it, or one of its criteria; reopen a withdrawn
    /// finding.
    case takeOut
    /// Confirm and merge findings, solve their conflicts.
    case decideFinding
    /// Answer a nonconformity: correction, cause, corrective action.
    case answerNonconformity
    /// Accept or refuse an answer, verify, close.
    case verifyAction
    /// Write and sign conclusions.
    case signConclusion
    /// Decide on the certificate.
    case decideCertificate
    /// Give effect to void writes.
    case admit
    /// Order that contents are destroyed.
    case erase
    /// Given by the seal alone: to the author of a diff that holds a seal that is in force.
    case seal
}

/// An entry of the table of rights.
public enum Right: Hashable, Sendable {
    /// Allowed.
    case yes
    /// Not allowed.
    case no
    /// Allowed on what the member raised or added.
    case own
    /// A candidate that replaces nothing of others and is never shown over another's value.
    case proposal
}

/// Who may do what: the one table (`Protocol/merge.md`, "Rights").
public enum Rights {
    /// The right of `role` to `activity`.
    public static func right(of role: Role, to activity: Activity) -> Right {
        if activity == .noteCustody { return .yes }
        if role == .lead { return lead(activity) }
        switch (activity, role) {
        case (.editPlan, .programmeManager), (.editTeam, .programmeManager): return .yes
        case (.editPlan, .auditor): return .proposal
        case (.capture, .auditor), (.capture, .inTraining): return .yes
        case (.describeCapture, .auditor), (.describeCapture, .inTraining): return .own
        case (.writeNote, .auditor), (.writeNote, .inTraining), (.writeNote, .technicalExpert):
            return .yes
        case (.raiseFinding, .auditor), (.raiseFinding, .inTraining): return .yes
        case (.setGrade, .auditor): return .own
        case (.setGrade, .inTraining): return .proposal
        case (.takeOut, .auditor), (.takeOut, .inTraining): return .own
        case (.decideFinding, .auditor): return .own
        case (.answerNonconformity, .auditeeRep): return .yes
        case (.verifyAction, .auditor): return .own
        case (.decideCertificate, .decisionMaker): return .yes
        default: return .no
        }
    }

    /// Whether it is personal work: only a leader may remove such a record together with what others have
    /// added to it.
    public static func isCapture(_ activity: Activity) -> Bool {
        switch activity {
        case .capture, .writeNote, .answerNonconformity: true
        default: false
        }
    }

    private static func lead(_ activity: Activity) -> Right {
        switch activity {
        case .found, .join, .answerNonconformity, .decideCertificate, .seal: .no
        case .editPlan, .editTeam, .capture, .describeCapture, .noteCustody, .writeNote,
            .raiseFinding, .setGrade,
            .takeOut, .decideFinding, .verifyAction, .signConclusion, .admit, .erase:
            .yes
        }
    }
}
