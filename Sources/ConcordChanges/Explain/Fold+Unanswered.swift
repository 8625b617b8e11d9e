package import ConcordEncoding
package import ConcordModel

// What an answer that is closed does not answer: a criterion that nobody who closed it had seen, or not as severe as it
// is now. No rule of the merge knows of this; who reads what is open does.

/// A criterion that is not met and that no closing of an answer had seen as it stands.
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

/// A finding with all that were merged into it.
private struct Merged {
    let finding: RecordEntry
    /// It, and what was merged into it, directly or through others.
    let all: [RecordEntry]
    /// The criteria of all of them, by clause.
    var criteria: [ClauseReference: [Part]] = [:]

    struct Part {
        let record: RecordEntry
        let finding: RecordEntry
    }
}

/// A step that closed an answer, with what its author had seen and did.
private struct Closing {
    let step: LocatedWrite
    let entry: DiffEntry
    /// The finding that is answered.
    let finding: RecordEntry
    /// For each finding that was asked after, the one in which it counted for the author.
    var ends: [Int: Int] = [:]
}

extension Fold {
    /// The criteria of a finding that counts which are not met and which no closing of an answer, to it or to what was
    /// merged into it, had seen as severe as they are. Nothing where no answer is closed.
    ///
    /// A merge that the closing had not seen carries its clauses along: what was raised and answered elsewhere is answered.
    package mutating func unansweredCriteria(of number: Int) throws -> [UnseenCriterion] {
        var merged = try mergedFindings(into: record(number))
        var closings = try closings(in: merged.all)
        if closings.isEmpty { return [] }
        for finding in merged.all {
            for part in try criteria(of: finding) {
                guard let reference = try reference(of: part) else { continue }
                merged.criteria[reference, default: []].append(
                    Merged.Part(record: part, finding: finding)
                )
            }
        }
        var found: [UnseenCriterion] = []
        for part in try criteria(of: merged.finding) {
            let key = CellKey(record: part.number, field: "grade")
            guard let shown = try evaluate(key).shown?.stringValue,
                Grade(shown)?.isNonconformity ?? false,
                let grade = try standing(at: key, seenBy: nil).first(where: {
                    $0.write.value == .string(shown)
                }), let reference = try reference(of: part)
            else { continue }
            let twins = merged.criteria[reference] ?? []
            var unanswered: Unanswered? = .added
            for index in closings.indices where unanswered != nil {
                switch try severity(of: twins, for: &closings[index]) {
                case nil: continue
                case let seen? where seen >= Self.severity([grade]): unanswered = nil
                case _?: unanswered = .raised
                }
            }
            guard let unanswered else { continue }
            found.append(
                UnseenCriterion(
                    criterion: part.id,
                    unanswered: unanswered,
                    grade: grade,
                    closings: closings.map(\.step)
                )
            )
        }
        return found
    }

    /// The finding in which one counts.
    package mutating func finding(inWhichCounts number: Int) throws -> Int {
        var passed: Set<Int> = [number]
        var last = number
        while let next = try mergedTarget(of: record(last)), passed.insert(next).inserted {
            last = next
        }
        return last
    }

    /// How severe the author of a closing had one of these criteria before them; nil where they had none of them.
    private mutating func severity(
        of twins: [Merged.Part],
        for closing: inout Closing
    ) throws -> Int? {
        var seen: Int?
        for twin in twins {
            guard
                try end(of: twin.finding, for: &closing) == end(of: closing.finding, for: &closing),
                try presence(of: twin.record, from: closing.entry).shown != nil
            else { continue }
            let key = CellKey(record: twin.record.number, field: "grade")
            let grade = Self.severity(try standing(at: key, seenBy: closing.entry))
            seen = max(seen ?? grade, grade)
        }
        return seen
    }

