package import ConcordEncoding
package import ConcordModel
import ConcordText

// What an answer that is closed does not answer: a criterion that nobody who closed it had seen, or not as severe as it
// is now. No rule of the merge knows of this; who reads what is open does.

/// A criterion that is not met and that no closing of an answer had seen in its current form.
package struct UnseenCriterion {
    /// The criterion's id.
    package let criterion: WireText
    /// What about it was not seen.
    package let unanswered: Unanswered
    /// The grade as it shows.
    let grade: LocatedWrite
    /// The closings that might have answered it.
    let closings: [LocatedWrite]
}

/// A finding that counts, with all that were merged into it, directly or through others.
private struct Merged {
    /// It, and then what was merged into it.
    var all: [RecordEntry]
    /// The finding into which each of the others is merged, and what is merged into each.
    var targets: [Int: Int] = [:]
    var sources: [Int: [Int]] = [:]
    /// The criteria of all of them, by clause.
    var criteria: [ClauseReference: [Part]] = [:]

    struct Part {
        let record: RecordEntry
        let finding: Int
    }
}

/// The steps that closed answers to findings that count in one, the newest first: without those that a newer one had
/// seen which answers for their findings too.
private struct Closings {
    private(set) var all: [Closing] = []
    /// Those that answer for a finding.
    private(set) var covering: [Int: [Int]] = [:]

    /// Whether a newer one speaks for this one.
    func speakFor(_ closing: Closing) -> Bool {
        (covering[closing.finding] ?? []).contains {
            all[$0].entry.seen.contains(closing.step.at)
        }
    }

    mutating func add(_ closing: Closing, answeringFor findings: [Int]) {
        for number in findings { covering[number, default: []].append(all.count) }
        all.append(closing)
    }
}

/// A step that closed an answer.
private struct Closing {
    let step: LocatedWrite
    /// What its author had seen and did.
    let entry: DiffEntry
    /// The finding that is answered.
    let finding: Int
}

