import ConcordDiff
import ConcordEncoding
import ConcordModel

/// The steps of one record's state.
struct ObviousSteps {
    var standing: [ObviousWrite]
    /// What those propose who own the record in part.
    var asked: [ObviousWrite] = []
    var winner: ObviousWrite?
    var endings: [ObviousWrite] = []
    var confirmations: [ObviousWrite] = []
    var merges: [ObviousWrite] = []
}

extension ObviousFold {
    /// Which steps stand and which wait, for everybody or for who had seen what `diff` had.
    ///
    /// - Parameters:
    ///   - followsMerges: whether a merge waits where its target does not count.
    ///   - leavesMergesOut: whether it waits wherever it leads.
    func steps(
        _ record: CellPath,
        seenBy diff: VerifiedDiff? = nil,
        followsMerges: Bool = true,
        leavesMergesOut: Bool = false
    ) -> ObviousSteps {
        var rest = writes(record.kind, record.record, "state").filter { isSeen($0, by: diff) }
        let others = besides(record, seenBy: diff)
        var steps = ObviousSteps(standing: [])
        while true {
            steps.asked = survivors(of: rest).filter { $0.isProposal && $0.contests }
            steps.standing = survivors(of: rest).filter { !($0.isProposal && $0.contests) }
            let endings = steps.standing.filter { ending in
                ending.ends && others.contains { holdsUp($0, ending) }
            }
            let confirmations = steps.standing.filter { step in
                confirms(step, record.kind)
                    && (others.contains { holdsUp($0, confirmation: step) }
                        || !evidenceWrites(beside: step, seenBy: diff).isEmpty)
            }
            var merges: [ObviousWrite] = []
            steps.winner = decided(steps.standing).max { left, right in
                left.rank == right.rank ? isOlder(left, right) : left.rank < right.rank
            }
            if endings.isEmpty, confirmations.isEmpty, followsMerges,
                record.kind == "finding", steps.winner?.value == "merged"
            {
                let standing = steps.standing.filter { $0.value == "merged" }
                if leavesMergesOut || waitsForTarget(record, seenBy: diff) { merges = standing }
            }
            let waiting = endings + confirmations + merges
            if waiting.isEmpty { return steps }
            steps.endings += endings
            steps.confirmations += confirmations
            steps.merges += merges
            rest = rest.filter { write in !waiting.contains { $0 === write } }
            while let ending = overruledEnding(among: rest, by: steps.merges) {
                rest = rest.filter { $0 !== ending }
            }
        }
    }

    /// An ending that would stand again since a merge waits which had replaced it.
    private func overruledEnding(
        among rest: [ObviousWrite],
        by merges: [ObviousWrite]
    ) -> ObviousWrite? {
        survivors(of: rest).first { step in
            step.ends && step.value != "merged" && !(step.isProposal && step.contests)
                && merges.contains { survivors(of: [step, $0]).allSatisfy { $0 !== step } }
        }
    }

    /// What may hold up the steps of a record.
    func besides(_ record: CellPath, seenBy diff: VerifiedDiff?) -> [ObviousWrite] {
        treeWrites(record.kind, record.record, seenBy: diff)
            + citations(of: record, seenBy: diff).filter { $0.cell.field == "duplicateOf" }
    }

    func holdsUp(_ other: ObviousWrite, _ ending: ObviousWrite) -> Bool {
        if says(other, beside: ending) {
            return other.id != ending.id && !has(ending.diff, heard: other)
        }
        if other.cell == ending.cell, other.value == ending.value { return false }
        if ending.cell.kind == "finding", ending.value == "merged",
            other.cell.record == ending.cell.record, other.cell.field == "duplicateOf",
            takes("merged", of: other.cell.record, other.diff)
        {
            return false
        }
        return areConcurrent(other.diff, ending.diff)
    }

    /// Whether a write, or its admission, is concurrent with a confirmation of what it changes.
    func holdsUp(_ other: ObviousWrite, confirmation: ObviousWrite) -> Bool {
        isConfirmed(other) && isBeside(other, step: confirmation)
    }

    /// Whether a write, or its admission, is concurrent with a step.
    private func isBeside(_ other: ObviousWrite, step: ObviousWrite) -> Bool {
        let admission = other.admittedBy.flatMap { id in order.first { $0.id == id } }
        return ([other.diff] + (admission.map { [$0] } ?? [])).contains {
            areConcurrent($0, step.diff)
        }
    }

