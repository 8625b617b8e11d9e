import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordText

extension ObviousFold {
    /// What everybody is shown.
    func picture() -> Picture {
        var picture = Picture()
        var records: Set<CellPath> = []
        for (cell, writes) in writes {
            records.insert(CellPath(kind: cell.kind, record: cell.record))
            if let owner = Schema.kind(cell.kind)?.owner, owner.field == cell.field {
                // Who owns something is there, though nobody wrote on it.
                for write in writes where write.hasEffect {
                    guard let id = write.value?.stringValue else { continue }
                    records.insert(CellPath(kind: owner.kind, record: id))
                }
            }
            for write in writes {
                guard let void = write.void else { continue }
                picture.voids.insert("\(cell) \(write.diff.reference) \(void.rawValue)")
            }
        }
        for record in records {
            let presence = presence(of: record)
            guard presence.isPresent else { continue }
            picture.shown[record.description] = true
            picture.conflicts[record.description] = presence.conflict?.json
            for (cell, writes) in writes
            where cell.field != nil && cell.kind == record.kind && cell.record == record.record {
                let (shown, conflict) = show(cell, writes)
                picture.shown[cell.description] = shown
                picture.conflicts[cell.description] = conflict?.json
            }
        }
        return picture
    }

    private func show(_ cell: CellPath, _ writes: [ObviousWrite]) -> (JSON?, Conflict?) {
        let alive = survivors(of: writes)
        if cell.member != nil { return member(cell, alive) }
        let field = Self.field(of: cell)
        if isText(cell) { return text(cell, writes) }
        if alive.isEmpty { return (nil, nil) }
        switch field?.rule ?? .newest {
        case .once: return (alive.first?.value, nil)
        case .control:
            let last = alive.max { place(of: $0) < place(of: $1) }
            let unseen = alive.filter { write in
                last.map { $0.value != write.value && !has($0.diff, seen: write) } ?? false
            }
            if unseen.isEmpty { return (last?.value, nil) }
            let sides = unseen + (last.map { [$0] } ?? [])
            let candidates = sides.map { candidate($0, at: cell) }
            return (last?.value, conflict(.values, cell, candidates, last?.value))
        case .state(let cycle): return state(cell, cycle, writes)
        case .mostSevere(let order):
            return register(cell, alive, asks: true, showsContesting: false) { value in
                value?.stringValue.flatMap(order.firstIndex(of:)) ?? -1
            }
        case .ask: return register(cell, alive, asks: true)
        case .newest, .set, .text: return register(cell, alive, asks: false)
        }
    }

    /// Whether a cell holds a text: by its field, or since somebody spliced it with effect.
    private func isText(_ cell: CellPath) -> Bool {
        guard let name = cell.field, cell.member == nil else { return false }
        if let field = Schema.kind(cell.kind)?.field(name) { return field.rule == .text }
        return (writes[cell] ?? []).contains { $0.hasEffect && isSpliced($0) }
    }

    private func isSpliced(_ write: ObviousWrite) -> Bool {
        write.diff.body.operations.contains { operation in
            if case .splice = operation.action { operation.path == write.cell } else { false }
        }
    }

    private func register(
        _ cell: CellPath,
        _ alive: [ObviousWrite],
        asks: Bool,
        showsContesting: Bool = true,
        severity: (JSON?) -> Int = { _ in 0 }
    ) -> (JSON?, Conflict?) {
        let showing = decided(alive).filter { showsContesting || !$0.isProposal || !$0.contests }
        let shown = showing.max { left, right in
            let severities = (severity(left.value), severity(right.value))
            return severities.0 == severities.1 ? isOlder(left, right) : severities.0 < severities.1
        }
        let differ = Set(alive.map(\.value)).count > 1
        guard differ && (asks || alive.contains(where: \.isProposal)) || isContested(alive) else {
            return (shown?.value, nil)
        }
        return (
            shown?.value,
            conflict(.values, cell, alive.map { candidate($0, at: cell) }, shown?.value)
        )
    }

    private func member(_ cell: CellPath, _ alive: [ObviousWrite]) -> (JSON?, Conflict?) {
        let shown = decided(alive).filter { $0.value != nil }.max(by: isOlder)
        let isIn = alive.contains { $0.value != nil }
        let isOut = alive.contains { $0.value == nil }
        guard isIn && isOut || isContested(alive) else { return (shown?.value, nil) }
        let kind = isIn && isOut ? ConflictKind.removedEdited : .values
        return (
            shown?.value,
            conflict(kind, cell, alive.map { candidate($0, at: cell) }, shown?.value)
        )
    }

