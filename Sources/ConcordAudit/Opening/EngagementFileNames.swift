import ConcordEncoding

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
    static let engagement: [WireText] = [
        "id", "standards", "kind", "mode", "objectives", "language", "from", "to", "previous",
        "certificationBody", "confidentiality", "state",
    ]
    static let client: [WireText] = ["name", "sites", "units", "effectivePersonnel"]
    static let unit: [WireText] = ["id", "name", "people"]
    static let site: [WireText] = ["id", "name", "address", "people"]
    static let person: [WireText] = [
        "id", "name", "role", "standards", "inTraining", "supervisor", "device",
    ]
    static let scope: [WireText] = [
        "id", "standard", "statement", "units", "sites", "services", "customers", "boundaries",
        "exclusions",
    ]
    static let exclusion: [WireText] = [
        "id", "standard", "clause", "justification", "acceptedBy", "decidedBy",
    ]
    static let slot: [WireText] = [
        "id", "from", "to", "title", "kind", "auditors", "unit", "site", "process", "auditee",
        "clauses", "remote",
    ]
    static let question: [WireText] = [
        "id", "standard", "clause", "clauses", "question", "hint", "expectedEvidence", "answer",
        "note", "evidence",
    ]

    static let modes: [WireText] = ["single", "combined", "integrated", "joint"]
    static let slotKinds: [WireText] = [
        "opening", "audit", "teamMeeting", "closing", "break", "travel",
    ]
}
