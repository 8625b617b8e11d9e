import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// Puts judged writes into their cells, and takes them out again.
struct CellWriter: TakesIn {
    let memory: FoldMemory

    /// Puts a judged write into its cell: what it names in `over` is replaced.
    func insert(_ write: CellWrite, into key: CellKey) throws {
        var write = write
        let rule = try cellStanding.rule(of: key, holding: write)
        if rule.isText, try diff(write.diff).head.omits { write.marks.insert(.omits) }
        try load(key)
        // With the first splice that counts, a field that is not known becomes a text.
        var becomesText = false
        if rule == .unknownText, write.effect.counts {
            becomesText = try !cell(key).holdsText
            write.marks.insert(.inText)
        }
        let replaced = append(write, to: key, rule, seen: try entry(write.diff).seen)
        var written = write
        if rule == .once || becomesText {
            try stand(key, inserting: write.diff)
            written = try cell(key).writes.last ?? write
        }
        try timelines.noteInTimelines(written, at: key)
        try owners.noteAddition(written, at: key)
        try merges.noteMerge(written, at: key)
        noteChange(of: key)
        try upkeep.touch(key.record, field: key.field)
        try upkeep.touchResting(on: written, at: key, turns: false)
        guard try record(key.record).kind.cites(in: key.field) != nil else { return }
        for old in replaced { try upkeep.touchCited(by: old, at: key) }
        try upkeep.noteCitation(by: write, at: key)
        try upkeep.touchCited(by: write, at: key)
    }

    /// Adds a write to its cell where it stands, without a copy of the others; answers what it replaces.
    private func append(
        _ write: CellWrite,
        to key: CellKey,
        _ rule: CellStanding.StandingRule,
        seen: SeenVector
    ) -> [CellWrite] {
        let branches = self.branches
        let namesAll = rule != .control || !write.over.isEmpty
        return change(key) { cell in
            var replaced: [CellWrite] = []
            if write.effect.counts, rule != .once, namesAll {
                replaced = cell.replace { old in
                    // What a text's author had seen is beneath their splices.
                    rule.isText ? seen.contains(old.at) : write.replaces(old, rule, branches)
                }
            }
            cell.append(write, seen: rule.isText ? seen : nil, branches)
            return replaced
        } ?? []
    }

