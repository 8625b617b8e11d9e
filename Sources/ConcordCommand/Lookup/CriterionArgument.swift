import ConcordEncoding
import ConcordModel

/// A criterion as people write it: `STANDARD:CLAUSE=GRADE`, such as `20000-1:9.2=minor`.
struct CriterionArgument {
    /// The clause.
    let reference: ClauseReference
    /// The grade; nil where none was written.
    let grade: Grade?

    init(reference: ClauseReference, grade: Grade?) {
        self.reference = reference
        self.grade = grade
    }

    /// Reads a criterion; the clause has to be a leaf of one of the standards.
    init(_ text: String, standards: StandardNames) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        reference = try Self.leaf(String(parts[0]), standards: standards)
        grade = try parts.count > 1 ? Self.grade(String(parts[1])) : nil
    }

    /// Clause and grade as the acts of an audit take them.
    var citation: (reference: ClauseReference, grade: Grade?) { (reference, grade) }

    /// What to say of clauses that are cited without a grade: they count in no total until they have one.
    ///
    /// - Parameter finding: the finding that is edited, whose clauses may have their grades already.
    static func ungraded(
        _ criteria: [CriterionArgument],
        _ label: WireText,
        in finding: FindingRecord?
    ) -> [String] {
        criteria.filter { criterion in
            let shown = finding?.criteria.first { $0.reference == criterion.reference }
            return criterion.grade == nil && shown?.grade == nil
        }.map { criterion in
            let clause =
                "\(AuditView.short(criterion.reference.standard)):\(criterion.reference.clause)"
            return "\(clause) has no grade yet and counts in no total: give it one with "
                + "`concord finding edit \(label) --criterion \(clause)=GRADE`."
        }
    }

    /// Reads `STANDARD:CLAUSE`; the clause has to be a leaf, since findings cite leaves.
    static func leaf(_ text: String, standards: StandardNames) throws -> ClauseReference {
        let reference = try clause(text, standards: standards)
        guard let catalogue = Catalogues.shipped[reference.standard],
            let found = catalogue[reference.clause], !found.isAuditableLeaf
        else { return reference }
        let below = catalogue.auditableLeaves(under: found.number).map(\.number)
        throw CommandFailure(
            .badInput,
            "not-a-leaf",
            below.isEmpty
                ? "\(catalogue.shortTitle) \(found.number) holds no requirement to audit against"
                : "\(catalogue.shortTitle) \(found.number) has clauses below it",
            next: below.isEmpty
                ? "Cite the clause whose requirement it is."
                : "Cite one of them: \(below.joined(separator: ", "))."
        )
    }

    /// Reads `STANDARD:CLAUSE`.
    static func clause(_ text: String, standards: StandardNames) throws -> ClauseReference {
        guard let colon = text.lastIndex(of: ":") else {
            throw CommandFailure(
                .badInput,
                "criterion",
                "'\(text)' does not name a clause",
                next: "Write STANDARD:CLAUSE=GRADE, such as 20000-1:9.2=minor."
            )
        }
        let standard = try standards.id(String(text[..<colon]))
        let number = WireText(String(text[text.index(after: colon)...]))
        guard let catalogue = Catalogues.shipped[standard] else {
            return ClauseReference(standard: standard, clause: number)
        }
        guard catalogue[number] != nil else { throw unknown(number, in: catalogue) }
        return ClauseReference(standard: standard, clause: number)
    }

    /// The failure of naming a clause that a standard does not have, with those that are near.
    static func unknown(_ number: WireText, in catalogue: Catalogue) -> CommandFailure {
        let leaves = catalogue.auditableLeaves.map(\.number)
        let top = WireText(decoding: number.utf8.prefix { $0 != UInt8(ascii: ".") })
        let below = catalogue.auditableLeaves(under: top).map(\.number)
        let near = NearNames.of(number, among: leaves).map { WireText($0) }.filter {
            below.isEmpty || below.contains($0)
        }
        let shown = near.isEmpty ? Array((below.isEmpty ? leaves : below).prefix(12)) : near
        let titled = shown.map { number in
            catalogue[number].map { "\(number) \($0.title)" } ?? number.string
        }
        return CommandFailure(
            .badInput,
            "unknown-clause",
            "\(catalogue.shortTitle) has no clause \(number)",
            next: near.isEmpty
                ? "Some of its clauses: \(titled.joined(separator: "; "))."
                : NearNames.question(titled)
        )
    }

    /// Reads a grade.
    static func grade(_ text: String) throws -> Grade {
        if let grade = Grade(WireText(text)) { return grade }
        let names = Grade.allCases.map(\.rawValue)
        if let grade = Grade.allCases.first(where: {
            $0.rawValue.lowercased() == text.lowercased()
                || $0.title.lowercased() == text.lowercased()
        }) {
            return grade
        }
        throw CommandFailure(
            .badInput,
            "unknown-grade",
            "'\(text)' is not a grade",
            next: NearNames.hint(text, among: names)
                + "The grades are, from least to most severe: \(names.joined(separator: ", "))."
        )
    }
}
