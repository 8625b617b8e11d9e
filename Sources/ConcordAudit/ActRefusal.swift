public import ConcordEncoding
public import ConcordModel

/// Why an act of the audit is not possible on what is shown. Nothing was written.
///
/// A refusal is a value, so that a command, a screen and an app say the same: `code` is for
/// programs, `message` and `next` are for people.
public enum ActRefusal: Error, Hashable, Sendable {
    /// The life cycle has no such step.
    case noStep(finding: WireText, from: WireText, to: WireText, open: [WireText])
    /// A finding cannot be merged into itself.
    case intoItself(finding: WireText)
    /// The finding to merge into does not count.
    ///
    /// - Parameter counting: the finding in which it counts itself, if it was merged.
    case targetDoesNotCount(finding: WireText, state: WireText, counting: WireText?)
    /// Two of the findings grade one clause differently.
    case gradesDiffer(
        finding: WireText,
        grade: WireText,
        other: WireText,
        otherGrade: WireText,
        clause: WireText
    )
    /// A finding that was not merged cannot be unmerged.
    case notMerged(finding: WireText, state: WireText)
    /// The finding to merge into is not named.
    case noTarget(finding: WireText)
    /// The finding does not cite the clause.
    case notCited(finding: WireText, clause: WireText, cited: [WireText])
    /// One clause is given twice, with two grades.
    case clauseTwice(clause: WireText, grades: [WireText])
    /// A withdrawn or merged finding cannot be changed.
    ///
    /// - Parameter counting: the finding in which it counts, if it was merged.
    case findingEnded(finding: WireText, state: WireText, counting: WireText?)
    /// A field would name something that is not there.
    ///
    /// - Parameter known: what it could name.
    case unknownReference(
        References.Referent,
        name: WireText,
        known: [References.Named]
    )
    /// A finding would repeat itself, directly or by way of others.
    ///
    /// - Parameter way: the findings from the one named to the one that repeats this one.
    case repeatsItself(finding: WireText, way: [WireText])
    /// Open nonconformities of the standard forbid the recommendation.
    case recommendationNotAllowed(recommendation: Recommendation, open: [WireText])

    /// The refusal as a code for programs.
    public var code: String {
        switch self {
        case .noStep: "life-cycle"
        case .intoItself: "into-itself"
        case .targetDoesNotCount: "target-does-not-count"
        case .gradesDiffer: "grades-differ"
        case .notMerged: "not-merged"
        case .noTarget: "no-target"
        case .notCited: "not-cited"
        case .clauseTwice: "clause-twice"
        case .findingEnded: "finding-ended"
        case .unknownReference(let referent, _, _):
            "unknown-" + String(referent.words.string.map { $0 == " " ? "-" : $0 })
        case .repeatsItself: "repeats-itself"
        case .recommendationNotAllowed: "recommendation-not-allowed"
        }
    }

    /// What is wrong, in one sentence without a full stop.
    public var message: String {
        switch self {
        case .noStep(let finding, let from, let to, _):
            "\(finding) is \(from) and cannot become \(to)"
        case .intoItself(let finding):
            "\(finding) cannot be merged into itself"
        case .targetDoesNotCount(let finding, let state, _):
            "\(finding) is \(state), so nothing can be merged into it"
        case .gradesDiffer(let finding, let grade, let other, let otherGrade, let clause):
            "\(finding) has \(clause) as \(grade), \(other) as \(otherGrade)"
        case .notMerged(let finding, let state):
            "\(finding) is \(state): it was not merged into another finding"
        case .noTarget(let finding):
            "\(finding) does not say which finding it was merged into"
        case .notCited(let finding, let clause, _):
            "\(finding) has no criterion \(clause)"
        case .clauseTwice(let clause, let grades):
            "\(clause) is given twice, with grades \(grades.joined(separator: " and "))"
        case .findingEnded(let finding, let state, let counting):
            "\(finding) is \(state)" + (counting.map { " and counts in \($0)" } ?? "")
        case .unknownReference(let referent, let name, _):
            switch referent {
            case .unit, .site: "the organization has no \(referent.words) '\(name)'"
            case .process: "no standard of this audit has a clause '\(name)'"
            case .record: "there is no \(referent.words) '\(name)'"
            case .findingOrNumber:
                "'\(name)' is neither a finding here nor the number of an earlier one"
            }
        case .repeatsItself(let finding, let way):
            way.isEmpty
                ? "\(finding) cannot repeat itself"
                : "\(finding) cannot repeat \(way[0]), because "
                    + zip(way, way.dropFirst() + [finding]).map { "\($0) repeats \($1)" }
                    .joined(separator: " and ")
        case .recommendationNotAllowed(let recommendation, let open):
            "'\(recommendation.rawValue)' is not possible with open nonconformities: "
                + open.joined(separator: ", ")
        }
    }

    /// What to do instead, in sentences.
    public var next: String {
        switch self {
        case .noStep(_, _, _, let open):
            open.isEmpty
                ? "No further step is possible from that state."
                : "From there it can become \(open.asChoice)."
        case .intoItself:
            "Name the finding to keep, and the others to merge into it."
        case .targetDoesNotCount(_, _, let counting):
            counting.map { "Merge into \($0), where it counts." }
                ?? "Merge into a finding that counts."
        case .gradesDiffer(let finding, _, let other, _, _):
            "Give \(finding) and \(other) the same grade for this clause first."
        case .notMerged:
            "Only a merged finding can be unmerged."
        case .noTarget:
            "Merge it again, into a finding that counts."
        case .notCited(_, _, let cited):
            cited.isEmpty
                ? "It cites no clause." : "It has: \(cited.joined(separator: ", "))."
        case .clauseTwice:
            "Give it once, with the grade you mean."
        case .findingEnded(let finding, _, let counting):
            counting.map { "Change \($0), or unmerge \(finding) first." }
                ?? "Make \(finding) a draft again first."
        case .unknownReference(let referent, _, let known):
            switch known.count {
            case 0: "There is no \(referent.words) yet."
            case 1...12: "There are: \(known.map(\.text).joined(separator: ", "))."
            default:
                "There are \(known.count), such as "
                    + "\(known.prefix(5).map(\.text).joined(separator: ", "))."
            }
        case .repeatsItself:
            "Name an earlier nonconformity: another finding, or its number, such as NC-03."
        case .recommendationNotAllowed:
            "Close them first, having seen what was raised since, or recommend something else."
        }
    }
}

extension ActRefusal: CustomStringConvertible {
    /// The message, and what to do instead.
    public var description: String { "\(message). \(next)" }
}

extension References.Named {
    /// The id, with the name in brackets where that is another.
    public var text: String {
        guard let name, name != id else { return id.string }
        // An id as devices make them says nothing to people.
        return UniqueID(id) == nil ? "\(id) (\(name))" : name.string
    }
}

/// A grade as a refusal names it.
func gradeText(_ grade: Grade?) -> WireText {
    grade.map { WireText($0.rawValue) } ?? "not graded"
}
