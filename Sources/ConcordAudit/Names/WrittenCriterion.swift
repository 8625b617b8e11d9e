import ConcordEncoding
package import ConcordModel

/// A criterion as people write it: `STANDARD:CLAUSE=GRADE`, such as `20000-1:9.2=minor`.
package struct WrittenCriterion {
    /// The clause.
    package let reference: ClauseReference
    /// The grade; nil where none was written.
    package let grade: Grade?

    /// Reads a criterion; the clause has to be a leaf of one of the standards.
    package init(_ text: String, standards: StandardNames) throws(ActRefusal) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        reference = try Self.leaf(String(parts[0]), standards: standards)
        grade = parts.count > 1 ? try Self.grade(String(parts[1])) : nil
    }

    /// Clause and grade as the acts of an audit take them.
    package var citation: (reference: ClauseReference, grade: Grade?) { (reference, grade) }

    /// Reads `STANDARD:CLAUSE`; the clause has to be a leaf, since findings cite leaves.
    package static func leaf(
        _ text: String,
        standards: StandardNames
    ) throws(ActRefusal) -> ClauseReference {
        let reference = try clause(text, standards: standards)
        guard let found = Catalogues.shipped[reference.standard]?[reference.clause],
            !found.isAuditableLeaf
        else { return reference }
        throw .notALeaf(reference)
    }

    /// Reads `STANDARD:CLAUSE`.
    package static func clause(
        _ text: String,
        standards: StandardNames
    ) throws(ActRefusal) -> ClauseReference {
        guard let colon = text.lastIndex(of: ":") else {
            throw .malformedCriterion(text: WireText(text))
        }
        let standard = try standards.id(String(text[..<colon]))
        let number = WireText(String(text[text.index(after: colon)...]))
        guard let catalogue = Catalogues.shipped[standard] else {
            return ClauseReference(standard: standard, clause: number)
        }
        guard catalogue[number] != nil else {
            throw .unknownClause(ClauseReference(standard: standard, clause: number))
        }
        return ClauseReference(standard: standard, clause: number)
    }

    /// Reads a grade.
    package static func grade(_ text: String) throws(ActRefusal) -> Grade {
        if let grade = Grade(WireText(text)) { return grade }
        if let grade = Grade.allCases.first(where: {
            $0.rawValue.lowercased() == text.lowercased()
                || $0.title.lowercased() == text.lowercased()
        }) {
            return grade
        }
        throw .unknownGrade(text: WireText(text))
    }
}