    /// The writes that hide, or change, evidence which the author of a confirmation or acceptance had before them as
    /// cited, beside that.
    func evidenceWrites(beside step: ObviousWrite, seenBy diff: VerifiedDiff?) -> [ObviousWrite] {
        writes.filter { $0.key.kind == "evidence" && isCited($0.key.record, by: step) }
            .flatMap(\.value)
            .filter {
                isSeen($0, by: diff) && rewrites($0, under: step) && isBeside($0, step: step)
            }
    }

    private func isCited(_ evidence: WireText, by step: ObviousWrite) -> Bool {
        let cell = CellPath(
            kind: step.cell.kind,
            record: step.cell.record,
            field: "evidence",
            member: evidence
        )
        let effective = (writes[cell] ?? []).filter { $0.hasEffect && !$0.isProposal }
        if let own = effective.first(where: { $0.id == step.id }) { return own.value != nil }
        let had = (writes[cell] ?? []).filter { isSeen($0, by: step.diff) }
        return survivors(of: had).contains { !$0.isProposal && $0.value != nil }
    }

    /// Whether a write takes out evidence, or changes what it shows; what is said with an `add` by who knew of none does not,
    /// beneath a confirmation by somebody who knew of none either.
    private func rewrites(_ write: ObviousWrite, under step: ObviousWrite) -> Bool {
        guard write.hasEffect, !write.isProposal else { return false }
        guard let field = write.cell.field else { return write.value == nil }
        let record = CellPath(kind: "evidence", record: write.cell.record)
        let adds = (writes[record] ?? []).filter { $0.hasEffect && $0.value != nil }
        let isFirst =
            adds.contains { $0.id == write.id } && !adds.contains { has(write.diff, seen: $0) }
        let wasKnown = adds.contains { has(step.diff, seen: $0) || $0.id == step.id }
        return Self.restedOn.contains(field) && (wasKnown || !isFirst)
    }

    static let restedOn: Set<WireText> = [
        "kind", "title", "source", "content", "evidenceDate", "place",
    ]

    /// Whether a write beside the ending of a finding says something that would count there no longer.
    private func says(_ write: ObviousWrite, beside ending: ObviousWrite) -> Bool {
        guard ending.cell.kind == "finding" else { return false }
        switch (write.cell.kind, write.cell.field) {
        case ("finding", "title"), ("finding", "statement"): return true
        case ("finding", "evidence"), ("criterion", nil), ("criterion", "grade"):
            return write.value != nil
        default: return false
        }
    }

    /// Whether a write, on a finding or on what belongs to it, changes what is confirmed.
    func isConfirmed(_ write: ObviousWrite) -> Bool {
        if write.isProposal { return false }
        if write.cell.kind == "action" {
            guard let field = write.cell.field else { return false }
            return Self.accepted.contains(field) || field == "evidence" && write.value == nil
        }
        switch (write.cell.kind, write.cell.field) {
        case ("finding", "evidence"): return write.value == nil
        case ("finding", let field?): return Self.confirmed.contains(field)
        case ("criterion", nil), ("criterion", "grade"), ("criterion", "otherCriterion"):
            return true
        default: return false
        }
    }

    private static let confirmed: Set<WireText> = [
        "title", "statement", "requirementNote", "divergingOpinion", "unit", "site", "process",
        "repeats", "includedRequirement",
    ]

    private func confirms(_ step: ObviousWrite, _ kind: WireText) -> Bool {
        switch kind {
        case "finding": step.value == "confirmed"
        case "action":
            ["planAccepted", "implemented", "verified", "closed", "closedOnPlan"]
                .contains(step.value)
        default: false
        }
    }

    static let accepted: Set<WireText> = [
        "correction", "cause", "causeMethod", "extent", "correctiveAction", "owner",
    ]

    // MARK: Merges.

    /// The finding that a finding names as the one into which it goes.
    func target(of finding: CellPath, seenBy diff: VerifiedDiff?) -> CellPath? {
        let claims = writes("finding", finding.record, "duplicateOf").filter {
            isSeen($0, by: diff)
        }
        let shown = decided(survivors(of: claims)).max(by: isOlder)
        guard let id = shown?.value?.stringValue else { return nil }
        return CellPath(kind: "finding", record: id)
    }

    /// Whether the merge of a finding waits: nothing is named, what is named does not count, or the
    /// merges lead in a circle.
    private func waitsForTarget(
        _ finding: CellPath,
        seenBy diff: VerifiedDiff?
    ) -> Bool {
        guard let target = target(of: finding, seenBy: diff) else { return true }
        if !missing(in: target, of: finding, seenBy: diff).isEmpty { return true }
        if isOnCycle(finding, seenBy: diff) || !isThere(target, seenBy: diff) { return true }
        return steps(target, seenBy: diff).winner?.value == "withdrawn"
    }