    /// Takes the writes of a diff back, and lets live again what they had replaced.
    func unapply(_ number: Int) throws {
        let entry = try entry(number)
        let diff = try diff(number)
        unjudge(entry.at)
        if entry.isControl { try admissions.takeBackAdmissions(in: diff, number: number) }
        for operation in diff.body.operations {
            let path = operation.path
            let name = RecordName(kind: path.kind, id: path.record)
            guard let record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record) { try take(number, outOf: key) }
            if record.firstAdd == number { try findFirstAdd(of: record) }
        }
    }

    private func take(_ number: Int, outOf key: CellKey) throws {
        var cell = try cell(key, complete: true)
        guard let index = cell.writes.firstIndex(where: { $0.diff == number }) else { return }
        let write = cell.writes.remove(at: index)
        cell.changed.remove(number)
        cell.removed.insert(number)
        keep(cell, at: key)
        memory.texts.unsettle(key)
        try timelines.forgetTimelines(touchedBy: write, at: key)
        if key.field.isEmpty { owners.forgetAdditions(of: key.record) }
        try stand(key)
        noteChange(of: key)
        try upkeep.touch(key.record, field: key.field, loses: true)
        try upkeep.touchResting(on: write, at: key, turns: true)
        try upkeep.touchCited(by: write, at: key)
    }

    /// Works out again which writes of a cell survive.
    ///
    /// - Parameter inserting: the diff that brings a write which was not judged before.
    func stand(_ key: CellKey, inserting: Int? = nil) throws {
        var replaced: Set<BranchSeq> = []
        try settleWhetherText(key)
        switch try cellStanding.rule(of: key) {
        case .once: return try standOnce(key, inserting: inserting)
        case .over:
            replaced = self.cellStanding.replaced(among: try cell(key, complete: true).writes)
        case .control:
            let effective = try cell(key, complete: true).writes.filter(\.effect.counts)
            replaced = Set(effective.flatMap(\.over))
        case .text, .unknownText:
            let effective = try cell(key, complete: true).writes.filter(\.effect.counts)
            let seen = SeenVector.union(of: try effective.map { try entry($0.diff).seen })
            for write in effective where seen.contains(write.at) { replaced.insert(write.at) }
        }
        var cell = try cell(key, complete: true)
        for index in cell.writes.indices {
            let write = cell.writes[index]
            let standing: CellWrite.Standing
            if !write.effect.counts {
                standing = .void
            } else {
                standing = replaced.contains(write.at) ? .replaced : .surviving
            }
            if standing != write.standing {
                cell.writes[index].standing = standing
                cell.changed.insert(write.diff)
                try upkeep.touchCited(by: write, at: key)
            }
        }
        keep(cell, at: key)
    }

    /// Of what is written once the first in the order of the log has effect; a later one, whatever it
    /// names in `over`, only if it says the same again.
    private func standOnce(_ key: CellKey, inserting: Int?) throws {
        // None of its writes is ever replaced, so what is loaded is all there is.
        if let new = try cell(key).writes.last, new.diff == inserting, new.effect.counts,
            let first = try cell(key).firstClaim, try precedence.isPlaced(first, before: new)
        {
            // Nearly always the newest is the last: then it changes nothing but itself.
            if new.value != first.value {
                _ = change(key) { $0.settleLastClaim(as: .void(.once)) }
            }
            return
        }
        var cell = try cell(key)
        let claims = cell.writes.filter { $0.effect.counts || $0.effect == .void(.once) }
        let first = try claims.min { try precedence.isPlaced($0, before: $1) }
        for index in cell.writes.indices {
            let write = cell.writes[index]
            guard write.effect.counts || write.effect == .void(.once) else { continue }
            let stands = write.value == first?.value
            cell.writes[index].effect = stands ? .effective : .void(.once)
            cell.writes[index].standing = stands ? .surviving : .void
            guard cell.writes[index] != write else { continue }
            cell.changed.insert(write.diff)
            // A verdict that was there already has changed: what is pending may depend on it.
            if write.diff != inserting {
                note(onceHasTurned: true)
                try timelines.forgetTimelines(touchedBy: write, at: key)
            }
        }
        cell.firstClaim = first
        keep(cell, at: key)
        try settleOwner(of: key, as: first?.value?.stringValue, inserting: inserting)
    }

    /// Notes the record that a record belongs to: the one that its owner field, written once, names.
    private func settleOwner(of key: CellKey, as id: WireText?, inserting: Int?) throws {
        var record = try record(key.record)
        guard let owner = record.kind.owner, owner.field == key.field else { return }
        var above: Int?
        if let id, !id.isEmpty {
            above = try makeRecord(named: RecordName(kind: owner.kind, id: id)).number
        }
        guard record.owner != above else { return }
        // What others had written there before is part of something else now, also to the author's own eyes.
        if try record.owner != nil || record.firstAdd != cell(key).writes.last?.diff {
            memory.timelines.noteTurn()
        }
        if let above, let inserting, record.owner == nil {
            // Else each further part of a finding would make a look at all parts necessary.
            try timelines.noteInTimeline(of: above, part: record, but: key, by: inserting)
        } else {
            memory.timelines.forget(above ?? record.number)
        }
        if let former = record.owner {
            memory.timelines.forget(former)
            try upkeep.touchOwner(former, loses: true)
            // What was merged into that one may have counted there by this record.
            if try self.record(former).takesIn != nil {
                noteStates(of: try merges.findings(mergedInto: former))
            }
        }
        record.owner = above
        store(record)
        if let above {
            note(record.number, ownedBy: above)
            try upkeep.touchOwner(above, loses: false)
        }
    }

    /// Looks for the first effective `add` of a record whose former one was removed.
    func findFirstAdd(of record: RecordEntry) throws {
        var record = try self.record(record.number)
        let adds = try cell(.presence(of: record.number), complete: true).writes.filter {
            $0.effect.counts && $0.value != nil
        }
        record.firstAdd = adds.map(\.diff).min()
        store(record)
    }

    /// Looks again at what is written once after one of its writers has got a place in the log.
    func reorderOnce(_ number: Int) throws {
        for operation in try diff(number).body.operations {
            let path = operation.path
            let name = RecordName(kind: path.kind, id: path.record)
            guard let record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record) {
                if key.field.isEmpty {
                    owners.forgetAdditions(of: key.record)
                    if try isAddedTwice(key) { note(onceHasTurned: true) }
                }
                guard record.kind.field(key.field)?.rule == .once,
                    try cell(key).writes.count > 1
                else { continue }
                try stand(key)
                noteChange(of: key)
                try upkeep.touch(key.record, field: key.field, loses: true)
            }
        }
    }

    /// Whether more than one `add` of a record has effect: whose it is depends on which comes first.
    private func isAddedTwice(_ presence: CellKey) throws -> Bool {
        let adds = try cell(presence, complete: true).writes.lazy.filter(\.isAddition)
        return adds.prefix(2).count > 1
    }

    /// Works out again whether a field that is not known is a text, and notes it on all writes that count:
    /// one of them is always loaded.
    private func settleWhetherText(_ key: CellKey) throws {
        guard key.member.isEmpty, !key.field.isEmpty,
            try record(key.record).kind.field(key.field) == nil
        else { return }
        var cell = try cell(key, complete: true)
        let isText = cell.writes.contains { $0.effect.counts && $0.marks.contains(.spliced) }
        var hasChanged = false
        for index in cell.writes.indices {
            let write = cell.writes[index]
            let isNoted = write.marks.contains(.inText)
            guard isNoted != (isText && write.effect.counts) else { continue }
            if isNoted {
                cell.writes[index].marks.remove(.inText)
            } else {
                cell.writes[index].marks.insert(.inText)
            }
            cell.changed.insert(write.diff)
            hasChanged = true
        }
        if hasChanged { keep(cell, at: key) }
    }
}
