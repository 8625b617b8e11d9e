import ConcordEncoding
import ConcordModel

/// The names of the fields that the fold asks for in its innermost loops, each made once from the schema's own.
enum KnownField {
    /// The state of a record that has a life cycle, whatever its kind.
    static let state = FindingField.state.name
    /// The finding into which one is merged.
    static let duplicateOf = FindingField.duplicateOf.name
    static let title = FindingField.title.name
    static let statement = FindingField.statement.name
    /// What a finding or an answer cites.
    static let evidence = FindingField.evidence.name
    static let grade = CriterionField.grade.name
    /// The finding to which a criterion belongs.
    static let finding = CriterionField.finding.name
    static let standard = CriterionField.standard.name
    static let clause = CriterionField.clause.name
    static let confidentiality = EvidenceField.confidentiality.name
}

extension CellKey {
    /// The state of `record`.
    static func state(of record: Int) -> CellKey {
        CellKey(record: record, field: KnownField.state)
    }

    /// The grade of the criterion `record`.
    static func grade(of record: Int) -> CellKey {
        CellKey(record: record, field: KnownField.grade)
    }

    /// Whether it is the state of a record.
    var isState: Bool { field == KnownField.state }
}