    private func isThere(_ finding: CellPath, seenBy diff: VerifiedDiff?) -> Bool {
        let isAdded = (writes[finding] ?? []).contains { add in
            add.hasEffect && add.value != nil && isSeen(add, by: diff)
        }
        return isAdded && presence(of: finding, seenBy: diff).isPresent
    }

    private func isOnCycle(_ finding: CellPath, seenBy diff: VerifiedDiff?) -> Bool {
        var passed: [CellPath] = []
        var next = finding
        while isThere(next, seenBy: diff),
            steps(next, seenBy: diff, followsMerges: false).winner?.value == "merged",
            let target = target(of: next, seenBy: diff)
        {
            if target == finding { return true }
            if passed.contains(target) { return false }
            passed.append(target)
            next = target
        }
        return false
    }

    /// What ended the finding into which a merge that waits goes.
    func whatEndedTarget(of finding: CellPath) -> [ObviousWrite] {
        guard let target = target(of: finding, seenBy: nil) else { return [] }
        if !presence(of: target).isPresent {
            return survivors(of: writes[target] ?? []).filter { $0.value == nil }
        }
        return steps(target, followsMerges: false).standing.filter(\.ends)
            + missing(in: target, of: finding, seenBy: nil).flatMap { $0 }
    }

    /// Of each thing that a finding raises and its target does not hold, who took it from there; where nobody
    /// did, who raised it.
    private func missing(
        in target: CellPath,
        of finding: CellPath,
        seenBy diff: VerifiedDiff?
    ) -> [[ObviousWrite]] {
        func alive(_ cell: CellPath) -> [ObviousWrite] {
            survivors(of: (writes[cell] ?? []).filter { $0.hasEffect && isSeen($0, by: diff) })
        }
        func shown(_ cell: CellPath) -> [ObviousWrite] {
            decided(alive(cell)).filter { !$0.isProposal || !$0.contests }
        }
        func criterion(_ id: WireText, _ field: WireText? = nil) -> CellPath {
            CellPath(kind: "criterion", record: id, field: field)
        }
        func text(_ id: WireText, _ field: WireText) -> WireText? {
            let first = alive(criterion(id, field)).min { place(of: $0) < place(of: $1) }
            return first?.value?.stringValue
        }
        func severity(_ id: WireText, decided: Bool) -> Int {
            shown(criterion(id, "grade")).filter { !decided || !$0.isProposal }.map { write in
                Schema.grades.firstIndex { .string($0) == write.value } ?? -1
            }.max() ?? -1
        }
        /// Whether a grade of the finding is decided: by somebody, or with the finding.
        func isDecided(_ id: WireText) -> Bool {
            let grades = shown(criterion(id, "grade"))
            if grades.isEmpty || grades.contains(where: { !$0.isProposal }) {
                return !grades.isEmpty
            }
            let before = steps(finding, seenBy: diff, leavesMergesOut: true).winner?.value
            return ["confirmed", "issued"].contains(before)
        }
        func isIn(_ id: WireText) -> Bool {
            presence(of: criterion(id), seenBy: diff).isPresent
        }
        func first(_ some: [ObviousWrite], or others: [ObviousWrite]) -> [ObviousWrite] {
            some.isEmpty ? others : some
        }
        var missing: [[ObviousWrite]] = []
        for one in Set(writes.keys.filter { $0.kind == "criterion" }.map(\.record)) {
            guard text(one, "finding") == finding.record, isIn(one),
                let standard = text(one, "standard"), let clause = text(one, "clause")
            else { continue }
            let parts: [WireText] = [
                "criterion", target.record, WireText("\(standard) \(clause)"),
            ]
            let other = UniqueID.v8(hashing: parts).text
            if other == one { continue }
            if !isIn(other) || text(other, "finding") != target.record {
                let gone = alive(criterion(other)).filter { $0.value == nil }
                missing.append(first(gone, or: alive(criterion(one)).filter { $0.value != nil }))
            } else if severity(other, decided: isDecided(one)) < severity(one, decided: false) {
                let grades = shown(criterion(other, "grade"))
                missing.append(first(grades, or: shown(criterion(one, "grade"))))
            }
        }
        for cell in writes.keys
        where cell.kind == "finding" && cell.record == finding.record && cell.field == "evidence" {
            let adds = shown(cell).filter { $0.value != nil }
            var there = cell
            there.record = target.record
            if cell.member == nil || adds.isEmpty { continue }
            if shown(there).contains(where: { $0.value != nil }) { continue }
            missing.append(first(shown(there), or: adds))
        }
        return missing
    }
}
