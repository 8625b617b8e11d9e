import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge

/// A candidate as people read it: the writes of one save at other places are told together.
struct ToldCandidate {
    /// Its number, from 1 without gaps, by which `concord resolve --take` means it.
    let number: Int
    /// The place of its first write among the conflict's candidates.
    let first: Int
    var candidates: [Conflict.Candidate]
}

extension AuditView {
    /// The candidates as people read them, numbered from 1: without the edits at other places that their author has undone.
    func told(_ conflict: Conflict) throws -> [ToldCandidate] {
        try told(conflict, without: undone(conflict))
    }

    private func told(
        _ conflict: Conflict,
        without undone: Set<Int>
    ) throws -> [ToldCandidate] {
        var told: [ToldCandidate] = []
        var places: [WriteReference: Int] = [:]
        for (index, candidate) in conflict.candidates.enumerated() where !undone.contains(index) {
            let isElsewhere = isElsewhere(candidate, conflict)
            if isElsewhere, let same = places[candidate.write] {
                told[same].candidates.append(candidate)
            } else {
                if isElsewhere { places[candidate.write] = told.count }
                told.append(
                    ToldCandidate(number: told.count + 1, first: index, candidates: [candidate])
                )
            }
        }
        return told
    }

    /// What authors wrote at other places and have undone since, in words; nil if there is nothing of the kind.
    func undoneSince(_ conflict: Conflict) throws -> String? {
        let undone = try undone(conflict).sorted().map { conflict.candidates[$0] }
            .filter { try undoMark(of: $0.write) == nil }
        guard !undone.isEmpty else { return nil }
        let deeds = try undone.map { candidate in
            "\(try signature(of: candidate.write).name) \(text([candidate], of: conflict))"
        }
        return "Undone since, and no longer a candidate: \(deeds.joined(separator: "; "))"
    }

    /// The candidates, by their places, that their authors have undone, with the undos of these.
    ///
    /// Anyone may write that they undo something: it counts where the place shows the same value as before. What was
    /// changed so often that nobody reads it is looked at no closer, and stays a candidate.
    func undone(_ conflict: Conflict) throws -> Set<Int> {
        var undos: [WireText: [WriteReference: WriteReference]] = [:]
        var found: Set<Int> = []
        var undoing: Set<WriteReference> = []
        for (index, candidate) in conflict.candidates.enumerated() {
            guard !candidate.isText, isElsewhere(candidate, conflict), let name = candidate.path,
                let path = CellPath(name)
            else { continue }
            let known = try undos[name] ?? self.undos(in: replica.history(of: path))
            undos[name] = known
            guard let undo = known[candidate.write] else { continue }
            found.insert(index)
            undoing.insert(undo)
        }
        for (index, candidate) in conflict.candidates.enumerated()
        where undoing.contains(candidate.write) && isElsewhere(candidate, conflict) {
            found.insert(index)
        }
        return found
    }

    /// So many writes of one place are looked through for undos.
    private static let historyMax = 256

    /// The writes of a place that their authors have undone, and the undos: those that stand, and put back what was there.
    private func undos(in history: [HistoryEntry]) throws -> [WriteReference: WriteReference] {
        guard history.count <= Self.historyMax else { return [:] }
        let values = Dictionary(
            history.map { ($0.write, $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
        let over = Dictionary(
            history.map { ($0.write, $0.over) },
            uniquingKeysWith: { first, _ in first }
        )
        var cancelled: Set<WriteReference> = []
        var found: [WriteReference: WriteReference] = [:]
        for entry in history.sorted(by: { $0.write.seq > $1.write.seq }) {
            guard let mark = try undoMark(of: entry.write) else { continue }
            let target = WriteReference(seq: mark.seq, author: entry.write.author)
            if mark.isRedo {
                cancelled.insert(target)
            } else if !cancelled.contains(entry.write), let former = over[target],
                former.count <= 1, entry.value == former.first.flatMap({ values[$0] ?? nil }),
                entry.over.contains(target)
            {
                found[target] = entry.write
            }
        }
        return found
    }

    private func undoMark(of write: WriteReference) throws -> UndoMark? {
        UndoMark(try signature(of: write).reason, of: write)
    }

    private func isElsewhere(_ candidate: Conflict.Candidate, _ conflict: Conflict) -> Bool {
        candidate.path.map { $0 != conflict.path.text } ?? false
    }

    /// The numbers by which `concord resolve --take` means the candidates: for each its own, nil for one that was
    /// undone.
    func numbers(_ conflict: Conflict) throws -> [Int?] {
        var numbers: [WriteReference: Int] = [:]
        var firsts: [Int: Int] = [:]
        let undone = try undone(conflict)
        for told in try told(conflict, without: undone) {
            firsts[told.first] = told.number
            for candidate in told.candidates where isElsewhere(candidate, conflict) {
                numbers[candidate.write] = told.number
            }
        }
        return conflict.candidates.enumerated().map { index, candidate in
            undone.contains(index) ? nil : firsts[index] ?? numbers[candidate.write]
        }
    }
}
