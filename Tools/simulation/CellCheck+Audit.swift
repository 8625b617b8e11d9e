import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage

// What counts stays counted, in the language of the audit. Of everything that somebody raised - a
// finding, a clause that it cites, its grade, a piece of evidence - it is asked whether it counts; if
// not, somebody must have ended it who had seen it: taken it out, withdrawn or hidden its finding, or
// merged the finding into another one, in which it then has to count instead. What was ended by somebody
// who had not seen it counts, until a person decides. What did not count for its own author when they
// saved it, and kept it all the same, was not raised before somebody admitted it: anyone who ended its
// finding was shown none of it. From its admission on it is raised like everything else.

extension CellCheck {
    /// Something that was raised and neither counts nor was rightly ended.
    func countingProblem() -> String? {
        for record in records where record.kind == Schema.finding.name {
            if let problem = uncounted(record.record) { return problem }
        }
        for (path, cell) in cells where path.kind == Schema.checklistItem.name {
            guard path.field == "answer" else { continue }
            if let problem = answerProblem(cell) { return problem }
        }
        return nil
    }

    private func uncounted(_ finding: WireText) -> String? {
        let presence = CellPath(kind: Schema.finding.name, record: finding)
        for add in raisings(of: presence) {
            let raised = Raised(finding: finding, by: add)
            if let problem = problem(raised) { return "\(presence): \(problem)" }
        }
        for record in owned[presence] ?? [] where record.kind == Schema.criterion.name {
            for add in adds(at: record) {
                let raised = Raised(finding: finding, criterion: record.record, by: add)
                if let problem = problem(raised) { return "\(record): \(problem)" }
            }
            var path = record
            path.field = "grade"
            for grade in cells[path]?.survivors ?? [] where isRaised(grade, at: path) {
                guard let value = grade.value?.stringValue else { continue }
                var raised = Raised(finding: finding, criterion: record.record, by: grade)
                raised.grade = Grade(value)
                if let problem = problem(raised) { return "\(path): \(problem)" }
            }
        }
        for (path, cell) in cells where path.record == finding && path.field == "evidence" {
            guard path.kind == Schema.finding.name, let member = path.member else { continue }
            for add in cell.effective where add.value == true && isRaised(add, at: path) {
                let raised = Raised(finding: finding, evidence: member, by: add)
                if let problem = problem(raised) { return "\(path): \(problem)" }
            }
        }
        return confirmationProblem(of: presence) ?? mergedProblem(of: presence)
    }

    /// What somebody raised.
    private struct Raised {
        var finding: WireText
        /// The criterion's record id; nil for the finding as a whole.
        var criterion: WireText?
        var grade: Grade?
        var evidence: WireText?
        /// Whose write raised it.
        let by: HistoryEntry

        var isWhole: Bool { criterion == nil && evidence == nil }

        init(
            finding: WireText,
            criterion: WireText? = nil,
            evidence: WireText? = nil,
            by write: HistoryEntry
        ) {
            self.finding = finding
            self.criterion = criterion
            self.evidence = evidence
            by = write
        }
    }

    /// The `add`s by which somebody raised a finding: not of those who knew that it was ended, and brought
    /// back what it was.
    private func raisings(of finding: CellPath) -> [HistoryEntry] {
        let endings = stateWrites(of: finding).filter { write in
            write.standing == .surviving
                && write.value?.stringValue.map(LifeCycle.finding.ends) ?? false
        }
        return adds(at: finding).filter { add in
            !endings.contains { registry.has(add.said, seen: $0.diff) }
        }
    }

    private func adds(at record: CellPath) -> [HistoryEntry] {
        (cells[record]?.effective ?? []).filter { $0.value != nil && isRaised($0, at: record) }
    }

    private func isRaised(_ write: HistoryEntry, at path: CellPath) -> Bool {
        write.effect == .effective
            && (write.admission != nil || !registry.isKeptVoid(write.diff, at: path))
    }

