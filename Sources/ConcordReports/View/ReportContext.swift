import ConcordEncoding
import ConcordModel

/// What every part of the report looks up: names, numbers, standards, conflicts.
struct ReportContext {
    let input: ReportInput
    let standards: [StandardTag]
    let coverages: [Coverage]
    let tally: Tally
    private let evidenceOrder: [WireText: Int]
    private let conflictsByRecord: [WireText: [ReportConflict]]
    private let proposalsByRecord: [WireText: [ReportProposal]]

    var audit: Audit { input.audit }
    var catalogues: Catalogues { input.catalogues }

    init(_ input: ReportInput) {
        self.input = input
        let audit = input.audit
        let standards = audit.standards.enumerated().map { index, id in
            StandardTag(id: id, catalogue: input.catalogues[id], index: index)
        }
        self.standards = standards
        coverages = audit.coverage(
            input.catalogues,
            contested: Set(input.conflicts.map(\.record))
        )
        tally = Tally(input.counted, catalogues: input.catalogues)
        evidenceOrder = Dictionary(audit.evidence.enumerated().map { ($1.id, $0) }) { first, _ in
            first
        }
        conflictsByRecord = Dictionary(grouping: input.conflicts, by: \.record)
        proposalsByRecord = Dictionary(grouping: input.proposals, by: \.record)
    }

    /// What a person is called; a name that is not a member id stays as it is.
    func person(_ id: WireText) -> String {
        (input.people[id] ?? audit.member(id)?.name ?? id).string
    }

    func people(_ ids: Set<WireText>) -> String? {
        ids.isEmpty ? nil : ids.map { WireText(person($0)) }.sorted().joined(separator: ", ")
    }

    /// What people call a unit; the remark of one that is covered in part stays after it.
    func unit(_ id: WireText) -> String {
        guard let remark = id.string.firstRange(of: " (") else {
            return (audit.organization?.unitName(id) ?? id).string
        }
        let whole = WireText(String(id.string[..<remark.lowerBound]))
        return unit(whole) + id.string[remark.lowerBound...]
    }

    func site(_ id: WireText) -> String { (audit.organization?.siteName(id) ?? id).string }

    /// The number under which the appendix lists an item of evidence; nil if it is not there.
    func evidenceNumber(_ id: WireText) -> String? { evidenceOrder[id].map { "E\($0 + 1)" } }

    /// Items of evidence in the appendix's order; those that are not there come last.
    func evidenceInOrder(_ ids: Set<WireText>) -> [WireText] {
        ids.sorted { (evidenceOrder[$0] ?? .max, $0) < (evidenceOrder[$1] ?? .max, $1) }
    }

    func standard(_ id: WireText) -> StandardTag {
        standards.first { $0.id == id }
            ?? StandardTag(id: id, catalogue: catalogues[id], index: standards.count)
    }

    func clauseTitle(_ reference: ClauseReference) -> String? {
        catalogues.clause(reference)?.title.string
    }

    func conflicts(_ records: [WireText]) -> [ConflictView] {
        records.flatMap { conflictsByRecord[$0] ?? [] }.map { ConflictView($0, self) }
    }

    /// What is only proposed about these records, and by whom.
    func proposals(_ records: [WireText]) -> [String] {
        records.flatMap { proposalsByRecord[$0] ?? [] }.map { proposal in
            let about = ConflictView.about(proposal.record, field: proposal.field, self)
            return "\(about), by \(person(proposal.person))"
        }
    }
}

/// A standard as the report marks it: its name, its system, and one of the colours.
struct StandardTag {
    let id: WireText
    let title: String
    let system: String
    let tone: String

    init(id: WireText, catalogue: Catalogue?, index: Int) {
        self.id = id
        title = (catalogue?.shortTitle ?? id).string
        system = catalogue?.system.string ?? "MS"
        tone = "std-\(index % 4)"
    }
}

/// A list that is only shown if there is something in it.
struct Listing<Item> {
    let items: [Item]

    init?(_ items: [Item]) {
        guard !items.isEmpty else { return nil }
        self.items = items
    }
}
