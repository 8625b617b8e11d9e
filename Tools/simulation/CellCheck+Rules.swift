import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage

extension CellCheck {
    // MARK: Which writes survive.

    /// A write is replaced exactly if an effective write names it, or, in a text, had seen it.
    func standingProblem(_ cell: CheckedCell) -> String? {
        let rule = rule(of: cell.path)
        if rule == .once { return onceProblem(cell) }
        // That a void write is nowhere shown is checked where its row is read.
        for write in cell.writes where write.effect.counts {
            let isReplaced = cell.effective.contains { other in
                if isText(cell) { return registry.has(other.diff, seen: write.diff) }
                return replaces(other, write, isControl: rule == .control)
            }
            if isReplaced != (write.standing == .replaced) {
                return "\(write.write) \(isReplaced ? "is replaced and stands" : "is gone")"
            }
        }
        return nil
    }

    /// A write replaces what it names, and what its author wrote before it in his chain; a proposal
    /// replaces proposals alone.
    func replaces(
        _ write: HistoryEntry,
        _ old: HistoryEntry,
        isControl: Bool
    ) -> Bool {
        if !isControl {
            if write.effect == .proposal, old.effect != .proposal { return false }
            if registry.isInChain(old.diff, before: write.diff) { return true }
        }
        return write.over.contains { registry.named($0, by: write.diff).contains(old.diff) }
    }

    /// Of what is written once the first that has a place in the log, or comes first behind it.
    private func onceProblem(_ cell: CheckedCell) -> String? {
        let claims = cell.writes.filter { $0.effect.counts || $0.effect == .void(.once) }
        guard let first = claims.min(by: isPlaced(_:before:)) else { return nil }
        for write in claims where write.effect.counts != (write.value == first.value) {
            return "\(write.write) is not as the first, or void though it is"
        }
        return cell.shown == first.value || !isPresent(cell.path) ? nil : "does not show the first"
    }

    func isPlaced(_ left: HistoryEntry, before right: HistoryEntry) -> Bool {
        switch (left.position, right.position) {
        case (let left?, let right?): return left < right
        case (_?, nil): return true
        case (nil, _?): return false
        case (nil, nil): break
        }
        let depths = (depth(left), depth(right))
        if depths.0 != depths.1 { return depths.0 < depths.1 }
        return (left.write.author, left.diff) < (right.write.author, right.diff)
    }

    func isText(_ cell: CheckedCell) -> Bool {
        guard cell.path.member == nil, cell.path.field != nil else { return false }
        if let rule = rule(of: cell.path) { return rule == .text }
        return cell.effective.contains { write in
            registry[write.diff]?.diff.body.operations.contains { operation in
                guard operation.path == cell.path, case .splice = operation.action else {
                    return false
                }
                return true
            } ?? false
        }
    }

    private func depth(_ write: HistoryEntry) -> Int { registry[write.diff]?.depth ?? 0 }

    private func isOlder(_ left: HistoryEntry, _ right: HistoryEntry) -> Bool {
        (depth(left), left.write.author, left.diff) < (depth(right), right.write.author, right.diff)
    }

    // MARK: What is shown.

    func shownProblem(_ cell: CheckedCell) -> String? {
        guard isPresent(cell.path), cell.path.field != nil else { return nil }
        if isText(cell) { return textProblem(cell) }
        // A set is made of its members: what was written to it as a whole is void.
        if rule(of: cell.path) == .set, cell.path.member == nil { return nil }
        if cell.path.member != nil { return memberProblem(cell) }
        switch rule(of: cell.path) {
        case .once, .text: return nil
        case .control: return controlProblem(cell)
        case .state(let cycle): return stateProblem(cell, cycle)
        case .ask: return registerProblem(cell, asks: true)
        case .mostSevere(let order):
            return registerProblem(cell, asks: true) { value in
                value?.stringValue.flatMap(order.firstIndex(of:)) ?? -1
            }
        case .newest, .set, nil: return registerProblem(cell, asks: false)
        }
    }

    func decided(_ writes: [HistoryEntry]) -> [HistoryEntry] {
        let decided = writes.filter { $0.effect == .effective }
        return decided.isEmpty ? writes : decided
    }

