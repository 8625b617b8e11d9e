public import ConcordEncoding

/// One engagement's state as typed values to read: what coverage, totals and reports are made from.
///
/// Made from the state document `{kind: {record: {field: value}}}`. Reading is lenient: unknown
/// kinds and fields are left out, missing ones are nil, and nothing here can fail. Every list has
/// an order that follows from the records alone, so that equal documents give equal reports.
public struct Audit: Hashable, Sendable {
    /// The engagement; nil only in a document without one.
    public let engagement: EngagementRecord?
    /// The audited organization.
    public let organization: OrganizationRecord?
    /// The people, by role and name.
    public let members: [MemberRecord]
    /// The scopes, by standard.
    public let scopes: [ScopeRecord]
    /// The clauses that the organization leaves out.
    public let exclusions: [ExclusionRecord]
    /// The plan, by time.
    public let planSlots: [PlanSlotRecord]
    /// The checklist, in its order.
    public let checklistItems: [ChecklistItemRecord]
    /// All findings, also withdrawn and merged ones, by number.
    public let findings: [FindingRecord]
    /// The evidence, by the time of its capture.
    public let evidence: [EvidenceRecord]
    /// Who viewed files of evidence or took copies out, by time.
    public let custody: [CustodyRecord]
    /// The clients' answers.
    public let actions: [ActionRecord]
    /// The conclusions, by standard.
    public let conclusions: [ConclusionRecord]
    /// The criteria that no closing of an answer had seen as they stand, by id.
    let unanswered: [WireText: Unanswered]

    private let findingIndex: [WireText: Int]
    private let evidenceIndex: [WireText: Int]
    private let actionIndex: [WireText: [Int]]
    /// By the finding in which the one that they answer counts.
    private var answerIndex: [WireText: [Int]] = [:]
    private let memberIndex: [WireText: Int]
    private let itemIndex: [WireText: Int]
    private let criterionIndex: [WireText: Int]
    private let conclusionIndex: [WireText: Int]

    /// Reads a state document.
    ///
    /// - Parameter unanswered: the criteria that do not count as answered though answers to their findings are
    ///   closed, by id. The document does not have them; a replica's snapshot does.
    public init(state: JSONObject, unanswered: [WireText: Unanswered] = [:]) {
        self.unanswered = unanswered
        let document = StateDocument(state)
        let criteria = Dictionary(
            grouping: document.records("criterion").map { CriterionRecord($0) },
            by: { $0.finding ?? "" }
        ).mapValues { $0.sorted(by: Self.precedes) }
        engagement = document.records("engagement").first.map { EngagementRecord($0) }
        organization = document.records("organization").first.map { OrganizationRecord($0) }
        members = document.records("member").map { MemberRecord($0) }
            .sorted { Self.key($0) < Self.key($1) }
        scopes = document.records("scope").map { ScopeRecord($0) }
            .sorted { ($0.standard ?? "", $0.id) < ($1.standard ?? "", $1.id) }
        exclusions = document.records("exclusion").map { ExclusionRecord($0) }
            .sorted { Self.precedes($0.reference, $0.id, $1.reference, $1.id) }
        planSlots = document.records("planSlot").map { PlanSlotRecord($0) }
            .sorted { ($0.from ?? "", $0.id) < ($1.from ?? "", $1.id) }
        checklistItems = document.records("checklistItem").map { ChecklistItemRecord($0) }
            .sorted { ($0.order ?? .max, $0.id) < ($1.order ?? .max, $1.id) }
        findings = document.records("finding")
            .map { FindingRecord($0, criteria: criteria[$0.id] ?? []) }
            .sorted(by: Self.precedes)
        evidence = document.records("evidence").map { EvidenceRecord($0) }
            .sorted { ($0.capturedAt ?? "", $0.id) < ($1.capturedAt ?? "", $1.id) }
        custody = document.records("custody").map { CustodyRecord($0) }
            .sorted { ($0.time ?? "", $0.id) < ($1.time ?? "", $1.id) }
        actions = document.records("action").map { ActionRecord($0) }
        conclusions = document.records("conclusion").map { ConclusionRecord($0) }
            .sorted { ($0.standard ?? "", $0.id) < ($1.standard ?? "", $1.id) }
        findingIndex = Self.index(findings.map(\.id))
        evidenceIndex = Self.index(evidence.map(\.id))
        memberIndex = Self.index(members.map(\.id))
        itemIndex = Self.index(checklistItems.map(\.id))
        conclusionIndex = Self.index(conclusions.map(\.id))
        criterionIndex = Dictionary(
            findings.enumerated().flatMap { place, finding in
                finding.criteria.map { ($0.id, place) }
            }
        ) { first, _ in first }
        actionIndex = Dictionary(grouping: actions.indices) { [actions] in
            actions[$0].finding ?? ""
        }
        var ends: [WireText: WireText?] = [:]
        answerIndex = Dictionary(grouping: actions.indices) {
            root(of: actions[$0].finding ?? "", &ends)
        }
    }
}

extension Audit {
    /// The standards of the engagement, sorted; those of the scopes if it names none.
    public var standards: [WireText] {
        guard let named = engagement?.standards, !named.isEmpty else {
            return Set(scopes.compactMap(\.standard)).sorted()
        }
        return named.sorted()
    }