    /// Why something that was raised has gone though nobody ended it rightly.
    private func problem(_ raised: Raised) -> String? {
        let path = CellPath(kind: Schema.finding.name, record: raised.finding)
        if hasRemoval(of: path, thatSaw: raised.by) { return nil }
        if let criterion = raised.criterion {
            let path = CellPath(kind: Schema.criterion.name, record: criterion)
            if hasRemoval(of: path, thatSaw: raised.by) { return nil }
        }
        if let evidence = raised.evidence {
            let member = CellPath(
                kind: path.kind,
                record: path.record,
                field: "evidence",
                member: evidence
            )
            let item = CellPath(kind: Schema.evidence.name, record: evidence)
            if hasRemoval(of: member, thatSaw: raised.by) { return nil }
            if isTakenOut(raised.by, from: member) { return nil }
            if hasRemoval(of: item, thatSaw: raised.by) { return nil }
        }
        let endings = stateWrites(of: path).filter {
            $0.standing == .surviving
                && ($0.diff == raised.by.diff || registry.has($0.diff, seen: raised.by.said))
        }
        if endings.contains(where: { $0.value == "withdrawn" }) { return nil }
        let merges = endings.filter { $0.value == "merged" }
        // A merge that waits carries nothing: the finding counts itself.
        if !merges.isEmpty, shownState(of: path) == "merged" {
            // Whoever takes something out of the target that one of them carried there knows what it stands for.
            let losses = merges.map { lost(raised, by: $0) }
            return losses.allSatisfy { $0 != nil } ? losses.first ?? nil : nil
        }
        return doesNotCount(raised).map { "\($0), raised by \(raised.by.write)" }
    }

    /// Why what was raised has gone through a merge that had seen it: the merge has to have written it
    /// into the finding that stays.
    private func lost(_ raised: Raised, by merge: HistoryEntry) -> String? {
        let source = CellPath(
            kind: Schema.finding.name,
            record: raised.finding,
            field: "duplicateOf"
        )
        guard
            let target = cells[source]?.effective.first(where: { $0.diff == merge.diff })?.value?
                .stringValue
        else { return nil }
        var carried = Raised(finding: target, by: merge)
        if let criterion = raised.criterion {
            guard let id = counterpart(of: criterion, in: target) else { return nil }
            carried.criterion = id
            carried.grade = raised.grade
        }
        carried.evidence = raised.evidence
        return problem(carried).map { "merged by \(merge.write) into \(target): \($0)" }
    }

    /// What was raised in a finding that shows as merged, in the finding into which that is.
    private func carried(_ raised: Raised) -> Raised? {
        let source = CellPath(
            kind: Schema.finding.name,
            record: raised.finding,
            field: "duplicateOf"
        )
        guard let target = cells[source]?.shown?.stringValue else { return nil }
        var carried = raised
        carried.finding = target
        if let criterion = raised.criterion {
            guard let id = counterpart(of: criterion, in: target) else { return nil }
            carried.criterion = id
        }
        return carried
    }

    /// - Parameter passed: the merged findings through which it came.
    private func doesNotCount(_ raised: Raised, through passed: Set<WireText> = []) -> String? {
        let path = CellPath(kind: Schema.finding.name, record: raised.finding)
        guard isPresent(path) else { return "the finding \(raised.finding) is hidden" }
        if let state = shownState(of: path), LifeCycle.finding.ends(state) {
            // A finding as a whole counts through as many merges as there are, which lead to one that
            // counts: `mergeProblem`. What was said in it has to be where it went, whatever who merged it
            // had seen: else the merge would wait.
            if state == "merged", raised.isWhole { return nil }
            if state == "merged", !passed.contains(raised.finding), let carried = carried(raised) {
                return doesNotCount(carried, through: passed.union([raised.finding]))
            }
            return "the finding \(raised.finding) is \(state)"
        }
        if let criterion = raised.criterion {
            let path = CellPath(kind: Schema.criterion.name, record: criterion)
            guard isPresent(path) else { return "the criterion is hidden" }
            if let grade = raised.grade, !isGradedAnew(path, since: raised.by),
                let problem = outranked(grade, of: path)
            {
                return problem
            }
        }
        if let evidence = raised.evidence {
            let member = CellPath(
                kind: path.kind,
                record: path.record,
                field: "evidence",
                member: evidence
            )
            guard cells[member]?.shown != nil else { return "the evidence is out" }
            let item = CellPath(kind: Schema.evidence.name, record: evidence)
            if cells[item] != nil, !adds(at: item).isEmpty, !isPresent(item) {
                return "the evidence is hidden"
            }
        }
        return nil
    }