    private func registerProblem(
        _ cell: CheckedCell,
        asks: Bool,
        severity: (JSON?) -> Int = { _ in 0 }
    ) -> String? {
        let winner = decided(cell.survivors).max { left, right in
            let severities = (severity(left.value), severity(right.value))
            return severities.0 == severities.1
                ? isOlder(left, right) : severities.0 < severities.1
        }
        // Members of a field that this version does not know are in its object.
        let hasMembers = rule(of: cell.path) == nil
        // A grade that is only proposed on a confirmed finding is in conflict instead of shown.
        let isGrade = if case .mostSevere = rule(of: cell.path) { true } else { false }
        let mayBeHidden =
            isGrade && conflicts[cell.path] != nil
            && cell.survivors.allSatisfy { $0.effect == .proposal }
            && (cell.shown == nil || cell.survivors.contains { $0.value == cell.shown })
        if winner?.value != cell.shown, !hasMembers, !mayBeHidden {
            return "shows another value than the rule says"
        }
        let isDisputed = asks || cell.survivors.contains { $0.effect == .proposal }
        let differ = Set(cell.survivors.map(\.value)).count > 1
        if !differ, isProposed(cell) { return nil }
        return conflictProblem(cell, isExpected: isDisputed && differ, .values, cell.survivors)
    }

    private func conflictProblem(
        _ cell: CheckedCell,
        isExpected: Bool,
        _ kind: ConflictKind,
        _ candidates: [HistoryEntry]
    ) -> String? {
        guard let conflict = conflicts[cell.path] else {
            return isExpected ? "a conflict is not told" : nil
        }
        guard isExpected, conflict.kind == kind else { return "a conflict where there is none" }
        let listed = conflict.candidates.map(\.write).sorted()
        return listed == candidates.map(\.write).sorted() ? nil : "not every candidate is listed"
    }

    private func memberProblem(_ cell: CheckedCell) -> String? {
        let adds = cell.survivors.filter { $0.value != nil }
        let newest = decided(cell.survivors).filter { $0.value != nil }.max(by: isOlder)
        if newest?.value != cell.shown { return "the member is shown wrongly" }
        let isMixed = !adds.isEmpty && adds.count < cell.survivors.count
        if !isMixed, isProposed(cell) { return nil }
        return conflictProblem(cell, isExpected: isMixed, .removedEdited, cell.survivors)
    }

    /// Whether only proposals stand in a cell, which are a conflict where they ask for a change of what is
    /// confirmed.
    private func isProposed(_ cell: CheckedCell) -> Bool {
        ["finding", "criterion"].contains(cell.path.kind)
            && cell.survivors.allSatisfy { $0.effect == .proposal }
            && conflicts[cell.path]?.kind ?? .values == .values
    }

    private func controlProblem(_ cell: CheckedCell) -> String? {
        let last = cell.survivors.max(by: isPlaced(_:before:))
        return last?.value == cell.shown ? nil : "does not show the last"
    }

    // MARK: Texts.

    /// Words that are like no other: each stands in the text, unless somebody who had seen it, or its
    /// author, deleted something.
    private func textProblem(_ cell: CheckedCell) -> String? {
        let effective = cell.effective.filter { $0.effect == .effective }
        let text = cell.shown?.stringValue?.string
        if !effective.isEmpty, text == nil { return "a text is not shown" }
        for write in effective where !isMadeByHand(cell) {
            guard let splices = write.value?.arrayValue else { continue }
            let deletes = effective.contains { other in
                (other.diff == write.diff || registry.has(other.diff, seen: write.diff))
                    && other.value?.arrayValue?.contains { $0.arrayValue?[1] != 0 } == true
            }
            if deletes { continue }
            for splice in splices {
                for word in splice.arrayValue?[2].stringValue?.string.split(separator: " ") ?? [] {
                    guard word.hasPrefix("w"), text?.contains(word) != true else { continue }
                    return "the word \(word) of \(write.write) is lost"
                }
            }
        }
        return proposalProblem(cell, isDecided: !effective.isEmpty)
    }

    /// Splices made by hand may divide a word, or count on a text that never was.
    private func isMadeByHand(_ cell: CheckedCell) -> Bool {
        cell.writes.contains { write in
            guard let diff = registry[write.diff]?.diff else { return false }
            return !diff.head.without.isEmpty
                || diff.body.operations.contains { operation in
                    guard operation.path == cell.path,
                        case .splice(_, _, let insert) = operation.action
                    else { return false }
                    return Self.marks.contains(insert)
                }
        }
    }

    /// What hostile splices insert.
    static let marks: [WireText] = ["by hand ", "zz"]

    /// A proposal for a text that others wrote is a candidate until somebody who had seen it names it.
    private func proposalProblem(_ cell: CheckedCell, isDecided: Bool) -> String? {
        guard isDecided else { return nil }
        for proposal in cell.effective where proposal.effect == .proposal {
            let isNamed = cell.effective.contains { other in
                other.effect == .effective
                    && other.over.contains {
                        registry.named($0, by: other.diff).contains(proposal.diff)
                    }
            }
            let isListed = conflicts[cell.path]?.candidates.contains { $0.write == proposal.write }
            if !isNamed, isListed != true { return "the proposal \(proposal.write) is lost" }
        }
        return nil
    }
}
