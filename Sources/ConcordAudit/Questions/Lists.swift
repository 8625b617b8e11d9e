public import ConcordEncoding
public import ConcordModel

// What lists are of, as values that a screen and a command show alike.

extension Coverage {
    /// The clauses about which there is something left to do: not covered, or in conflict.
    public var openLeaves: [Leaf] {
        leaves.filter { $0.isContested || ![.covered, .excluded].contains($0.status) }
    }
}

/// A question of the checklist with its place in the list.
public struct ListedQuestion: Hashable, Sendable, Identifiable {
    /// Its place, from 1.
    public let place: Int
    /// The question.
    public let item: ChecklistItemRecord
    /// Whether a conflict about it is open.
    public let isContested: Bool

    /// The record's id.
    public var id: WireText { item.id }
}

/// An item of evidence with the findings that cite it.
public struct ListedEvidence: Hashable, Sendable, Identifiable {
    /// The item.
    public let item: EvidenceRecord
    /// The findings that cite it, in their order.
    public let findings: [FindingRecord]

    /// The record's id.
    public var id: WireText { item.id }

    /// An item with the findings that cite it.
    public init(item: EvidenceRecord, findings: [FindingRecord]) {
        self.item = item
        self.findings = findings
    }
}

extension Audit {
    /// The questions of the checklist, in their order.
    ///
    /// - Parameters:
    ///   - unanswered: whether only those without an answer.
    ///   - contested: the ids of records with an open conflict.
    public func questions(
        unanswered: Bool = false,
        contested: Set<WireText> = []
    ) -> [ListedQuestion] {
        checklistItems.enumerated().filter { !unanswered || !$0.element.isAnswered }.map {
            ListedQuestion(
                place: $0.offset + 1,
                item: $0.element,
                isContested: contested.contains($0.element.id)
            )
        }
    }

    /// The evidence, in its order, with who cites it.
    ///
    /// - Parameter finding: only what this finding cites; nil for all.
    public func evidence(citedBy finding: FindingRecord?) -> [ListedEvidence] {
        let users = findingsByEvidence
        return evidence.filter { finding?.evidence.contains($0.id) ?? true }
            .map { ListedEvidence(item: $0, findings: users[$0.id] ?? []) }
    }
}

/// What a merge of findings brings to the one that is kept, and what stays behind.
public struct MergeGain: Hashable, Sendable {
    /// The criteria that the kept finding does not have yet, in the order of the merged ones.
    public let criteria: [CriterionRecord]
    /// The pieces of evidence that it does not cite yet.
    public let evidence: Set<WireText>

    /// What merging `duplicates` into `kept` brings.
    public init(of duplicates: [FindingRecord], into kept: FindingRecord) {
        let own = Set(kept.criteria.compactMap(\.reference))
        criteria = duplicates.flatMap(\.criteria).filter { criterion in
            criterion.reference.map { !own.contains($0) } ?? false
        }
        evidence = Set(duplicates.flatMap(\.evidence)).subtracting(kept.evidence)
    }

    /// The texts of a merged finding, which stay in it, in the order of reading.
    public static func textsLeft(in finding: FindingRecord) -> [FindingField] {
        let all: [(field: FindingField, text: WireText?)] = [
            (.statement, finding.statement), (.requirementNote, finding.requirementNote),
            (.divergingOpinion, finding.divergingOpinion),
        ]
        return all.compactMap { $0.text == nil ? nil : $0.field }
    }
}
