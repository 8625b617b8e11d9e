import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge

/// What is told of a conflict's candidates.
struct ToldView {
    let view: AuditView

    /// The candidates as people read them: without the edits at other places that their author has undone.
    func toldCandidates(_ conflict: Conflict) throws -> ToldCandidates {
        ToldCandidates(of: conflict, without: try undone(conflict))
    }

    /// The candidates as people read them, numbered from 1.
    func told(_ conflict: Conflict) throws -> [ToldCandidates.Told] {
        try toldCandidates(conflict).told
    }

    /// What authors wrote at other places and have undone since, in words; nil if there is nothing of the kind.
    func undoneSince(_ conflict: Conflict) throws -> String? {
        let undone = try undone(conflict).sorted().map { conflict.candidates[$0] }
            .filter { try undoMark(of: $0.write) == nil }
        guard !undone.isEmpty else { return nil }
        let deeds = try undone.map { candidate in
            "\(try view.signature(of: candidate.write).name) \(view.deedWords.text([candidate], of: conflict))"
        }
        return "Undone since, and no longer a candidate: \(deeds.joined(separator: "; "))"
    }

    /// The candidates, by their places, that their authors have undone, with the undos of these.
    private func undone(_ conflict: Conflict) throws -> Set<Int> {
        try ToldCandidates.undone(in: conflict) { path in
            let history = try view.replica.history(of: path)
            guard history.count <= ToldCandidates.historyMax else { return nil }
            return try history.map {
                PlaceWrite(
                    write: $0.write,
                    value: $0.value,
                    over: $0.over,
                    mark: try undoMark(of: $0.write)
                )
            }
        }
    }

    private func undoMark(of write: WriteReference) throws -> UndoMark? {
        UndoMark(try view.signature(of: write).reason, of: write)
    }

    /// The numbers by which `concord resolve --take` means the candidates: for each its own, nil for one that was
    /// undone.
    func numbers(_ conflict: Conflict) throws -> [Int?] { try toldCandidates(conflict).numbers }
}
