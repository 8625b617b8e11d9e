import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

extension Fold {
    /// Puts a judged write into its cell: what it names in `over` is replaced.
    mutating func insert(_ write: CellWrite, into key: CellKey) throws {
        var write = write
        let rule = try rule(of: key, holding: write)
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
        try noteInTimelines(written, at: key)
        try noteAddition(written, at: key)
        try noteMerge(written, at: key)
        changes.cells.insert(key)
        try touch(key.record, field: key.field)
        try touchResting(on: written, at: key, turns: false)
        guard try record(key.record).kind.cites(in: key.field) != nil else { return }
        for old in replaced { try touchCited(by: old, at: key) }
        try noteCitation(by: write, at: key)
        try touchCited(by: write, at: key)
    }

    /// Adds a write to its cell where it stands, without a copy of the others; answers what it replaces.
    private mutating func append(
        _ write: CellWrite,
        to key: CellKey,
        _ rule: StandingRule,
        seen: SeenVector
    ) -> [CellWrite] {
        guard let place = cells.index(forKey: key) else { return [] }
        var replaced: [CellWrite] = []
        let branches = self.branches
        let namesAll = rule != .control || !write.over.isEmpty
        if write.effect.counts, rule != .once, namesAll {
            replaced = cells.values[place].replace { old in
                // What a text's author had seen is beneath their splices.
                rule.isText ? seen.contains(old.at) : write.replaces(old, rule, branches)
            }
        }
        cells.values[place].append(write, seen: rule.isText ? seen : nil, branches)
        return replaced
    }

    /// Notes which presences and states a write on `record` may change.
    ///
    /// - Parameter loses: whether a write may have lost its effect: then a record that was present
    ///   because of it alone is so no longer.
    mutating func touch(_ record: Int, field: WireText, loses: Bool = false) throws {
        mergeGraph = MergeGraph()
        let entry = try self.record(record)
        if try field.isEmpty || loses || entry.hasRemoval || !entry.isPresent
            || isProposedPart(entry)
        {
            changes.presences.insert(record)
        }
        if entry.mayWait { changes.states.insert(record) }
        if let owner = entry.owner { try touchOwner(owner, loses: loses) }
    }

    /// Whether a record that belongs to another was proposed and added by nobody: then any write on it may
    /// decide that it is there.
    private mutating func isProposedPart(_ record: RecordEntry) throws -> Bool {
        guard record.kind.owner != nil else { return false }
        let adds = try additions(of: record)
        return !adds.all.isEmpty && !adds.isAdded
    }

    private mutating func touchOwner(_ owner: Int, loses: Bool) throws {
        let above = try record(owner)
        if loses || above.hasRemoval || !above.isPresent { changes.presences.insert(owner) }
        if above.mayWait { changes.states.insert(owner) }
    }