    /// Whether somebody who had seen the grade that a diff gave gave another one, or took it back.
    private func isGradedAnew(_ criterion: CellPath, since raised: HistoryEntry) -> Bool {
        var path = criterion
        path.field = "grade"
        let given = cells[path]?.effective.first { $0.diff == raised.diff }
        return given?.standing == .replaced
    }

    /// A grade that nobody replaced is shown, or a more severe one is.
    private func outranked(_ grade: Grade, of criterion: CellPath) -> String? {
        var path = criterion
        path.field = "grade"
        let shown = cells[path]?.shown?.stringValue.flatMap { Grade($0) }
        guard let shown, shown >= grade else {
            return "\(grade.rawValue) counts as \(shown?.rawValue ?? "nothing")"
        }
        return nil
    }

    private func hasRemoval(of path: CellPath, thatSaw raised: HistoryEntry) -> Bool {
        cells[path]?.effective.contains {
            $0.value == nil
                && ($0.diff == raised.diff || registry.has($0.diff, seen: raised.said))
        } ?? false
    }

    /// Whether a piece of evidence was taken out by a write that replaces the one that put it in: its author's
    /// own later one, or one that names it. They knew of it, also where it was admitted only afterwards.
    private func isTakenOut(_ raised: HistoryEntry, from member: CellPath) -> Bool {
        cells[member]?.effective.contains {
            $0.value == nil && replaces($0, raised, isControl: false)
        } ?? false
    }

    private func stateWrites(of finding: CellPath) -> [HistoryEntry] {
        cells[statePath(of: finding)]?.effective ?? []
    }

    private func statePath(of finding: CellPath) -> CellPath {
        CellPath(kind: finding.kind, record: finding.record, field: "state")
    }

    func shownState(of finding: CellPath) -> WireText? {
        cells[statePath(of: finding)]?.shown?.stringValue
    }

    // MARK: Confirmations and answers.

    /// What is confirmed was seen as it is by anyone who confirmed it, and by anyone who changed
    /// it.
    private func confirmationProblem(of finding: CellPath) -> String? {
        guard isPresent(finding), shownState(of: finding) == "confirmed" else { return nil }
        for cell in judged(finding) {
            for write in cell.effective where write.effect == .effective {
                if isUnseen(write, byConfirmationsOf: finding) {
                    return "\(finding): confirmed, and \(write.write) changed \(cell.path) unseen"
                }
            }
        }
        return nil
    }

    /// Whether each confirmation that could show waits for a write. What waits, as endings do that the conflict
    /// lists, replaces nothing: what nothing else replaces is back.
    private func isUnseen(
        _ write: HistoryEntry,
        byConfirmationsOf finding: CellPath
    ) -> Bool {
        let steps = stateWrites(of: finding)
        let listed = Set(conflicts[statePath(of: finding)]?.candidates.map(\.write) ?? [])
        var waiting = Set(
            steps.filter { step in
                listed.contains(step.write)
                    && step.value?.stringValue.map(LifeCycle.finding.ends) ?? false
            }.map(\.diff)
        )
        var isAnyHeld = false
        while true {
            let standing = steps.filter { step in
                step.value == "confirmed" && !waiting.contains(step.diff)
                    && steps.allSatisfy {
                        waiting.contains($0.diff) || !replaces($0, step, isControl: false)
                    }
            }
            if standing.isEmpty { return isAnyHeld }
            let held = standing.filter {
                registry.areConcurrent($0.diff, write.diff)
                    || registry.areConcurrent($0.diff, write.said)
            }
            if held.count < standing.count { return false }
            waiting.formUnion(held.map(\.diff))
            isAnyHeld = true
        }
    }

