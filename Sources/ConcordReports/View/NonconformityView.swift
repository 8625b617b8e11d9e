import ConcordEncoding
import ConcordModel

/// A nonconformity and what the client answered to it.
struct NonconformityView {
    struct Answer {
        let state: String
        let isClosed: Bool
        let owner: String?
        let due: String?
        let correction: String?
        let cause: String?
        let correctiveAction: String?
        let rejectionReason: String?
        let verification: String?
        let isSilent: Bool

        init(_ action: ActionRecord, _ context: ReportContext) {
            state = Words.capitalized(action.state.string)
            isClosed = action.isClosed
            owner = action.owner.map { context.person($0) }
            due = action.due.map { ReportDate.moment($0.string) }
            correction = action.correction?.string
            cause = action.cause.map { cause in
                action.causeMethod.map { "\(cause) (\($0))" } ?? cause.string
            }
            correctiveAction = action.correctiveAction?.string
            rejectionReason = action.rejectionReason?.string
            verification = Self.verification(action, context)
            isSilent = correction == nil && cause == nil && correctiveAction == nil
        }

        private static func verification(
            _ action: ActionRecord,
            _ context: ReportContext
        ) -> String? {
            guard let verifier = action.verifiedBy else { return nil }
            let parts = [
                action.isEffective.map { $0 ? "effective" : "not effective" },
                action.verificationMethod?.string,
                "by \(context.person(verifier))",
                action.verifiedAt.map { ReportDate.moment($0.string) },
            ]
            return parts.compactMap(\.self).joined(separator: ", ").capitalizingFirst
        }
    }

    let label: String
    let finding: FindingLink
    let grades: [StandardGradeView]
    let answers: [Answer]
    let isUnanswered: Bool

    init(_ finding: FindingRecord, _ context: ReportContext) {
        label = (finding.ncNumber ?? finding.label).string
        self.finding = FindingLink(finding, grade: finding.headGrade)
        grades = StandardGradeView.all(of: finding, context)
        answers = context.audit.answers(countingFor: finding.id).map { Answer($0, context) }
        isUnanswered = answers.isEmpty
    }
}
