public import ConcordEncoding

/// Why a closed answer does not cover a criterion: nobody who closed it had seen the criterion in its
/// current form.
public enum Unanswered: String, Hashable, Sendable, CaseIterable {
    /// The criterion was not there for them.
    case added
    /// It was graded less severely.
    case raised
}

/// A criterion of a finding that is open though all answers to it are closed.
public struct UnansweredCriterion: Hashable, Sendable {
    /// The finding's id.
    public let finding: WireText
    /// The criterion.
    public let criterion: CriterionRecord
    /// What about it no closing had seen.
    public let unanswered: Unanswered

    /// The fact, in one sentence without a full stop: "8.1 was raised to major after the answer was closed".
    public var message: WireText {
        let clause = criterion.reference?.clause ?? "a criterion"
        let grade = criterion.grade.map { WireText($0.rawValue) } ?? "not graded"
        switch unanswered {
        case .added: return "\(clause) was added, as \(grade), after the answer was closed"
        case .raised: return "\(clause) was raised to \(grade) after the answer was closed"
        }
    }

    /// What would close it, as the end of a sentence.
    public static let remedy: WireText = "reopen the answer, or close it again"
}

extension Audit {
    /// The criteria of a finding that are open though all answers to it are closed, since no closing had seen
    /// them in their current form; none while an answer is open.
    ///
    /// - Parameter standard: only those of this standard.
    public func unansweredCriteria(
        of finding: FindingRecord,
        in standard: WireText? = nil
    ) -> [UnansweredCriterion] {
        if unanswered.isEmpty { return [] }
        let answers = answers(countingFor: finding.id)
        guard !answers.isEmpty, answers.allSatisfy(\.isClosed) else { return [] }
        return finding.criteria.compactMap { criterion in
            guard let reason = unanswered[criterion.id],
                criterion.grade?.isNonconformity ?? false,
                standard == nil || criterion.reference?.standard == standard
            else { return nil }
            return UnansweredCriterion(
                finding: finding.id,
                criterion: criterion,
                unanswered: reason
            )
        }
    }
}