    /// What a confirmation is about: what is said in the finding, evidence that is taken out, its criteria and
    /// what they say.
    private func judged(_ finding: CellPath) -> [CheckedCell] {
        var paths: [CellPath] = []
        for field in Schema.confirmedFields {
            var path = finding
            path.field = field
            paths.append(path)
        }
        for criterion in owned[finding] ?? [] where criterion.kind == Schema.criterion.name {
            paths.append(criterion)
            for field in Schema.confirmedOfCriteria {
                var path = criterion
                path.field = field
                paths.append(path)
            }
        }
        return paths.compactMap { cells[$0] }
    }

    /// Two people who decide one thing differently at the same time hear of it: of a role, and of a text,
    /// a conflict names both, until somebody who had seen both decides.
    func decisionProblem() -> String? {
        for (path, cell) in cells where path.kind == Schema.member.name && path.field == "role" {
            let last = cell.survivors.filter { $0.value == cell.shown }
            let apart = cell.survivors.filter { write in
                write.value != cell.shown
                    && last.allSatisfy { registry.areConcurrent($0.diff, write.diff) }
            }
            guard !last.isEmpty, let write = apart.first else { continue }
            let told = Set(conflicts[path]?.candidates.map(\.write) ?? [])
            if !told.contains(write.write) {
                return "\(path): \(write.write) was overtaken, and nobody is told"
            }
        }
        for (path, cell) in cells
        where Schema.kind(path.kind)?.field(path.field ?? "")?.rule == .text {
            if let problem = settledApart(cell, at: path) { return problem }
        }
        return nil
    }

    /// A decision over a text that another one contradicts, though neither had seen the other and nobody both.
    private func settledApart(_ cell: CheckedCell, at path: CellPath) -> String? {
        let deciding = cell.effective.filter { $0.effect == .effective && $0.over.count > 1 }
        let told = Set(conflicts[path]?.candidates.map(\.write) ?? [])
        for (index, one) in deciding.enumerated() {
            for other in deciding[..<index] where registry.areConcurrent(one.diff, other.diff) {
                guard !Set(one.over).isDisjoint(with: other.over), one.value != other.value,
                    !cell.effective.contains(where: {
                        registry.has($0.diff, seen: one.diff)
                            && registry.has($0.diff, seen: other.diff)
                    })
                else { continue }
                if !told.isSuperset(of: [one.write, other.write]) {
                    return "\(path): \(one.write) and \(other.write) settled it differently"
                }
            }
        }
        return nil
    }

    /// Of answers that nobody replaced the most severe one counts.
    private func answerProblem(_ cell: CheckedCell) -> String? {
        let item = CellPath(kind: cell.path.kind, record: cell.path.record)
        for answer in cell.survivors where answer.effect == .effective {
            guard let given = answer.value?.stringValue,
                let rank = ChecklistAnswer.rank(of: given),
                !hasRemoval(of: item, thatSaw: answer)
            else { continue }
            guard isPresent(item) else { return "\(cell.path): the question is hidden" }
            let shown = cell.shown?.stringValue.flatMap(ChecklistAnswer.rank(of:))
            if shown.map({ $0 < rank }) ?? true {
                return "\(cell.path): the answer \(given) does not count"
            }
        }
        return nil
    }
}

extension ChecklistAnswer {
    fileprivate static func rank(of answer: WireText) -> Int? {
        ChecklistAnswer(answer).flatMap { allCases.firstIndex(of: $0) }
    }
}

extension HistoryEntry {
    /// The diff from which on it counts: its own, or the one that admits it.
    var said: DiffID { admission ?? diff }
}