    /// The findings that count: neither withdrawn nor merged.
    public var countedFindings: [FindingRecord] { findings.filter(\.isCounted) }

    /// The person of an id.
    public func member(_ id: WireText) -> MemberRecord? { memberIndex[id].map { members[$0] } }

    /// The question of an id, with its place in the checklist, from 1.
    public func question(_ id: WireText) -> (place: Int, item: ChecklistItemRecord)? {
        itemIndex[id].map { ($0 + 1, checklistItems[$0]) }
    }

    /// The finding that a criterion belongs to, with that criterion.
    public func criterion(_ id: WireText) -> (finding: FindingRecord, criterion: CriterionRecord)? {
        guard let finding = criterionIndex[id].map({ findings[$0] }),
            let criterion = finding.criteria.first(where: { $0.id == id })
        else { return nil }
        return (finding, criterion)
    }

    /// The conclusion of an id.
    public func conclusion(_ id: WireText) -> ConclusionRecord? {
        conclusionIndex[id].map { conclusions[$0] }
    }

    /// The findings that cite each item of evidence, in their order.
    public var findingsByEvidence: [WireText: [FindingRecord]] {
        findings.reduce(into: [:]) { users, finding in
            for id in finding.evidence { users[id, default: []].append(finding) }
        }
    }

    /// The finding of an id.
    public func finding(_ id: WireText) -> FindingRecord? {
        findingIndex[id].map { findings[$0] }
    }

    /// The item of evidence of an id.
    public func evidence(_ id: WireText) -> EvidenceRecord? {
        evidenceIndex[id].map { evidence[$0] }
    }

    /// Who viewed the file of an item of evidence or took copies of it, by time.
    public func custody(of evidence: WireText) -> [CustodyRecord] {
        custody.filter { $0.evidence == evidence }
    }

    /// The scope of a standard.
    public func scope(of standard: WireText) -> ScopeRecord? {
        scopes.first { $0.standard == standard }
    }

    /// The conclusion for a standard.
    public func conclusion(for standard: WireText) -> ConclusionRecord? {
        conclusions.first { $0.standard == standard }
    }

    /// Who helped with a finding: those it names, and those who captured its evidence; sorted.
    public func contributors(to finding: FindingRecord) -> [WireText] {
        let captured = finding.evidence.compactMap { evidence($0)?.capturedBy }
        return finding.contributors.union(captured).sorted()
    }

    /// The answers to a finding that were not cancelled.
    public func actions(for finding: WireText) -> [ActionRecord] {
        (actionIndex[finding] ?? []).map { actions[$0] }
            .filter { !LifeCycle.action.ends($0.state) }
    }

    /// The answers that were not cancelled to a finding and to those that were merged into it: what a merged
    /// finding raised is answered when its own answers are closed too.
    public func answers(countingFor finding: WireText) -> [ActionRecord] {
        (answerIndex[finding] ?? []).map { actions[$0] }
            .filter { !LifeCycle.action.ends($0.state) }
    }

    /// Where a finding counts: at the end of the merges that it went through; itself where they end nowhere.
    ///
    /// - Parameter ends: the ends of the merges of findings that were passed before, nil where they end nowhere.
    private func root(of finding: WireText, _ ends: inout [WireText: WireText?]) -> WireText {
        var passed: Set<WireText> = []
        var end: WireText? = finding
        while let current = end {
            if let known = ends[current] {
                end = known
                break
            }
            guard let record = self.finding(current), record.state == "merged",
                let target = record.duplicateOf, self.finding(target) != nil
            else {
                passed.insert(current)
                break
            }
            end = passed.insert(current).inserted ? target : nil
        }
        for one in passed { ends.updateValue(end, forKey: one) }
        return end ?? finding
    }

    private static func index(_ ids: [WireText]) -> [WireText: Int] {
        Dictionary(zip(ids, ids.indices)) { first, _ in first }
    }

    private static func key(_ member: MemberRecord) -> (Int, WireText, WireText) {
        let role = member.role.flatMap { Role.allCases.firstIndex(of: $0) } ?? Role.allCases.count
        return (role, member.name ?? "", member.id)
    }

    private static func precedes(_ left: FindingRecord, _ right: FindingRecord) -> Bool {
        if left.label != right.label { return NaturalOrder.precedes(left.label, right.label) }
        return left.id < right.id
    }

    private static func precedes(_ left: CriterionRecord, _ right: CriterionRecord) -> Bool {
        precedes(left.reference, left.id, right.reference, right.id)
    }

    private static func precedes(
        _ left: ClauseReference?,
        _ leftID: WireText,
        _ right: ClauseReference?,
        _ rightID: WireText
    ) -> Bool {
        switch (left, right) {
        case (.some(let left), .some(let right)) where left != right: left < right
        case (.some, nil): true
        case (nil, .some): false
        default: leftID < rightID
        }
    }
}

/// The state document, kind by kind.
private struct StateDocument {
    let state: JSONObject

    init(_ state: JSONObject) { self.state = state }

    func records(_ kind: WireText) -> [RecordFields] {
        let records = state[kind]?.objectValue ?? JSONObject()
        return records.compactMap { id, fields in
            fields.objectValue.map { RecordFields(id: id, fields: $0) }
        }.sorted { $0.id < $1.id }
    }
}
