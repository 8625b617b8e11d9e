package import ConcordDiff
package import ConcordEncoding

extension Undoing {
    /// Undoes the newest save of a chain that changed anything and that nobody undid, or the newest
    /// undo, given the chain's newest diff.
    ///
    /// - Parameter save: this save instead of the newest: what others made of a later one is then not in the way.
    /// - Throws: `UndoError`; `nothing` if `save` is not one of the chain's that stands.
    package func takeBackNewest(
        from tip: DiffID?,
        isRedo: Bool,
        reason: WireText?,
        save: DiffID? = nil
    ) throws -> (result: TakingBack, operations: [Operation]) {
        if isRedo { return try takeBack(try undoToRedo(from: tip), isRedo: true, reason: reason) }
        var marks = UndoMarks()
        var next = tip
        var isReached = save == nil
        while let id = next, let diff = try held(id) {
            next = Self.previous(diff.diff)
            guard marks.isLiveSave(diff.diff) else { continue }
            isReached = isReached || id == save
            guard isReached else { continue }
            var taken = try takeBack(diff.number, isRedo: false, reason: reason)
            if !taken.operations.isEmpty { return taken }
            // Where nothing had effect, or only said again what was shown, there is nothing to undo.
            let isIdle = taken.result.leftAlone.allSatisfy {
                $0.why == .noEffect || $0.why == .restated
            }
            if isIdle, save == nil { continue }
            taken.result.earlier = try earlierSave(from: next, &marks)
            return taken
        }
        throw UndoError(.nothing)
    }

    /// At how many saves it is looked for one that can be undone: each may have changed a long text.
    private static var earlierMax: Int { 16 }

    /// The newest save, from here back, of which something can be undone; nil if there is none among the newest
    /// few, or if one before it cannot be undone at all.
    private func earlierSave(
        from tip: DiffID?,
        _ marks: inout UndoMarks
    ) throws -> WriteReference? {
        var next = tip
        var left = Self.earlierMax
        while left > 0, let diff = try next.flatMap({ try held($0) }) {
            next = Self.previous(diff.diff)
            guard marks.isLiveSave(diff.diff) else { continue }
            left -= 1
            do {
                let taken = try takeBack(diff.number, isRedo: false, reason: nil)
                if !taken.operations.isEmpty { return taken.result.target }
            } catch let error as UndoError {
                // A reason can still be given.
                guard error.code == .reasonMissing else { return nil }
                let head = diff.diff.head
                return WriteReference(seq: head.seq, author: head.author)
            }
        }
        return nil
    }

    /// The newest undo of a chain that nobody undid and after which nothing else was saved.
    private func undoToRedo(from tip: DiffID?) throws -> Int {
        var marks = UndoMarks()
        var next = tip
        while let diff = try next.flatMap({ try held($0) }) {
            if marks.isLiveSave(diff.diff) { break }
            if let mark = UndoMark(diff.diff), !mark.isRedo,
                !marks.cancelled.contains(diff.diff.head.seq)
            {
                return diff.number
            }
            next = Self.previous(diff.diff)
        }
        throw UndoError(.nothingUndone)
    }

    private func held(_ id: DiffID) throws -> (number: Int, diff: VerifiedDiff)? {
        try number(of: id).map { (number: $0, diff: try diff($0)) }
    }

    private static func previous(_ diff: VerifiedDiff) -> DiffID? {
        diff.head.seq > 1 ? diff.head.parents.first : nil
    }
}

/// What is known of a chain's undos while it is read from its end.
private struct UndoMarks {
    /// The numbers of undos that were undone.
    private(set) var cancelled: Set<Int> = []
    private var undone: Set<Int> = []

    /// Notes a diff; whether it is an ordinary save that stands.
    mutating func isLiveSave(_ diff: VerifiedDiff) -> Bool {
        guard let mark = UndoMark(diff) else { return !undone.contains(diff.head.seq) }
        if mark.isRedo {
            cancelled.insert(mark.seq)
        } else if !cancelled.contains(diff.head.seq) {
            undone.insert(mark.seq)
        }
        return false
    }
}
