package import ConcordDiff
package import ConcordEncoding
public import ConcordMerge

/// The candidates of a conflict as people read them, and the numbers by which people mean them.
///
/// The writes of one save outside the conflict's own cell are listed as one candidate, and what its author has
/// undone since is not listed.
public struct ToldCandidates: Sendable {
    /// A candidate as people read it.
    public struct Told: Hashable, Sendable {
        /// Its number, from 1 without gaps.
        public let number: Int
        /// The place of its first write among the conflict's candidates.
        public let first: Int
        /// Its writes: one in the conflict's own cell, or all of one save in other cells.
        public var candidates: [Conflict.Candidate]
    }

    /// The candidates, in the order of their numbers.
    public let told: [Told]
    /// For each candidate of the conflict the number by which it is meant; nil for one that was undone.
    public let numbers: [Int?]

    /// - Parameter undone: the candidates, by their places, that their authors have undone.
    public init(of conflict: Conflict, without undone: Set<Int> = []) {
        var told: [Told] = []
        var places: [WriteReference: Int] = [:]
        var numbers: [Int?] = []
        for (index, candidate) in conflict.candidates.enumerated() {
            if undone.contains(index) {
                numbers.append(nil)
            } else if candidate.isElsewhere(in: conflict), let same = places[candidate.write] {
                told[same].candidates.append(candidate)
                numbers.append(told[same].number)
            } else {
                if candidate.isElsewhere(in: conflict) { places[candidate.write] = told.count }
                told.append(Told(number: told.count + 1, first: index, candidates: [candidate]))
                numbers.append(told.count)
            }
        }
        self.told = told
        self.numbers = numbers
    }
}

extension ToldCandidates {
    /// So many writes of one place are looked through for undos.
    package static let historyMax = 256

    /// The candidates, by their places, that their authors have undone, with the undos of these.
    ///
    /// Anyone may write that they undo something: it counts if the cell shows the same value as before. What
    /// was changed so often that nobody reads it is looked at no closer, and stays a candidate.
    ///
    /// - Parameter history: all writes of a place; nil where they are more than `historyMax`.
    package static func undone(
        in conflict: Conflict,
        history: (CellPath) throws -> [PlaceWrite]?
    ) rethrows -> Set<Int> {
        var undos: [WireText: [WriteReference: WriteReference]] = [:]
        var found: Set<Int> = []
        var undoing: Set<WriteReference> = []
        for (index, candidate) in conflict.candidates.enumerated() {
            guard !candidate.isText, candidate.isElsewhere(in: conflict),
                let name = candidate.path, let path = CellPath(name)
            else { continue }
            if undos[name] == nil {
                undos[name] = try history(path).map { PlaceWrite.undos(in: $0) } ?? [:]
            }
            guard let undo = undos[name]?[candidate.write] else { continue }
            found.insert(index)
            undoing.insert(undo)
        }
        for (index, candidate) in conflict.candidates.enumerated()
        where undoing.contains(candidate.write) && candidate.isElsewhere(in: conflict) {
            found.insert(index)
        }
        return found
    }
}

extension Conflict.Candidate {
    /// Whether it is a write at another place than the conflict's own.
    public func isElsewhere(in conflict: Conflict) -> Bool {
        path.map { $0 != conflict.path.text } ?? false
    }
}

/// A write of one place, as far as it matters to whether its author has undone it.
package struct PlaceWrite: Hashable, Sendable {
    /// Its name in `over`.
    package let write: WriteReference
    /// The value; nil for a removal.
    package let value: JSON?
    /// The writes that it replaces.
    package let over: [WriteReference]
    /// The undo or redo that its save is; nil for any other save.
    package let mark: UndoMark?

    /// A write of one place.
    package init(write: WriteReference, value: JSON?, over: [WriteReference], mark: UndoMark?) {
        self.write = write
        self.value = value
        self.over = over
        self.mark = mark
    }

    /// The writes of a place that their authors have undone, each with the undo: those that count and restore
    /// the former value.
    ///
    /// Anyone may write that they undo something: it counts if the cell shows the same value as before.
    ///
    /// - Parameter history: all writes of the place.
    package static func undos(in history: [PlaceWrite]) -> [WriteReference: WriteReference] {
        let values = Dictionary(history.map { ($0.write, $0.value) }) { first, _ in first }
        let over = Dictionary(history.map { ($0.write, $0.over) }) { first, _ in first }
        var cancelled: Set<WriteReference> = []
        var found: [WriteReference: WriteReference] = [:]
        for entry in history.sorted(by: { $0.write.seq > $1.write.seq }) {
            guard let mark = entry.mark else { continue }
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
}
