public import ConcordEncoding
import ConcordModel

/// What a member has to be told: what they wrote and does not stand, a proposal of theirs that was decided, or a
/// change of the team.
public struct InboxItem: Hashable, Sendable {
    /// What happened; the raw value stands in JSON.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Another member ended a conflict in which it was a side, and chose otherwise.
        case resolved
        /// The field's rule shows what another member wrote at the same time.
        case outranked
        /// It has no effect.
        case void
        /// The proposal was taken.
        case accepted = "proposal-accepted"
        /// The proposal was not taken.
        case declined = "proposal-declined"
        /// Another member confirmed, returned, withdrew, merged or issued the finding.
        case decided = "finding-decided"
        /// A finding was submitted while another member changed what it says: neither had seen the other.
        case unseen = "changed-unseen"
        /// Another member changed somebody's role, or ended a membership or a device's.
        case team = "team-changed"
    }

    /// What happened.
    public let kind: Kind
    /// What the member wrote; where the team changed, which is about nothing that they wrote, the change itself.
    public let mine: WriteAccount
    /// What overruled it or decided; nil where it is void.
    public let by: WriteAccount?
    /// What the cell shows now.
    public let shown: JSON?
    /// Why it shows that.
    public let because: ShownBecause
    /// The kind of conflict that is open over the cell, if there is one.
    public let conflict: ConflictKind?
    /// The cell over which it is open: what the member wrote may stand elsewhere on the record.
    public let contested: CellPath?

    /// A name that stays the same as long as nothing new happens to the write.
    public var id: WireText {
        let parts = [
            kind.rawValue, mine.path.description, mine.diff.base64url, by?.diff.base64url ?? "",
        ]
        let digest = SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8))
        return WireText(String(digest.hex.prefix(16)))
    }
}

extension Fold {
    /// What became of what `member` wrote to a cell.
    package mutating func inbox(of member: WireText, at key: CellKey) throws -> [InboxItem] {
        let writes = try cell(key, complete: true).writes
        let evaluation = try evaluate(key)
        let because = try because(evaluation, at: key)
        var items: [InboxItem] = []
        func add(_ kind: InboxItem.Kind, _ mine: WriteAccount, by: WriteAccount?) {
            let item = InboxItem(
                kind: kind,
                mine: mine,
                by: by,
                shown: evaluation.shown,
                because: because,
                conflict: evaluation.conflict?.kind,
                contested: evaluation.conflict?.path
            )
            if !items.contains(where: { $0.id == item.id }) { items.append(item) }
        }
        for write in writes where isOf(member, write) {
            guard let (kind, by) = try fate(of: write, among: writes, evaluation, at: key) else {
                continue
            }
            add(
                kind,
                try account(of: write, at: key),
                by: try by.map { try account(of: $0, at: key) }
            )
        }
        // What took part in a conflict is told with its end.
        var settled: Set<WriteReference> = []
        for write in writes where !isOf(member, write) {
            guard try settles(write, at: key) else { continue }
            settled.formUnion(
                try sight(of: key, before: entry(write.diff)).candidates.map(\.write)
            )
            let by = try account(of: write, at: key)
            for mine in try overruled(by: write, of: member, at: key) {
                // Somebody may have decided anew since, for what the member wrote.
                if try stands(mine, evaluation, at: key) { continue }
                add(.resolved, mine, by: by)
            }
        }
        for (mine, other) in try changedUnseen(on: key, of: member, among: writes) {
            add(.unseen, mine, by: other)
        }
        for change in try teamChanges(on: key, toldTo: member, among: writes) {
            add(.team, change, by: change)
        }
        for (mine, step) in try decisions(on: key, of: member, among: writes)
        where !settled.contains(step.write) && !items.contains(where: { $0.by?.diff == step.diff })
        {
            add(.decided, mine, by: step)
        }
        return items
    }

    /// The steps that other members took with a finding of `member`'s, each beside its own addition of it.
    private mutating func decisions(
        on key: CellKey,
        of member: WireText,
        among writes: [CellWrite]
    ) throws -> [(mine: WriteAccount, step: WriteAccount)] {
        guard key.field == "state", try record(key.record).kind == Schema.finding else { return [] }
        let presence = CellKey.presence(of: key.record)
        let adds = try cell(presence, complete: true).writes.filter {
            $0.effect.counts && $0.value != nil && isOf(member, $0)
        }
        guard let own = try adds.min(by: { try isOlder($0, than: $1) }) else { return [] }
        let shown = try evaluate(key).shown
        var decisions: [(mine: WriteAccount, step: WriteAccount)] = []
        for write in writes where write.effect == .effective && !isOf(member, write) {
            // What restates the state, and what hands a draft over, decides nothing.
            let former = try sight(of: key, before: entry(write.diff)).shown
            let handsOver = write.value == "submitted" && former != "confirmed"
            guard write.value != former, !handsOver, try !waits(write, at: key) else { continue }
            // Nor does a step beside which another one shows: its author is told.
            if write.standing == .surviving, write.value != shown { continue }
            decisions.append(
                (try account(of: own, at: presence), try account(of: write, at: key))
            )
        }
        return decisions
    }

    /// Whether what a member wrote in a cell shows there, undisputed.
    private mutating func stands(
        _ mine: WriteAccount,
        _ evaluation: Evaluation,
        at key: CellKey
    ) throws -> Bool {
        guard evaluation.conflict == nil, !key.field.isEmpty, try !isText(key) else { return false }
        let own = path(of: key, in: try record(key.record))
        return mine.path == own && mine.value == evaluation.shown
    }