    /// Takes the writes of a diff back, and lets live again what they had replaced.
    mutating func unapply(_ number: Int) throws {
        let entry = try entry(number)
        let diff = try diff(number)
        branches.unjudge(entry.at)
        if entry.isControl { try takeBackAdmissions(in: diff, number: number) }
        for operation in diff.body.operations {
            let path = operation.path
            let name = RecordName(kind: path.kind, id: path.record)
            guard let record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record) { try take(number, outOf: key) }
            if record.firstAdd == number { try findFirstAdd(of: record) }
        }
    }

    /// The cells that an operation writes.
    func keys(of operation: Operation, record: RecordEntry) -> [CellKey] {
        if let field = operation.path.field {
            return [
                CellKey(record: record.number, field: field, member: operation.path.member ?? "")
            ]
        }
        var keys = [CellKey.presence(of: record.number)]
        guard case .add(.object(let fields)) = operation.action else { return keys }
        for (name, value) in fields {
            if record.kind.field(name)?.rule == .set, let members = value.objectValue {
                for (member, _) in members {
                    keys.append(CellKey(record: record.number, field: name, member: member))
                }
            } else {
                keys.append(CellKey(record: record.number, field: name))
            }
        }
        return keys
    }

    private mutating func take(_ number: Int, outOf key: CellKey) throws {
        var cell = try cell(key, complete: true)
        guard let index = cell.writes.firstIndex(where: { $0.diff == number }) else { return }
        let write = cell.writes.remove(at: index)
        cell.changed.remove(number)
        cell.removed.insert(number)
        keep(cell, at: key)
        unsettledTexts.insert(key)
        try forgetTimelines(touchedBy: write, at: key)
        if key.field.isEmpty { forgetAdditions(of: key.record) }
        try stand(key)
        changes.cells.insert(key)
        try touch(key.record, field: key.field, loses: true)
        try touchResting(on: write, at: key, turns: true)
        try touchCited(by: write, at: key)
    }

    // MARK: Standing.

    /// What decides which writes of a cell survive.
    enum StandingRule {
        /// `over`, and their authors' chains.
        case over
        /// `over` alone: what counts from its place in the log.
        case control
        /// What their authors had seen: splices.
        case text
        /// As `text`, in a field that this version does not know.
        case unknownText
        /// The first in the order of the log.
        case once

        /// Whether the writes are splices.
        var isText: Bool { self == .text || self == .unknownText }
    }

    /// What decides which writes of a cell survive.
    private mutating func rule(
        of key: CellKey,
        holding write: CellWrite? = nil
    ) throws -> StandingRule {
        guard key.member.isEmpty, !key.field.isEmpty else { return .over }
        if let field = try record(key.record).kind.field(key.field) {
            switch field.rule {
            case .text: return .text
            case .once: return .once
            case .control: return .control
            case .newest, .ask, .mostSevere, .state, .set: return .over
            }
        }
        return try isText(key, holding: write) ? .unknownText : .over
    }

    /// The rule of a cell of which it is known whether it is a text, and in which a verdict on one write
    /// changes nothing about others but whether they are replaced.
    mutating func ruleOfKnown(_ key: CellKey) throws -> StandingRule? {
        if key.member.isEmpty, !key.field.isEmpty,
            try record(key.record).kind.field(key.field) == nil
        {
            return nil
        }
        let rule = try rule(of: key)
        return rule == .over || rule == .text ? rule : nil
    }

    /// What some writes of one cell replace among themselves, as `CellWrite.replaces` says of each two.
    func replaced(among writes: [CellWrite]) -> Set<BranchSeq> {
        var replaced: Set<BranchSeq> = []
        var cover = ChainCover()
        var proposals: [CellWrite] = []
        for write in writes {
            switch write.effect {
            case .void: continue
            case .proposal: proposals.append(write)
            case .effective:
                replaced.formUnion(write.over)
                cover.insert(before: write.at, in: branches)
            }
        }
        for write in writes where cover.contains(write.at) { replaced.insert(write.at) }
        guard !proposals.isEmpty else { return replaced }
        var proposed: Set<BranchSeq> = []
        var beneath = ChainCover()
        for proposal in proposals {
            proposed.formUnion(proposal.over)
            beneath.insert(before: proposal.at, in: branches)
        }
        for proposal in proposals
        where proposed.contains(proposal.at) || beneath.contains(proposal.at) {
            replaced.insert(proposal.at)
        }
        return replaced
    }

    /// Works out again which writes of a cell survive.
    ///
    /// - Parameter inserting: the diff that brings a write which was not judged before.
    mutating func stand(_ key: CellKey, inserting: Int? = nil) throws {
        var replaced: Set<BranchSeq> = []
        try settleWhetherText(key)
        switch try rule(of: key) {
        case .once: return try standOnce(key, inserting: inserting)
        case .over:
            replaced = self.replaced(among: try cell(key, complete: true).writes)
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
                try touchCited(by: write, at: key)
            }
        }
        keep(cell, at: key)
    }

    /// Of what is written once the first in the order of the log has effect; a later one, whatever it
    /// names in `over`, only if it says the same again.
    private mutating func standOnce(_ key: CellKey, inserting: Int?) throws {
        // None of its writes is ever replaced, so what is loaded is all there is.
        if let new = try cell(key).writes.last, new.diff == inserting, new.effect.counts,
            let first = try cell(key).firstClaim, try isPlaced(first, before: new)
        {
            // Nearly always the newest is the last: then it changes nothing but itself.
            guard new.value != first.value, var cell = cells.removeValue(forKey: key) else {
                return
            }
            cell.settleLastClaim(as: .void(.once))
            cells[key] = cell
            return
        }
        var cell = try cell(key)
        let claims = cell.writes.filter { $0.effect.counts || $0.effect == .void(.once) }
        let first = try claims.min { try isPlaced($0, before: $1) }
        for index in cell.writes.indices {
            let write = cell.writes[index]
            guard write.effect.counts || write.effect == .void(.once) else { continue }
            let stands = write.value == first?.value
            cell.writes[index].effect = stands ? .effective : .void(.once)
            cell.writes[index].standing = stands ? .surviving : .void
            guard cell.writes[index] != write else { continue }
            cell.changed.insert(write.diff)
            // A verdict that was there already has changed: what is pending may rest on it.
            if write.diff != inserting {
                onceHasTurned = true
                try forgetTimelines(touchedBy: write, at: key)
            }
        }
        cell.firstClaim = first
        keep(cell, at: key)
        try settleOwner(of: key, as: first?.value?.stringValue)
    }

    /// Notes the record that a record belongs to: the one that its owner field, written once, names.
    private mutating func settleOwner(of key: CellKey, as id: WireText?) throws {
        var record = try record(key.record)
        guard let owner = record.kind.owner, owner.field == key.field else { return }
        var above: Int?
        if let id, !id.isEmpty {
            above = try makeRecord(named: RecordName(kind: owner.kind, id: id)).number
        }
        guard record.owner != above else { return }
        // What others had written there before is part of something else now, also to the author's own eyes.
        if try record.owner != nil || record.firstAdd != cell(key).writes.last?.diff {
            verdictTurns += 1
        }
        timelines[above ?? record.number] = nil
        if let former = record.owner {
            timelines[former] = nil
            try touchOwner(former, loses: true)
        }
        record.owner = above
        store(record)
        if let above {
            owned[above, default: []].append(record.number)
            try touchOwner(above, loses: false)
        }
    }

    /// Looks for the first effective `add` of a record whose former one was taken back.
    mutating func findFirstAdd(of record: RecordEntry) throws {
        var record = try self.record(record.number)
        let adds = try cell(.presence(of: record.number), complete: true).writes.filter {
            $0.effect.counts && $0.value != nil
        }
        record.firstAdd = adds.map(\.diff).min()
        store(record)
    }

    /// Looks again at what is written once after one of its writers has got a place in the log.
    mutating func reorderOnce(_ number: Int) throws {
        for operation in try diff(number).body.operations {
            let path = operation.path
            let name = RecordName(kind: path.kind, id: path.record)
            guard let record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record) {
                if key.field.isEmpty {
                    forgetAdditions(of: key.record)
                    if try isAddedTwice(key) { onceHasTurned = true }
                }
                guard record.kind.field(key.field)?.rule == .once,
                    try cell(key).writes.count > 1
                else { continue }
                try stand(key)
                changes.cells.insert(key)
                try touch(key.record, field: key.field, loses: true)
            }
        }
    }

    /// Whether more than one `add` of a record has effect: whose it is depends on which comes first.
    private mutating func isAddedTwice(_ presence: CellKey) throws -> Bool {
        let adds = try cell(presence, complete: true).writes.lazy.filter(\.isAddition)
        return adds.prefix(2).count > 1
    }

    /// Whether a cell holds a text: by its field, or by the form of its operations that are not void.
    mutating func isText(_ key: CellKey, holding write: CellWrite? = nil) throws -> Bool {
        guard key.member.isEmpty, !key.field.isEmpty else { return false }
        if let field = try record(key.record).kind.field(key.field) { return field.rule == .text }
        if let write, write.effect.counts, write.marks.contains(.spliced) { return true }
        return try cell(key).holdsText
    }

    /// Works out again whether a field that is not known is a text, and notes it on all writes that count:
    /// one of them is always loaded.
    private mutating func settleWhetherText(_ key: CellKey) throws {
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

extension CellWrite {
    /// Whether a write that is not void replaces another one of its cell: it names it, or its author
    /// wrote the other before it. A proposal replaces proposals alone.
    func replaces(
        _ old: CellWrite,
        _ rule: Fold.StandingRule,
        _ branches: Branches
    ) -> Bool {
        if rule == .control { return !over.isEmpty && over.contains(old.at) }
        guard effect == .effective || old.effect == .proposal else { return false }
        return branches.isInChain(old.at, before: at) || !over.isEmpty && over.contains(old.at)
    }
}