    /// Whether all that stands is proposed, and some of it beside a confirmation.
    private func isContested(_ alive: [ObviousWrite]) -> Bool {
        alive.allSatisfy(\.isProposal) && alive.contains { $0.isProposal && $0.contests }
            && alive.contains { $0.value != nil }
    }

    private func state(
        _ cell: CellPath,
        _ cycle: LifeCycle,
        _ writes: [ObviousWrite]
    ) -> (JSON?, Conflict?) {
        let record = CellPath(kind: cell.kind, record: cell.record)
        let steps = steps(record)
        let shown = steps.winner?.value
        var kind: ConflictKind?
        if !steps.merges.isEmpty { kind = .mergedEnded }
        if steps.confirmations.contains(where: { $0.value != shown }) {
            kind = .confirmedEdited
        }
        if !steps.endings.isEmpty { kind = .endedEdited }
        if kind == nil,
            steps.asked.contains(where: { $0.value != (shown ?? .string(cycle.initial)) })
        {
            let sides = (steps.asked + steps.standing).map { candidate($0, at: cell) }
            return (shown, conflict(.values, cell, sides, shown))
        }
        guard let kind else { return (shown, nil) }
        let others = besides(record, seenBy: nil)
        var sides = steps.endings + steps.confirmations + steps.merges + steps.asked
        for ending in steps.endings { sides += others.filter { holdsUp($0, ending) } }
        for step in steps.confirmations {
            sides += others.filter { holdsUp($0, confirmation: step) }
            sides += steps.standing.filter { areConcurrent($0.diff, step.diff) }
        }
        // Of evidence the last that each said of a field tells what it is now.
        let evidence = steps.confirmations.flatMap { evidenceWrites(beside: $0, seenBy: nil) }
        sides += evidence.filter { write in
            !evidence.contains { $0.cell == write.cell && isInChain(write.diff, before: $0.diff) }
        }
        // Who confirmed, or where a merge goes, is said with the step.
        sides.removeAll { side in
            cell.kind == "finding" && ["confirmedBy", "duplicateOf"].contains(side.cell.field)
                && side.cell.record == cell.record
                && writes.contains { $0.id == side.id && $0.hasEffect }
        }
        if !steps.merges.isEmpty { sides += whatEndedTarget(of: record) }
        return (shown, conflict(kind, cell, sides.map { candidate($0, at: cell) }, shown))
    }

    /// Whether a record is there, for everybody or for who had seen what `diff` had.
    func presence(
        of record: CellPath,
        seenBy diff: VerifiedDiff? = nil
    ) -> (isPresent: Bool, conflict: Conflict?) {
        let own = (writes[record] ?? []).filter { $0.hasEffect && isSeen($0, by: diff) }
        let removals = own.filter { $0.value == nil }
        let tree = treeWrites(record.kind, record.record, seenBy: diff).filter { write in
            write.cell.field != nil || write.value != nil
        }
        // On a record that nobody added but by proposal, what is written once is proposed too.
        func isProposedRecord(_ cell: CellPath) -> Bool {
            let adds = tree.filter {
                $0.cell.kind == cell.kind && $0.cell.record == cell.record && $0.cell.field == nil
            }
            return !adds.isEmpty && adds.allSatisfy(\.isProposal)
        }
        func isProposed(_ write: ObviousWrite) -> Bool {
            write.isProposal
                || Self.field(of: write.cell)?.rule == .once && isProposedRecord(write.cell)
        }
        func isHidden(_ write: ObviousWrite) -> Bool {
            removals.contains { removal in
                (!removal.isProposal || isProposed(write))
                    && (removal.id == write.id || has(removal.diff, heard: write))
            }
        }
        var alive = tree.filter { !isHidden($0) }
        if !tree.isEmpty, !removals.isEmpty {
            let citing = Set(citations(of: record, seenBy: diff).map(\.cell))
            for cell in citing {
                let surviving = survivors(
                    of: (writes[cell] ?? []).filter { isSeen($0, by: diff) }
                )
                alive += citations(of: record, seenBy: diff).filter { citation in
                    citation.cell == cell && surviving.contains { $0 === citation }
                        && !isHidden(citation)
                }
            }
        }
        if alive.isEmpty { return (false, nil) }
        let survivors = survivors(of: own)
        let open = survivors.filter { $0.value == nil }
        if open.isEmpty {
            let isPart = Schema.kind(record.kind)?.owner != nil
            let written = tree.filter {
                $0.cell.record == record.record && $0.cell.kind == record.kind
            }
            guard isPart, isProposedRecord(record), written.allSatisfy(isProposed) else {
                return (true, nil)
            }
            let candidates = survivors.map { candidate($0, at: record) }
            return (true, conflict(.values, record, candidates, true))
        }
        var candidates = open.map { candidate($0, at: record) }
        for removal in open {
            for write in alive where !has(removal.diff, heard: write) {
                candidates.append(candidate(write, at: record))
            }
        }
        return (true, conflict(.removedEdited, record, candidates, true))
    }

