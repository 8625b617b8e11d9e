import ConcordDiff
import ConcordEncoding
import ConcordModel

// What a refusal says to people. A command adds which of its options helps.

extension ActRefusal {
    /// What is wrong, in one sentence without a full stop.
    public var message: String {
        switch self {
        case .noStep(let finding, let from, let to, _):
            "\(finding) is in state \(from)"
                + (from == to ? " already" : " and cannot become \(to)")
        case .notWithdrawn(let finding, let state):
            "\(finding) is in state \(state), so there is no withdrawal to undo"
        case .intoItself(let finding): "\(finding) cannot be merged into itself"
        case .targetDoesNotCount(let finding, let state, _):
            "\(finding) is \(state), so nothing can be merged into it"
        case .gradesDiffer(let finding, let grade, let other, let otherGrade, let clause):
            "\(finding) has \(clause) as \(grade), \(other) as \(otherGrade)"
        case .notMerged(let finding, let state): "\(finding) is in state \(state), not merged"
        case .noTarget(let finding): "\(finding) does not say which finding it was merged into"
        case .notCited(let finding, let clause, _):
            "\(finding) does not cite \(clause)"
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
        case .noEngagementStep(let from, let to, _):
            "the engagement is \(NameWords.spaced(from)) and cannot become \(NameWords.spaced(to))"
        case .reasonMissing(let act): "\(act.words) needs a reason"
        case .severalStates(let states):
            "the findings were in different states before they were merged: "
                + states.joined(separator: ", ")
        case .unknownWord(let list, let text): "'\(text)' is not \(list.what)"
        case .membershipEnded(let name):
            "the membership of \(name) has ended, so you cannot give them a role"
        case .invitationNotOpen(let name, let status):
            "the invitation for \(name) is not open any more: \(status.words)"
        case .noRightToAdmit: "only an audit team leader decides on edits without effect"
        case .cannotBeAdmitted(let save):
            "the save \(save.write) cannot be admitted: \(save.reason.rawValue)"
        case .choice(let refusal): refusal.message
        }
    }

    /// What to do instead, in sentences.
    public var next: String {
        switch self {
        case .noStep(_, _, _, let open):
            open.isEmpty
                ? "No step leads on from that state."
                : "From there it can become \(open.asChoice)."
        case .notWithdrawn(_, let state):
            state == "draft"
                ? "It is a draft already."
                : "To give it back to its author, return it with a reason."
        case .intoItself:
            "Name the finding to keep, and the others to merge into it."
        case .targetDoesNotCount(_, _, let counting):
            counting.map { "Merge into \($0), where it counts." }
                ?? "Merge into a finding that counts."
        case .gradesDiffer(let finding, _, let other, _, _):
            "Give \(finding) and \(other) the same grade for this clause first."
        case .notMerged: "Only a merged finding can be unmerged."
        case .noTarget: "Merge it again, into a finding that counts."
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
            "Close them first (check what was raised since), or recommend something else."
        case .unknownStandard(let name, let known), .ambiguousStandard(let name, _, let known):
            NearNames.hint(name, among: known) + "They are: \(known.joined(separator: ", "))."
        case .unknownRole(let name):
            Self.all(Role.allCases.map { WireText($0.rawValue) }, near: name, "The roles are")
        case .unknownClause(let reference): reference.nearby
        case .notALeaf(let reference):
            reference.leavesBelow.isEmpty
                ? "Cite the clause whose requirement it is."
                : "Cite one of them: \(reference.leavesBelow.joined(separator: ", "))."
        case .malformedCriterion: "Write STANDARD:CLAUSE=GRADE, such as 20000-1:9.2=minor."
        case .unknownGrade(let text):
            Self.all(
                Grade.allCases.map { WireText($0.rawValue) },
                near: text,
                "The grades are, from least to most severe"
            )
        case .engagementFile:
            "Nothing was written. Correct the file; docs/concord.md describes the format."
        case .noLeader(let name?, let team):
            NearNames.sentence(name, among: team, what: "person")
        case .noLeader(nil, _):
            "Say who leads, or give a person the role \"lead auditor\" in the file."
        case .noEngagementStep(_, let to, let open):
            open.isEmpty
                ? "No step leads on from that state."
                : NearNames.hint(to, among: open) + "From there it can become \(open.asChoice)."
        case .reasonMissing: "Say why."
        case .severalStates: "Unmerge them one at a time."
        case .unknownWord(let list, let text): list.next(text)
        case .membershipEnded: "To bring them back, invite them."
        case .invitationNotOpen: "To end the membership of somebody who joined, revoke it."
        case .noRightToAdmit: "Ask your audit team leader; nothing was saved."
        case .cannotBeAdmitted: "It has to be done again, by someone with the right to it."
        case .choice(let refusal): refusal.next
        }
    }

    /// The single things that are wrong, where they are several; a line each.
    public var details: [String] {
        guard case .engagementFile(let faults) = self, faults.count > 1 else { return [] }
        let lines = faults.prefix(Self.faultsShown).map(\.text)
        return faults.count > lines.count
            ? lines + ["… and \(faults.count - lines.count) more"] : lines
    }

    /// How many faults are listed one by one: nobody reads more, and a file may have as many as it has
    /// words.
    private static let faultsShown = 50

    private static func message(_ faults: [EngagementFile.Fault]) -> String {
        guard let first = faults.first, faults.count > 1 else {
            return "the engagement file has a fault: \(faults.first?.text ?? "")"
        }
        let place = first.path.isEmpty ? "the file itself" : first.path
        return "the engagement file has \(faults.count) faults, the first in \(place)"
    }

    static func all(_ names: [WireText], near name: WireText, _ before: String) -> String {
        NearNames.hint(name, among: names) + "\(before): \(names.joined(separator: ", "))."
    }
}

extension ActRefusal.ReasonedAct {
    fileprivate var words: WireText {
        switch self {
        case .step: "this step"
        case .admission: "admitting"
        case .declining: "declining"
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
