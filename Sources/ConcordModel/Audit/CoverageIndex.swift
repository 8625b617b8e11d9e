import ConcordEncoding

/// What the records say about each clause of one standard, gathered in one pass over them.
struct CoverageIndex {
    private var planSlots: [WireText: [WireText]] = [:]
    private var findings: [WireText: [WireText]] = [:]
    private var checklistItems: [WireText: [ChecklistItemRecord]] = [:]
    private var excluded: Set<WireText> = []
    private var contested: Set<WireText> = []
    private let isPastFieldwork: Bool
    private let catalogue: Catalogue

    init(_ catalogue: Catalogue, _ audit: Audit, _ contestedRecords: Set<WireText>) {
        self.catalogue = catalogue
        isPastFieldwork = audit.engagement?.isPastFieldwork ?? false
        for slot in audit.planSlots {
            for leaf in leaves(slot.clauses) {
                planSlots[leaf, default: []].append(slot.id)
            }
        }
        for item in audit.checklistItems {
            for leaf in leaves(item.clauses) {
                checklistItems[leaf, default: []].append(item)
                if contestedRecords.contains(item.id) { contested.insert(leaf) }
            }
        }
        for exclusion in audit.exclusions {
            guard let reference = exclusion.reference, reference.standard == catalogue.id,
                catalogue.exclusionRule.allows(reference.clause)
            else { continue }
            excluded.formUnion(leaves([reference]))
        }
        add(audit.findings, contestedRecords)
    }

    func leaf(_ clause: Clause) -> Coverage.Leaf {
        Coverage.Leaf(
            clause: clause,
            status: status(clause.number),
            planSlots: planSlots[clause.number] ?? [],
            findings: findings[clause.number] ?? [],
            checklistItems: (checklistItems[clause.number] ?? []).map(\.id),
            isContested: contested.contains(clause.number)
        )
    }

    /// A finding cites leaves; one that cites a clause with sub-clauses says nothing about each of
    /// them, and covers none.
    private mutating func add(_ records: [FindingRecord], _ contestedRecords: Set<WireText>) {
        for finding in records {
            for criterion in finding.criteria {
                guard let reference = criterion.reference, reference.standard == catalogue.id
                else { continue }
                if !contestedRecords.isDisjoint(with: [finding.id, criterion.id]) {
                    contested.insert(reference.clause)
                }
                if finding.isCounted, findings[reference.clause]?.last != finding.id {
                    findings[reference.clause, default: []].append(finding.id)
                }
            }
        }
    }

    /// The status of a leaf.
    ///
    /// An exclusion goes first: what the standard allows to leave out and the organization left out
    /// is not a gap, whatever the plan says. A finding against it is shown too.
    private func status(_ number: WireText) -> CoverageStatus {
        let items = checklistItems[number] ?? []
        if excluded.contains(number) { return .excluded }
        if findings[number] != nil || items.contains(where: \.isAnswered) { return .covered }
        if items.contains(where: \.isBegun) { return .inProgress }
        if isPastFieldwork { return .notReached }
        return planSlots[number] == nil ? .notPlanned : .planned
    }

    /// The leaves that clauses stand for: a plan may name a clause with all that is below it.
    private func leaves(_ references: Set<ClauseReference>) -> Set<WireText> {
        Set(
            references.filter { $0.standard == catalogue.id }.flatMap { reference in
                catalogue.auditableLeaves(under: reference.clause).map(\.number)
            }
        )
    }
}