/// Which criteria are open though the answers to their findings are closed.
package struct Answers: FoldPart {
    package let memory: FoldMemory

    /// The criteria of a finding that counts which are not met and which no closing of an answer, to it or to what was
    /// merged into it, had seen as severe as they are. Nothing where no answer is closed.
    ///
    /// A merge that the closing had not seen carries its clauses along: what was raised and answered elsewhere is answered.
    package func unansweredCriteria(of number: Int) throws -> [UnseenCriterion] {
        var merged = try mergedFindings(into: record(number))
        let closings = try closings(in: merged)
        if closings.all.isEmpty { return [] }
        for finding in merged.all {
            for part in try criteria(of: finding) {
                guard let reference = try reference(of: part) else { continue }
                merged.criteria[reference, default: []].append(
                    Merged.Part(record: part, finding: finding.number)
                )
            }
        }
        let steps = closings.all.map(\.step)
        var found: [UnseenCriterion] = []
        for part in try criteria(of: merged.all[0]) {
            let key = CellKey.grade(of: part.number)
            guard let shown = try evaluator.evaluate(key).shown?.stringValue,
                Grade(shown)?.isNonconformity ?? false,
                let grade = try merges.standing(at: key, seenBy: nil).first(where: {
                    $0.write.value == .string(shown)
                }), let reference = try reference(of: part),
                let unanswered = try unanswered(
                    FindingMerges.severity([grade]),
                    among: merged.criteria[reference] ?? [],
                    by: closings
                )
            else { continue }
            found.append(
                UnseenCriterion(
                    criterion: part.id,
                    unanswered: unanswered,
                    grade: grade,
                    closings: steps
                )
            )
        }
        return found
    }

    /// What about a clause, in the findings that raise it, no closing had seen; nil where one had it before it as
    /// severe as this.
    private func unanswered(
        _ severity: Int,
        among twins: [Merged.Part],
        by closings: Closings
    ) throws -> Unanswered? {
        var unanswered = Unanswered.added
        for twin in twins {
            for place in closings.covering[twin.finding] ?? [] {
                let entry = closings.all[place].entry
                guard try evaluator.presence(of: twin.record, from: entry).shown != nil else {
                    continue
                }
                let key = CellKey.grade(of: twin.record.number)
                if try FindingMerges.severity(merges.standing(at: key, seenBy: entry)) >= severity {
                    return nil
                }
                unanswered = .raised
            }
        }
        return unanswered
    }

    /// The finding in which one counts.
    package func finding(inWhichCounts number: Int) throws -> Int {
        var passed: Set<Int> = [number]
        var last = number
        while let next = try mergedTarget(of: record(last)), passed.insert(next).inserted {
            last = next
        }
        return last
    }

    private func mergedFindings(into finding: RecordEntry) throws -> Merged {
        var merged = Merged(all: [finding])
        var next = 0
        while next < merged.all.count {
            let target = merged.all[next].number
            next += 1
            for number in try merges.findings(mergedInto: target)
            where number != finding.number && merged.targets[number] == nil {
                let record = try record(number)
                guard try mergedTarget(of: record) == target else { continue }
                merged.targets[number] = target
                merged.sources[target, default: []].append(number)
                merged.all.append(record)
            }
        }
        return merged
    }

    /// The findings that counted in one with that which a closing answers, as its author had it.
    private func area(of closing: Closing, in merged: Merged) throws -> [Int] {
        var top = closing.finding
        while let target = merged.targets[top],
            try merges.edge(from: record(top), seenBy: closing.entry) == target
        {
            top = target
        }
        var area = [top]
        var next = 0
        while next < area.count {
            let target = area[next]
            next += 1
            for number in merged.sources[target] ?? []
            where try merges.edge(from: record(number), seenBy: closing.entry) == target {
                area.append(number)
            }
        }
        return area
    }

    /// The finding into which one is merged by a step that shows; nil where it counts itself.
    private func mergedTarget(of finding: RecordEntry) throws -> Int? {
        guard finding.mergedInto != nil else { return nil }
        let key = CellKey.state(of: finding.number)
        let steps = try states.steps(of: finding, at: key).standing
        guard try precedence.winner(of: steps)?.merges(finding.kind) ?? false else { return nil }
        return try merges.target(of: finding, from: nil)?.number
    }

    private func criteria(of finding: RecordEntry) throws -> [RecordEntry] {
        try records(ownedBy: finding.number).map { try record($0) }.filter { part in
            part.kind == Schema.criterion
        }.filter { try evaluator.presence(of: $0, from: nil).shown != nil }
    }

    private func reference(of part: RecordEntry) throws -> ClauseReference? {
        guard let standard = try merges.identity(KnownField.standard, of: part, seenBy: nil),
            let clause = try merges.identity(KnownField.clause, of: part, seenBy: nil)
        else { return nil }
        return ClauseReference(standard: standard, clause: clause)
    }

    /// The steps by which answers to some findings are closed.
    private func closings(in merged: Merged) throws -> Closings {
        var all: [Closing] = []
        for finding in merged.all {
            for number in try records(ownedBy: finding.number) {
                let answer = try record(number)
                guard answer.kind == Schema.action,
                    try evaluator.presence(of: answer, from: nil).shown != nil
                else { continue }
                let key = CellKey.state(of: number)
                let steps = try states.steps(of: answer, at: key).standing
                guard try precedence.winner(of: steps)?.isClosing ?? false else { continue }
                for step in steps where step.isClosing {
                    var entry = try entry(step.diff)
                    // What they wrote with it they had before them.
                    entry.seen.insert(entry.at)
                    let step = LocatedWrite(step, at: key)
                    all.append(Closing(step: step, entry: entry, finding: finding.number))
                }
            }
        }
        var closings = Closings()
        for closing in try all.sorted(by: {
            try precedence.isOlder($1.step.write, than: $0.step.write)
        })
        where !closings.speakFor(closing) {
            closings.add(closing, answeringFor: try area(of: closing, in: merged))
        }
        return closings
    }
}

// MARK: The inbox.

extension Answers {
    /// The items for `member` about a finding that counts: what of it does not count as answered by what they
    /// closed, and who raised it.
    package func unanswered(
        in number: Int,
        toldTo member: WireText
    ) throws -> [InboxItem] {
        let criteria = try unansweredCriteria(of: number)
        guard
            let closing = criteria.first?.closings.first(where: { inboxes.isOf(member, $0.write) })
        else { return [] }
        let evaluation = try evaluator.evaluate(closing.key)
        let because = try accounts.because(evaluation, at: closing.key)
        let mine = try accounts.account(of: closing.write, at: closing.key)
        return try criteria.filter { !inboxes.isOf(member, $0.grade.write) }.map { criterion in
            InboxItem(
                kind: .unanswered,
                mine: mine,
                by: try accounts.account(of: criterion.grade.write, at: criterion.grade.key),
                shown: evaluation.shown,
                because: because,
                conflict: evaluation.conflict?.kind,
                contested: evaluation.conflict?.path
            )
        }
    }
}

extension CellWrite {
    /// Whether it is a step that closes an answer.
    fileprivate var isClosing: Bool {
        effect == .effective && (value?.stringValue.map(Schema.closedAnswers.contains) ?? false)
    }
}
