public import ConcordDiff
public import ConcordEncoding
import ConcordModel
import ConcordText

/// One item of a member's inbox: an edit of theirs that was overruled, a proposal of theirs that was decided, or a
/// change of the team.
public struct InboxItem: Hashable, Sendable {
    /// What happened; the raw value is used in JSON.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Another member resolved a conflict in which it was a candidate, and chose another one.
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
        /// Neither had seen the other: a submission and a change of the finding, two different steps, or an
        /// admission and a decline of one save.
        case unseen = "changed-unseen"
        /// Another member marked the evidence with a word that hides its contents in reports.
        case hidden = "content-hidden"
        /// Another member changed somebody's role, or ended a membership or a device's.
        case team = "team-changed"
        /// Another member removed a record that the member cites.
        case citedRemoved = "cited-removed"
        /// Another member, who had seen it, wrote something else instead, or removed it.
        case replaced
        /// The answer that the member closed does not cover what another member raised unseen.
        case unanswered = "raised-unseen"
    }

    /// What happened.
    public let kind: Kind
    /// What the member wrote. For a change of the team, the change itself.
    public let mine: WriteAccount
    /// The write that overruled it or decided; nil if it is void.
    public let by: WriteAccount?
    /// What the cell shows now.
    public let shown: JSON?
    /// Why it shows that.
    public let because: ShownBecause
    /// The kind of conflict that is open over the cell, if there is one.
    public let conflict: ConflictKind?
    /// The cell of the conflict. The member may have written to another cell of the record.
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

/// A cell with the fate of its writes, and the questions asked of each of them.
private struct ToldCell {
    let key: CellKey
    let writes: [CellWrite]
    let evaluation: Evaluation
    /// The places of the steps that wait, of a state.
    let waiting: Set<BranchSeq>
    /// The write that is shown, if it is a single one.
    let winner: CellWrite?
    /// The effective writes that name a place in `over`.
    let naming: [BranchSeq: [CellWrite]]

    init(key: CellKey, writes: [CellWrite], evaluation: Evaluation, waiting: Set<BranchSeq>) {
        self.key = key
        self.writes = writes
        self.evaluation = evaluation
        self.waiting = waiting
        winner = evaluation.winner.flatMap { place in writes.first { $0.at == place } }
        var naming: [BranchSeq: [CellWrite]] = [:]
        for write in writes where write.effect == .effective {
            for place in write.over { naming[place, default: []].append(write) }
        }
        self.naming = naming
    }
}

/// The items about one cell, each once.
private struct InboxTray {
    private let evaluation: Evaluation
    private let because: ShownBecause
    private var ids: Set<WireText> = []
    private(set) var items: [InboxItem] = []
    /// The diffs that overruled or decided something.
    private(set) var causes: Set<DiffID> = []

    init(_ evaluation: Evaluation, because: ShownBecause) {
        self.evaluation = evaluation
        self.because = because
    }

    mutating func add(_ kind: InboxItem.Kind, _ mine: WriteAccount, by: WriteAccount?) {
        let item = InboxItem(
            kind: kind,
            mine: mine,
            by: by,
            shown: evaluation.shown,
            because: because,
            conflict: evaluation.conflict?.kind,
            contested: evaluation.conflict?.path
        )
        guard ids.insert(item.id).inserted else { return }
        items.append(item)
        if let by { causes.insert(by.diff) }
    }
}

