import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// What is asked of a conflict beside its candidates.
struct ConflictSides {
    let view: AuditView

    /// A conflict with what each author had before them.
    func account(of conflict: Conflict) throws -> ConflictAccount {
        if let account = try view.replica.conflictDetails(at: conflict.path) { return account }
        throw CommandFailure(
            .changed,
            "another program has just resolved \(ConflictName.of(conflict.path))",
            next: "Look again with `concord conflicts`."
        )
    }

    /// The text as a candidate's author left it.
    static func text(of side: ConflictAccount.Side) -> String {
        side.changes.filter { $0.kind != .deleted }.map(\.text).joined()
    }

    /// What each candidate for a text in conflict says, by its diff's name.
    func sideTexts(of conflict: Conflict) throws -> [WriteReference: String] {
        guard conflict.kind == .text else { return [:] }
        var texts: [WriteReference: String] = [:]
        for side in try account(of: conflict).sides {
            texts[side.candidate.write] = Self.text(of: side)
        }
        return texts
    }
}
