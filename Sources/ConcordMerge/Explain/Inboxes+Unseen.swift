import ConcordEncoding
import ConcordModel

// Who submits a finding hands over what they had before them. What somebody else changed of it at the same
// time stands: no value was lost, so it is not a conflict. But neither knew of the other, and the finding is
// submitted as nobody had read it: so both hear of it, until somebody who had seen it takes the next step.

extension Inboxes {
    /// What a member did on a finding while another member did something else: one submitted it, and one
    /// changed what a confirmation will confirm.
    func changedUnseen(
        on key: CellKey,
        of member: WireText,
        among steps: [CellWrite]
    ) throws -> [(mine: WriteAccount, other: WriteAccount)] {
        let record = try record(key.record)
        guard key.isState, record.kind == Schema.finding else { return [] }
        let submitting = steps.filter {
            $0.standing == .surviving && $0.effect == .effective && $0.value == "submitted"
        }
        guard !submitting.isEmpty else { return [] }
        let changes = try treeWrites(of: record.number).filter { write in
            try write.write.standing == .surviving && write.key != key
                && states.isConfirmed(write, with: record)
        }
        let beside = ConcurrentWrites(changes)
        var told: [(mine: WriteAccount, other: WriteAccount)] = []
        for step in submitting {
            for change in try beside.all(besideAnyOf: [entry(step.diff)], in: self) {
                let isStepOwn = isOf(member, step)
                guard isStepOwn != isOf(member, change.write) else { continue }
                let own = try accounts.account(of: step, at: key)
                let other = try accounts.account(of: change.write, at: change.key)
                told.append(isStepOwn ? (own, other) : (other, own))
            }
        }
        return told
    }
}
