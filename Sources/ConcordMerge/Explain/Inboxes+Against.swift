package import ConcordEncoding
import ConcordModel
import ConcordText

// What two people did against each other at the same time where a rule decides between them, so that nobody is asked:
// steps of which one shows, and the admission of a save that another leader declined.

extension Inboxes {
    /// The shown step of `member`'s, and another one that somebody took at the same time and that is not shown:
    /// who took that one hears that it is outranked, and the person who took this one hears that somebody
    /// wanted something else.
    func stepsAgainst(
        _ evaluation: Evaluation,
        of member: WireText,
        among writes: [CellWrite]
    ) throws -> [(mine: CellWrite, other: CellWrite)] {
        guard evaluation.conflict == nil else { return [] }
        let steps = writes.filter { $0.effect == .effective && $0.standing == .surviving }
        let shown = steps.filter { $0.value == evaluation.shown && isOf(member, $0) }
        let others = steps.filter { $0.value != evaluation.shown && !isOf(member, $0) }
        var found: [(mine: CellWrite, other: CellWrite)] = []
        for mine in shown {
            for other in others where try areConcurrent(mine, other) { found.append((mine, other)) }
        }
        return found
    }

    private func areConcurrent(_ one: CellWrite, _ other: CellWrite) throws -> Bool {
        try !entry(one.diff).seen.contains(other.at) && !entry(other.diff).seen.contains(one.at)
    }

    /// The item for `member` about a save that one leader admitted and another one declined. It counts, and the
    /// person who declined it hears of it, and who admitted it too where neither had seen the other.
    ///
    /// - Parameters:
    ///   - admission: the record of the admission.
    ///   - decline: the record that declines the same save.
    package func told(
        _ member: WireText,
        admittedBy admission: Int,
        declinedBy decline: Int
    ) throws -> [InboxItem] {
        let (admitted, declined) = (
            CellKey.presence(of: admission), CellKey.presence(of: decline)
        )
        var items: [InboxItem] = []
        for yes in try additions(at: admitted) {
            for no in try additions(at: declined) where try !entry(no.diff).seen.contains(yes.at) {
                let isKnown = try entry(yes.diff).seen.contains(no.at)
                let yes = LocatedWrite(yes, at: admitted)
                let no = LocatedWrite(no, at: declined)
                if isOf(member, no.write), !isOf(member, yes.write) {
                    items.append(try item(isKnown ? .replaced : .unseen, mine: no, by: yes))
                } else if isOf(member, yes.write), !isOf(member, no.write), !isKnown {
                    items.append(try item(.unseen, mine: yes, by: no))
                }
            }
        }
        return items
    }

    /// The writes by which a record is there.
    private func additions(at presence: CellKey) throws -> [CellWrite] {
        guard try evaluator.evaluate(presence).shown != nil else { return [] }
        return try cell(presence).survivors.filter { $0.effect == .effective && $0.value != nil }
    }

    private func item(
        _ kind: InboxItem.Kind,
        mine: LocatedWrite,
        by other: LocatedWrite
    ) throws -> InboxItem {
        let evaluation = try evaluator.evaluate(mine.key)
        return InboxItem(
            kind: kind,
            mine: try accounts.account(of: mine.write, at: mine.key),
            by: try accounts.account(of: other.write, at: other.key),
            shown: evaluation.shown,
            because: try accounts.because(evaluation, at: mine.key),
            conflict: evaluation.conflict?.kind,
            contested: evaluation.conflict?.path
        )
    }

    /// What `member` wrote in a piece of evidence, and another member's mark that hides its contents in
    /// reports, unless the member wrote on knowing it.
    func keptFromReaders(
        _ evaluation: Evaluation,
        at key: CellKey,
        of member: WireText,
        among writes: [CellWrite]
    ) throws -> (mine: WriteAccount, by: WriteAccount)? {
        guard key.field == KnownField.confidentiality,
            try record(key.record).kind == Schema.evidence,
            let word = evaluation.shown?.stringValue, !Schema.isForReaders(word),
            let by = writes.first(where: { $0.at == evaluation.winner }), !isOf(member, by),
            let mine = try contribution(of: member, to: key.record, seenBy: nil),
            try !knows(mine, of: by)
        else { return nil }
        return (mine, try accounts.account(of: by, at: key))
    }

    private func knows(_ mine: WriteAccount, of other: CellWrite) throws -> Bool {
        guard let number = try number(of: mine.diff) else { return false }
        return try entry(number).seen.contains(other.at)
    }
}