    /// The finding in which one counted for the author of a closing, merges that waited among them.
    private mutating func end(of finding: RecordEntry, for closing: inout Closing) throws -> Int {
        var passed: [Int] = []
        var last = finding.number
        while closing.ends[last] == nil, !passed.contains(last) {
            passed.append(last)
            let record = try record(last)
            // What nobody merged is merged for nobody.
            guard record.mergedInto != nil,
                let next = try edge(from: record, seenBy: closing.entry)
            else { break }
            last = next
        }
        let end = closing.ends[last] ?? last
        for number in passed { closing.ends[number] = end }
        return end
    }

    private mutating func mergedFindings(into finding: RecordEntry) throws -> Merged {
        var all = [finding]
        var passed: Set<Int> = [finding.number]
        var next = 0
        while next < all.count {
            let target = all[next].number
            next += 1
            for number in try findings(mergedInto: target) where !passed.contains(number) {
                let record = try record(number)
                guard try mergedTarget(of: record) == target else { continue }
                passed.insert(number)
                all.append(record)
            }
        }
        return Merged(finding: finding, all: all)
    }

    /// The finding into which one is merged by a step that shows; nil where it counts itself.
    private mutating func mergedTarget(of finding: RecordEntry) throws -> Int? {
        guard finding.mergedInto != nil else { return nil }
        let key = CellKey(record: finding.number, field: "state")
        let steps = try steps(of: finding, at: key).standing
        guard try winner(of: steps)?.merges(finding.kind) ?? false else { return nil }
        return try target(of: finding, from: nil)?.number
    }

    private mutating func criteria(of finding: RecordEntry) throws -> [RecordEntry] {
        try records(ownedBy: finding.number).map { try record($0) }.filter { part in
            part.kind == Schema.criterion
        }.filter { try presence(of: $0, from: nil).shown != nil }
    }

    private mutating func reference(of part: RecordEntry) throws -> ClauseReference? {
        guard let standard = try identity("standard", of: part, seenBy: nil),
            let clause = try identity("clause", of: part, seenBy: nil)
        else { return nil }
        return ClauseReference(standard: standard, clause: clause)
    }

    /// The steps by which answers to some findings are closed, the newest first.
    private mutating func closings(in findings: [RecordEntry]) throws -> [Closing] {
        var closings: [Closing] = []
        for finding in findings {
            for number in try records(ownedBy: finding.number) {
                let answer = try record(number)
                guard answer.kind == Schema.action,
                    try presence(of: answer, from: nil).shown != nil
                else { continue }
                let key = CellKey(record: number, field: "state")
                let steps = try steps(of: answer, at: key).standing
                guard try winner(of: steps)?.isClosing ?? false else { continue }
                for step in steps where step.isClosing {
                    var entry = try entry(step.diff)
                    // What they wrote with it they had before them.
                    entry.seen.insert(entry.at)
                    closings.append(
                        Closing(step: LocatedWrite(step, at: key), entry: entry, finding: finding)
                    )
                }
            }
        }
        return try closings.sorted { try isOlder($1.step.write, than: $0.step.write) }
    }
}

// MARK: The inbox.

extension Fold {
    /// What `member` is told of a finding that counts: what of it does not count as answered by what they closed, and
    /// who raised it.
    package mutating func unanswered(
        in number: Int,
        toldTo member: WireText
    ) throws -> [InboxItem] {
        var items: [InboxItem] = []
        for criterion in try unansweredCriteria(of: number)
        where !isOf(member, criterion.grade.write) {
            for closing in criterion.closings where isOf(member, closing.write) {
                let evaluation = try evaluate(closing.key)
                items.append(
                    InboxItem(
                        kind: .unanswered,
                        mine: try account(of: closing.write, at: closing.key),
                        by: try account(of: criterion.grade.write, at: criterion.grade.key),
                        shown: evaluation.shown,
                        because: try because(evaluation, at: closing.key),
                        conflict: evaluation.conflict?.kind,
                        contested: evaluation.conflict?.path
                    )
                )
            }
        }
        return items
    }
}

extension CellWrite {
    /// Whether it is a step that closes an answer.
    fileprivate var isClosing: Bool {
        effect == .effective && (value?.stringValue.map(Schema.closedAnswers.contains) ?? false)
    }
}
