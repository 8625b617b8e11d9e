import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// Which of two writes or diffs comes first, and which write of a cell wins.
struct Precedence: FoldPart {
    let memory: FoldMemory

    // MARK: Order and candidates.

    func winner(of survivors: [CellWrite]) throws -> CellWrite? {
        let decided = survivors.filter { $0.effect == .effective }
        return try (decided.isEmpty ? survivors : decided).max { left, right in
            left.rank != right.rank ? left.rank < right.rank : try isOlder(left, than: right)
        }
    }

    /// The order of `newest`: causal depth, then author, then identity.
    func isOlder(_ left: CellWrite, than right: CellWrite) throws -> Bool {
        if left.depth != right.depth { return left.depth < right.depth }
        let authors = (branches[left.at.branch].author, branches[right.at.branch].author)
        if authors.0 != authors.1 { return authors.0 < authors.1 }
        return try entry(left.diff).id < entry(right.diff).id
    }

    /// The order of the log, what is pending after it.
    func isPlaced(_ left: CellWrite, before right: CellWrite) throws -> Bool {
        Self.isPlaced(try entry(left.diff), before: try entry(right.diff))
    }

    /// The order of the log, what is pending after it.
    static func isPlaced(_ left: DiffEntry, before right: DiffEntry) -> Bool {
        switch (left.position, right.position) {
        case (let first?, let second?): return first < second
        case (_?, nil): return true
        case (nil, _?): return false
        case (nil, nil): return isBefore(left, right)
        }
    }

    // MARK: What has no place in the log yet.

    /// The order of what is pending: depth, author, identity.
    static func isBefore(_ left: DiffEntry, _ right: DiffEntry) -> Bool {
        (left.depth, left.author, left.id) < (right.depth, right.author, right.id)
    }
}