    func isOf(_ member: WireText, _ write: CellWrite) -> Bool {
        membership.devices[branches[write.at.branch].author]?.member == member
    }

    /// What became of one write, conflicts that somebody ended aside; nil if nothing worth telling.
    private mutating func fate(
        of write: CellWrite,
        among writes: [CellWrite],
        _ evaluation: Evaluation,
        at key: CellKey
    ) throws -> (InboxItem.Kind, CellWrite?)? {
        let member = membership.devices[branches[write.at.branch].author]?.member ?? ""
        switch write.effect {
        case .void:
            return try isVoidWithItsRecord(write, at: key) ? nil : (.void, nil)
        case .proposal:
            let deciding = writes.filter {
                $0.effect == .effective && $0.over.contains(write.at) && !isOf(member, $0)
            }
            guard let by = try deciding.min(by: { try isOlder($0, than: $1) }) else { return nil }
            return (try isSame(write, by, at: key) ? .accepted : .declined, by)
        case .effective:
            guard write.standing == .surviving, let winner = evaluation.winner,
                winner != write.at, write.value != evaluation.shown,
                let by = writes.first(where: { $0.at == winner }), !isOf(member, by)
            else { return nil }
            // What waits is a side of the conflict.
            if try waits(write, at: key) { return nil }
            switch try record(key.record).kind.field(key.field)?.rule {
            case .newest, .mostSevere, .state, .control, nil: return (.outranked, by)
            case .ask, .set, .text, .once: return nil
            }
        }
    }

    /// Whether a step waits, until somebody decides.
    private mutating func waits(_ write: CellWrite, at key: CellKey) throws -> Bool {
        let record = try self.record(key.record)
        guard case .state = record.kind.field(key.field)?.rule else { return false }
        return try steps(of: record, at: key).waiting.contains { $0.at == write.at }
    }

    /// Whether the diff could not add the record either: then that alone is told.
    private mutating func isVoidWithItsRecord(_ write: CellWrite, at key: CellKey) throws -> Bool {
        guard !key.field.isEmpty else { return false }
        let presence = try cell(.presence(of: key.record), complete: true).writes
        return presence.contains { $0.diff == write.diff && $0.effect == write.effect }
    }

    /// The sides of `member` that a write decided against when it ended a conflict.
    private mutating func overruled(
        by write: CellWrite,
        of member: WireText,
        at key: CellKey
    ) throws -> [WriteAccount] {
        let sight = try sight(of: key, before: entry(write.diff))
        let own = path(of: key, in: try record(key.record))
        var accounts: [WriteAccount] = []
        for candidate in sight.candidates where !candidate.isProposal {
            guard membership.devices[candidate.write.author]?.member == member else { continue }
            let path = candidate.path.flatMap { CellPath($0) } ?? own
            guard let place = try self.key(of: path) else { continue }
            let found = try cell(place, complete: true).writes.first {
                $0.at.seq == candidate.write.seq
                    && branches[$0.at.branch].author == candidate.write.author
            }
            guard let found else { continue }
            let isAgainst: Bool
            if path != own {
                // An edit elsewhere loses if the record goes, or its life ends, after all.
                isAgainst = key.field.isEmpty ? write.value == nil : write.ends
            } else {
                isAgainst = try !keeps(write, what: found, at: key)
            }
            if isAgainst { accounts.append(try account(of: found, at: place)) }
        }
        return accounts
    }

    /// Whether a decision keeps what a side wrote: it says the same, or accepts a text as merged; of a text,
    /// also with more around it.
    private mutating func keeps(
        _ decision: CellWrite,
        what side: CellWrite,
        at key: CellKey
    ) throws -> Bool {
        guard try isText(key) else { return side.value == decision.value }
        if decision.textSplices.allSatisfy({ $0.delete == 0 && $0.insert.isEmpty }) { return true }
        if try isSame(side, decision, at: key) { return true }
        let events = try textEvents(of: key)
        guard let own = events.firstIndex(where: { $0.diff == side.diff }),
            let decided = events.firstIndex(where: { $0.diff == decision.diff })
        else { return false }
        let all = events.map(\.event)
        return Self.keepsWords(
            of: textAfter(own, in: all),
            insteadOf: textBefore(own, in: all),
            in: textAfter(decided, in: all)
        )
    }

    /// Whether a text still holds all that somebody typed when they changed another one.
    private static func keepsWords(
        of mine: String,
        insteadOf before: String,
        in decided: String
    ) -> Bool {
        let typed = wordSplices(from: before, to: mine).filter { !$0.insert.isEmpty }.map {
            $0.at..<$0.at + $0.insert.unicodeScalars.count
        }
        var shift = 0
        for splice in wordSplices(from: mine, to: decided) {
            let start = splice.at - shift
            let deleted = start..<start + splice.delete
            if typed.contains(where: { $0.overlaps(deleted) }) { return false }
            shift += splice.insert.unicodeScalars.count - splice.delete
        }
        return !typed.isEmpty
    }

    /// Whether two writes say the same: of a text, whether it reads the same after them.
    private mutating func isSame(
        _ one: CellWrite,
        _ other: CellWrite,
        at key: CellKey
    ) throws -> Bool {
        guard try isText(key) else { return one.value == other.value }
        let events = try textEvents(of: key)
        let texts = [one, other].map { write in
            events.firstIndex { $0.diff == write.diff }.map {
                textAfter($0, in: events.map(\.event))
            }
        }
        return texts[0] == texts[1]
    }
}
