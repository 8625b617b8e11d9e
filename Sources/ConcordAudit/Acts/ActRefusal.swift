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
    /// It is none of the standards.
    case unknownStandard(name: WireText, known: [WireText])
    /// It may be several of the standards.
    case ambiguousStandard(name: WireText, among: [WireText], known: [WireText])
    /// There is no such role.
    case unknownRole(name: WireText)
    /// The standard has no such clause.
    case unknownClause(ClauseReference)
    /// The clause has others below it, or holds no requirement.
    case notALeaf(ClauseReference)
    /// It does not name a clause.
    case malformedCriterion(text: WireText)
    /// There is no such grade.
    case unknownGrade(text: WireText)
    /// An engagement file is wrong.
    case engagementFile([EngagementFile.Fault])
    /// An engagement file's team has no such leader, or none at all.
    case noLeader(named: WireText?, team: [WireText])

    /// The refusal as one word for programs; the manual lists them.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// The life cycle has no such step.
        case lifeCycle = "life-cycle"
        /// A finding cannot be merged into itself.
        case intoItself = "into-itself"
        /// The finding to merge into does not count.
        case targetDoesNotCount = "target-does-not-count"
        /// Two of the findings grade one clause differently.
        case gradesDiffer = "grades-differ"
        /// The finding was not merged.
        case notMerged = "not-merged"
        /// The finding does not say into which one it was merged.
        case noTarget = "no-target"
        /// The finding does not cite the clause.
        case notCited = "not-cited"
        /// One clause is given twice, with two grades.
        case clauseTwice = "clause-twice"
        /// A withdrawn or merged finding cannot be changed.
        case findingEnded = "finding-ended"
        /// A finding would repeat itself.
        case repeatsItself = "repeats-itself"
        /// Open nonconformities forbid the recommendation.
        case recommendationNotAllowed = "recommendation-not-allowed"
        /// There is no such unit of the organization.
        case unknownUnit = "unknown-unit"
        /// There is no such site of the organization.
        case unknownSite = "unknown-site"
        /// No standard of the audit has such a clause.
        case unknownProcess = "unknown-process"
        /// There is no such finding.
        case unknownFinding = "unknown-finding"
        /// It is neither a finding nor the number of an earlier one.
        case unknownFindingNumber = "unknown-finding-number"
        /// There is no such piece of evidence.
        case unknownEvidence = "unknown-evidence"
        /// There is no such slot of the plan.
        case unknownPlanSlot = "unknown-plan-slot"
        /// There is no such member.
        case unknownMember = "unknown-member"
        /// There is no such record of another kind.
        case unknownRecord = "unknown-record"
        /// It is none of the standards.
        case unknownStandard = "unknown-standard"
        /// It may be several of the standards.
        case ambiguousStandard = "ambiguous-standard"
        /// There is no such role.
        case unknownRole = "unknown-role"
        /// The standard has no such clause.
        case unknownClause = "unknown-clause"
        /// The clause has others below it, or holds no requirement.
        case notALeaf = "not-a-leaf"
        /// It does not name a clause.
        case criterion
        /// There is no such grade.
        case unknownGrade = "unknown-grade"
        /// An engagement file is wrong.
        case file
        /// An engagement file's team has no such leader, or none at all.
        case leader
    }

    /// Which refusal it is.
    public var code: Code {
        switch self {
        case .noStep: .lifeCycle
        case .intoItself: .intoItself
        case .targetDoesNotCount: .targetDoesNotCount
        case .gradesDiffer: .gradesDiffer
        case .notMerged: .notMerged
        case .noTarget: .noTarget
        case .notCited: .notCited
        case .clauseTwice: .clauseTwice
        case .findingEnded: .findingEnded
        case .unknownReference(let referent, _, _): referent.unknown
        case .repeatsItself: .repeatsItself
        case .recommendationNotAllowed: .recommendationNotAllowed
        case .unknownStandard: .unknownStandard
        case .ambiguousStandard: .ambiguousStandard
        case .unknownRole: .unknownRole
        case .unknownClause: .unknownClause
        case .notALeaf: .notALeaf
        case .malformedCriterion: .criterion
        case .unknownGrade: .unknownGrade
        case .engagementFile: .file
        case .noLeader: .leader
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
        case .unknownStandard(let name, _):
            "'\(name)' is not one of this engagement's standards"
        case .ambiguousStandard(let name, let among, _):
            "'\(name)' may be any of \(among.joined(separator: ", "))"
        case .unknownRole(let name): "'\(name)' is not a role"
        case .unknownClause(let reference):
            "\(reference.standardTitle) has no clause \(reference.clause)"
        case .notALeaf(let reference):
            reference.leavesBelow.isEmpty
                ? "\(reference.standardTitle) \(reference.clause) holds no requirement to audit against"
                : "\(reference.standardTitle) \(reference.clause) has clauses below it"
        case .malformedCriterion(let text): "'\(text)' does not name a clause"
        case .unknownGrade(let text): "'\(text)' is not a grade"
        case .engagementFile(let faults): Self.message(faults)
        case .noLeader(let name, _):
            name.map { "the file's team has no '\($0)'" } ?? "the file's team has no leader"
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
        case .unknownReference(let referent, let name, let known):
            NearNames.sentence(name, among: known, what: referent.words.string)
        case .repeatsItself:
            "Name an earlier nonconformity: another finding, or its number, such as NC-03."
        case .recommendationNotAllowed:
            "Close them first, having seen what was raised since, or recommend something else."
        case .unknownStandard(let name, let known), .ambiguousStandard(let name, _, let known):
            NearNames.hint(name, among: known) + "They are: \(known.joined(separator: ", "))."
        case .unknownRole(let name):
            Self.all(Role.allCases.map(\.rawValue), near: name, "The roles are")
        case .unknownClause(let reference): reference.nearby
        case .notALeaf(let reference):
            reference.leavesBelow.isEmpty
                ? "Cite the clause whose requirement it is."
                : "Cite one of them: \(reference.leavesBelow.joined(separator: ", "))."
        case .malformedCriterion: "Write STANDARD:CLAUSE=GRADE, such as 20000-1:9.2=minor."
        case .unknownGrade(let text):
            Self.all(
                Grade.allCases.map(\.rawValue),
                near: text,
                "The grades are, from least to most severe"
            )
        case .engagementFile:
            "Nothing was written. Correct the file; docs/concord.md describes the format."
        case .noLeader(let name?, let team):
            NearNames.sentence(name, among: team, what: "person")
        case .noLeader(nil, _):
            "Say who leads, or give a person the role \"lead auditor\" in the file."
        }
    }

    /// The single things that are wrong, where they are several; a line each.
    public var details: [String] {
        guard case .engagementFile(let faults) = self, faults.count > 1 else { return [] }
        let lines = faults.prefix(Self.faultsShown).map(\.text)
        return faults.count > lines.count
            ? lines + ["… and \(faults.count - lines.count) more"] : lines
    }

    /// So many faults are told one by one: more nobody reads, and a file may have as many as it has words.
    private static let faultsShown = 50

    private static func message(_ faults: [EngagementFile.Fault]) -> String {
        guard let first = faults.first, faults.count > 1 else {
            return "the engagement file has a fault: \(faults.first?.text ?? "")"
        }
        let place = first.path.isEmpty ? "the file itself" : first.path
        return "the engagement file has \(faults.count) faults, the first in \(place)"
    }

    private static func all(_ names: [String], near name: WireText, _ before: String) -> String {
        NearNames.hint(name.string, among: names)
            + "\(before): \(names.joined(separator: ", "))."
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

extension ClauseReference {
    /// What the standard is called.
    fileprivate var standardTitle: WireText {
        Catalogues.shipped[standard]?.shortTitle ?? standard
    }

    /// The clauses below it that findings may cite.
    fileprivate var leavesBelow: [WireText] {
        Catalogues.shipped[standard]?.auditableLeaves(under: clause).map(\.number) ?? []
    }

    /// The clauses that somebody may have meant.
    fileprivate var nearby: String {
        guard let catalogue = Catalogues.shipped[standard] else { return "" }
        let leaves = catalogue.auditableLeaves.map(\.number)
        let top = WireText(decoding: clause.utf8.prefix { $0 != UInt8(ascii: ".") })
        let below = catalogue.auditableLeaves(under: top).map(\.number)
        let near = NearNames.of(clause, among: leaves).map { WireText($0) }.filter {
            below.isEmpty || below.contains($0)
        }
        let shown = near.isEmpty ? Array((below.isEmpty ? leaves : below).prefix(12)) : near
        let titled = shown.map { number in
            catalogue[number].map { "\(number) \($0.title)" } ?? number.string
        }
        return near.isEmpty
            ? "Some of its clauses: \(titled.joined(separator: "; "))."
            : NearNames.question(titled)
    }
}
