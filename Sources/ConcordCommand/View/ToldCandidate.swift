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
        let undone = try undone(conflict)
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
    func undone(_ conflict: Conflict) throws -> Set<Int> {
        var histories: [WireText: [HistoryEntry]] = [:]
        var found: Set<Int> = []
        var undos: Set<WriteReference> = []
        for (index, candidate) in conflict.candidates.enumerated() {
            guard isElsewhere(candidate, conflict), let name = candidate.path,
                let path = CellPath(name)
            else { continue }
            let history = try histories[name] ?? replica.history(of: path)
            histories[name] = history
            guard let undo = try undo(of: candidate.write, in: history) else { continue }
            found.insert(index)
            undos.insert(undo)
        }
        for (index, candidate) in conflict.candidates.enumerated()
        where undos.contains(candidate.write) && isElsewhere(candidate, conflict) {
            found.insert(index)
        }
        return found
    }

    /// The save by which an author has undone one of their writes at a place, if that undo stands.
    private func undo(
        of write: WriteReference,
        in history: [HistoryEntry]
    ) throws -> WriteReference? {
        var cancelled: Set<Int> = []
        let later = history.filter { $0.write.author == write.author && $0.write.seq > write.seq }
        for entry in later.sorted(by: { $0.write.seq > $1.write.seq }) {
            guard let mark = try undoMark(of: entry.write) else { continue }
            if mark.isRedo {
                cancelled.insert(mark.seq)
            } else if mark.seq == write.seq, !cancelled.contains(entry.write.seq) {
                return entry.write
            }
        }
        return nil
    }

    /// Which of their saves an author takes back by a write, as its reason says; nil for an ordinary save.
    private func undoMark(of write: WriteReference) throws -> (isRedo: Bool, seq: Int)? {
        guard let reason = try signature(of: write).reason else { return nil }
        let words = reason.string.prefix { $0 != ":" }.split(separator: " ")
        guard words.count == 2, words[0] == "undo" || words[0] == "redo" else { return nil }
        let parts = words[1].split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let seq = Int(parts[0]) else { return nil }
        let named = WireText(String(parts[1]))
        let own = WireText(String(write.author.description.prefix(8)))
        guard named == own else { return nil }
        return (words[0] == "redo", seq)
    }

    private func isElsewhere(_ candidate: Conflict.Candidate, _ conflict: Conflict) -> Bool {
        candidate.path.map { $0 != conflict.path.text } ?? false
    }

    /// The numbers by which `concord resolve --take` means the candidates: for each its own, nil for one that was
    /// undone.
    func numbers(_ conflict: Conflict) throws -> [Int?] {
        let undone = try undone(conflict)
        var numbers: [WriteReference: Int] = [:]
        for told in try told(conflict) {
            for candidate in told.candidates where isElsewhere(candidate, conflict) {
                numbers[candidate.write] = told.number
            }
        }
        let firsts = Dictionary(
            try told(conflict).map { ($0.first, $0.number) },
            uniquingKeysWith: { first, _ in first }
        )
        return conflict.candidates.enumerated().map { index, candidate in
            undone.contains(index) ? nil : firsts[index] ?? numbers[candidate.write]
        }
    }
}
