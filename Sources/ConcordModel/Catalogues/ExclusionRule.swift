public import ConcordEncoding

/// Which clauses of a standard an organization may leave out.
public enum ExclusionRule: String, Hashable, Sendable, CaseIterable {
    /// Only clause 7 and its subclauses (ISO 9001:2008, 1.2).
    case clause7Only = "clause7only"
    /// Nothing (ISO/IEC 20000-1).
    case none
    /// Controls of the annex, in the statement of applicability (ISO/IEC 27001).
    case statementOfApplicability = "soa"
    /// Any clause, with a justification (ISO 9001:2015, 4.3).
    case justified

    /// Whether an organization may leave the clause out and still claim conformity.
    public func allows(_ clause: WireText) -> Bool {
        switch self {
        case .clause7Only: clause == "7" || clause.hasPrefix("7.")
        case .none: false
        case .statementOfApplicability: clause.hasPrefix("A.")
        case .justified: true
        }
    }
}
