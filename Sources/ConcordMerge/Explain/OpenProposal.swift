public import ConcordDiff
public import ConcordEncoding
import ConcordModel

/// A proposal that nobody has decided. It is shown where nobody else wrote, is a candidate of a conflict, or
/// was made at the same time as a step.
public struct OpenProposal: Hashable, Sendable {
    /// What was proposed, by whom, when and why.
    public let account: WriteAccount
    /// What its cell shows.
    public let shown: JSON?
    /// The open conflict in which it is a candidate, if there is one.
    public let conflict: CellPath?
}

extension Pictures {
    /// The proposals of a cell that wait for somebody who may decide.
    package func openProposals(at key: CellKey) throws -> [OpenProposal] {
        let proposed = try cell(key, complete: true).writes.filter { $0.effect == .proposal }
        guard !proposed.isEmpty else { return [] }
        let evaluation = try evaluator.evaluate(key)
        let decided = try cell(key).survivors.filter { $0.effect == .effective }
        let sides = Set((evaluation.conflict?.candidates ?? []).map(\.write))
        var open: [OpenProposal] = []
        for write in proposed {
            let isSide = try sides.contains(entry(write.diff).reference)
            if try isText(key) {
                // Of a text every write survives: what is decided is not a candidate any more.
                if !decided.isEmpty, !isSide { continue }
            } else {
                guard write.standing == .surviving else { continue }
                // Somebody who may has written the same.
                if !isSide, decided.contains(where: { $0.value == write.value }) { continue }
            }
            open.append(
                OpenProposal(
                    account: try accounts.account(of: write, at: key),
                    shown: evaluation.shown,
                    conflict: isSide ? evaluation.conflict?.path : nil
                )
            )
        }
        return open
    }
}