/// What a member should hear of what others did.
package struct Inboxes: FoldPart {
    package let memory: FoldMemory

    /// What became of what `member` wrote to a cell.
    package func inbox(of member: WireText, at key: CellKey) throws -> [InboxItem] {
        let evaluation = try evaluator.evaluate(key)
        let told = ToldCell(
            key: key,
            writes: try cell(key, complete: true).writes,
            evaluation: evaluation,
            waiting: try waitingSteps(at: key)
        )
        var tray = InboxTray(evaluation, because: try accounts.because(evaluation, at: key))
        for write in try accounts.ownWrites(
            of: member,
            at: key,
            among: told.writes,
            decided: { told.naming[$0.at] != nil }
        ) {
            guard let (kind, by) = try fate(of: write, in: told) else { continue }
            tray.add(
                kind,
                try accounts.account(of: write, at: key),
                by: try by.map { try accounts.account(of: $0, at: key) }
            )
        }
        // A candidate of a conflict is listed when the conflict ends.
        var settled: Set<WriteReference> = []
        for write in try accounts.decidingOverOwn(of: member, at: key, among: told.writes) {
            guard let conflict = try self.accounts.settled(by: write, at: key) else { continue }
            settled.formUnion(conflict.candidates.map(\.write))
            let by = try accounts.account(of: write, at: key)
            for mine in try overruled(by: write, in: conflict, of: member, at: key) {
                // Somebody may have decided again since, for what the member wrote.
                if try stands(mine, evaluation, at: key) { continue }
                tray.add(.resolved, mine, by: by)
            }
        }
        for (kind, mine, other) in try unknown(to: member, in: told) {
            tray.add(kind, mine, by: other)
        }
        if key.field.isEmpty, evaluation.shown == nil {
            for (kind, mine, by) in try lostWithRemovals(of: member, at: key, among: told.writes) {
                tray.add(kind, mine, by: by)
            }
        }
        for (mine, by) in try replacements(
            of: member,
            at: key,
            among: told.writes,
            evaluation: evaluation
        )
        where !settled.contains(mine.write) {
            tray.add(.replaced, mine, by: by)
        }
        for change in try teamChanges(on: key, toldTo: member, among: told.writes) {
            tray.add(.team, change, by: change)
        }
        for (mine, step) in try decisions(in: told, of: member)
        where !settled.contains(step.write) && !tray.causes.contains(step.diff) {
            tray.add(.decided, mine, by: step)
        }
        return tray.items
    }

    /// What others did at the same time as a member, unseen by the member.
    private func unknown(
        to member: WireText,
        in told: ToldCell
    ) throws -> [(kind: InboxItem.Kind, mine: WriteAccount, by: WriteAccount)] {
        let key = told.key
        var found = try changedUnseen(on: key, of: member, among: told.writes).map {
            (kind: InboxItem.Kind.unseen, mine: $0.mine, by: $0.other)
        }
        if key.isState {
            for pair in try stepsAgainst(told.evaluation, of: member, among: told.writes) {
                let mine = try accounts.account(of: pair.mine, at: key)
                found.append((.unseen, mine, try accounts.account(of: pair.other, at: key)))
            }
        }
        if let (mine, by) = try keptFromReaders(
            told.evaluation,
            at: key,
            of: member,
            among: told.writes
        ) {
            found.append((.hidden, mine, by))
        }
        return found
    }

    /// The places of the steps of a state that wait until somebody decides; none of any other cell.
    private func waitingSteps(at key: CellKey) throws -> Set<BranchSeq> {
        let record = try self.record(key.record)
        guard case .state = record.kind.field(key.field)?.rule else { return [] }
        return try states.steps(of: record, at: key).leftOut.places
    }

    /// The steps that other members took with a finding of `member`'s, each with `member`'s own addition of it;
    /// and what ended another finding in which they wrote.
    private func decisions(
        in told: ToldCell,
        of member: WireText
    ) throws -> [(mine: WriteAccount, step: WriteAccount)] {
        let key = told.key
        let record = try record(key.record)
        guard key.isState, record.kind == Schema.finding else { return [] }
        let presence = CellKey.presence(of: key.record)
        let adds = try cell(presence, complete: true).writes.filter {
            $0.effect.counts && $0.value != nil && isOf(member, $0)
        }
        let own = try adds.min(by: { try precedence.isOlder($0, than: $1) })
        let shown = told.evaluation.shown
        let addition = try own.map { try accounts.account(of: $0, at: presence) }
        var decisions: [(mine: WriteAccount, step: WriteAccount)] = []
        for write in told.writes where write.effect == .effective && !isOf(member, write) {
            // What restates the state, and what hands a draft over, decides nothing.
            let former = try seenWrites.shownState(of: record, from: entry(write.diff))
            let handsOver = write.value == "submitted" && former != "confirmed"
            guard write.value != former, !handsOver, !told.waiting.contains(write.at)
            else { continue }
            // Nor does a step at the same time as the shown one: its author hears of it.
            if write.standing == .surviving, write.value != shown { continue }
            // For somebody else's finding, the item says that it ended with what the member wrote in it.
            let ended = write.ends && write.value == shown
            let part =
                try addition == nil && ended
                ? contribution(of: member, to: key.record, seenBy: entry(write.diff)) : nil
            guard let mine = addition ?? part else { continue }
            decisions.append((mine, try accounts.account(of: write, at: key)))
        }
        return decisions
    }

    /// Whether what a member wrote in a cell shows there, undisputed.
    private func stands(
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
    private func fate(
        of write: CellWrite,
        in told: ToldCell
    ) throws -> (InboxItem.Kind, CellWrite?)? {
        let key = told.key
        let member = membership.devices[branches[write.at.branch].author]?.member ?? ""
        switch write.effect {
        case .void:
            return try isVoidWithItsRecord(write, at: key) ? nil : (.void, nil)
        case .proposal:
            let deciding = (told.naming[write.at] ?? []).filter { !isOf(member, $0) }
            guard let by = try deciding.min(by: { try precedence.isOlder($0, than: $1) }) else {
                return nil
            }
            return (try accounts.takes(by, what: write, at: key) ? .accepted : .declined, by)
        case .effective:
            guard write.standing == .surviving, let by = told.winner, by.at != write.at,
                write.value != told.evaluation.shown, !isOf(member, by)
            else { return nil }
            // What waits is a candidate of the conflict.
            if told.waiting.contains(write.at) { return nil }
            switch try record(key.record).kind.field(key.field)?.rule {
            case .newest, .mostSevere, .state, .control, nil: return (.outranked, by)
            case .ask, .set, .text, .once: return nil
            }
        }
    }

    /// Whether the diff could not add the record either: then only that is listed.
    private func isVoidWithItsRecord(_ write: CellWrite, at key: CellKey) throws -> Bool {
        guard !key.field.isEmpty else { return false }
        let presence = CellKey.presence(of: key.record)
        return try self.write(of: write.diff, at: presence)?.effect == write.effect
    }

    /// The candidates of `member` that a write decided against when it ended a conflict.
    private func overruled(
        by write: CellWrite,
        in conflict: Conflict,
        of member: WireText,
        at key: CellKey
    ) throws -> [WriteAccount] {
        let own = path(of: key, in: try record(key.record))
        var accounts: [WriteAccount] = []
        for candidate in conflict.candidates where !candidate.isProposal {
            guard membership.devices[candidate.write.author]?.member == member else { continue }
            let path = candidate.path.flatMap { CellPath($0) } ?? own
            guard let place = try self.accounts.key(of: path),
                let found = try self.accounts.writes(namedBy: candidate.write, at: place).first
            else { continue }
            let isAgainst: Bool
            if path != own {
                // An edit elsewhere loses if the record goes, or its life ends, after all.
                isAgainst = key.field.isEmpty ? write.value == nil : write.ends
            } else {
                isAgainst = try !self.accounts.keeps(write, what: found, at: key)
            }
            if isAgainst { accounts.append(try self.accounts.account(of: found, at: place)) }
        }
        return accounts
    }
}
