import ConcordAudit
import ConcordEncoding
import ConcordModel

extension WrittenCriterion {
    /// What to say of clauses that are cited without a grade: they count in no total until they have one.
    ///
    /// - Parameter finding: the finding that is edited, whose clauses may have their grades already.
    static func ungraded(
        _ criteria: [WrittenCriterion],
        _ label: WireText,
        in finding: FindingRecord?
    ) -> [String] {
        criteria.filter { criterion in
            let shown = finding?.criteria.first { $0.reference == criterion.reference }
            return criterion.grade == nil && shown?.grade == nil
        }.map { criterion in
            let clause =
                "\(FindingView.short(criterion.reference.standard)):\(criterion.reference.clause)"
            return "\(clause) has no grade yet, so no total counts it. Give it one with "
                + "`concord finding edit \(label) --criterion \(clause)=GRADE`."
        }
    }
}