    private func text(_ cell: CellPath, _ writes: [ObviousWrite]) -> (JSON?, Conflict?) {
        let isDecided = writes.contains { $0.hasEffect && !$0.isProposal }
        let sorted = writes.sorted(by: isOlder)
        let authors = Set(sorted.map(\.diff.head.author)).sorted()
        // The two sides of a forked chain bear the same numbers: then their identities decide.
        let ranks = sorted.sorted { left, right in
            let (left, right) = (left.diff, right.diff)
            return left.head.seq != right.head.seq
                ? left.head.seq < right.head.seq : left.id < right.id
        }.map(\.diff.id)
        let replaced = Set(sorted.flatMap(\.over)).sorted()
        func hides(_ write: ObviousWrite) -> Bool { write.isProposal && isDecided }
        let events = sorted.map { write -> TextEvent in
            let before = sorted.indices.filter { has(write.diff, seen: sorted[$0]) }
            let parents = before.filter { parent in
                !before.contains { has(sorted[$0].diff, seen: sorted[parent]) }
            }
            let without = write.diff.head.without.flatMap { named($0, by: write.diff) }
            var event = TextEvent(
                parents: parents,
                agent: authors.firstIndex(of: write.diff.head.author) ?? 0,
                seq: ranks.firstIndex(of: write.diff.id) ?? 0,
                splices: write.splices,
                hasEffect: write.hasEffect && !hides(write),
                without: before.filter {
                    without.contains(sorted[$0].id) || leavesOut(sorted[$0], write.diff)
                },
                over: before.filter { write.over.contains(sorted[$0].id) }
            )
            event.names = replaced.indices.filter { write.over.contains(replaced[$0]) }
            return event
        }
        guard events.contains(where: \.hasEffect) else { return (nil, nil) }
        let merged = mergeText(events)
        var sides = Set(merged.openPairs.flatMap { [$0.first, $0.second] })
        for (index, write) in sorted.enumerated() where write.hasEffect && hides(write) {
            let isNamed = events.indices.contains { event in
                events[event].hasEffect && events[event].over.contains(index)
                    && !merged.malformed.contains(event)
            }
            if !isNamed { sides.insert(index) }
        }
        if sides.isEmpty { return (.string(merged.text), nil) }
        let candidates = sides.map { side in
            Conflict.Candidate(
                write: sorted[side].diff.reference,
                value: nil,
                isProposal: sorted[side].isProposal,
                isText: true
            )
        }
        return (.string(merged.text), conflict(.text, cell, candidates, nil))
    }

    /// A write as a candidate; one elsewhere says where.
    private func candidate(_ write: ObviousWrite, at cell: CellPath) -> Conflict.Candidate {
        let isText = isText(write.cell)
        return Conflict.Candidate(
            write: write.diff.reference,
            value: isText ? nil : write.value,
            path: write.cell == cell ? nil : write.cell.text,
            isProposal: write.isProposal,
            isText: isText
        )
    }

    private func conflict(
        _ kind: ConflictKind,
        _ cell: CellPath,
        _ candidates: [Conflict.Candidate],
        _ shown: JSON?
    ) -> Conflict {
        let distinct = candidates.enumerated().filter { index, candidate in
            !candidates[..<index].contains(candidate)
        }
        return Conflict(kind: kind, path: cell, candidates: distinct.map(\.element), shown: shown)
    }
}
