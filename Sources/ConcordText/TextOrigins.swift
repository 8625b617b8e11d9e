/// Which event each character of a merged text comes from.
///
/// Kept alongside the text, in leaves under a `PositionTree`, so an edit costs a search of logarithmic depth
/// and the moving of one leaf. They are kept only where somebody asks who wrote what.
struct TextOrigins: ~Copyable {
    /// Characters that follow each other, from one event, as it typed them.
    struct Run: Hashable {
        var event: Int
        /// How much the event had typed before them.
        var offset: Int
        var length: Int
    }

    /// How many runs a leaf holds at the most.
    private static let leafMax = 64

    private var tree = PositionTree(columns: 1)
    private var leaves: [[Run]] = [[]]
    /// How much each event has typed.
    private var typed: [Int: Int] = [:]

    /// All runs, in the order of the text.
    var runs: [Run] {
        var runs: [Run] = []
        var next: Int? = tree.firstLeaf
        while let leaf = next {
            runs += leaves[leaf]
            next = tree.leaf(after: leaf)
        }
        return runs
    }

    mutating func insert(_ length: Int, at position: Int, by event: Int) {
        let found = tree.find(position, column: 0)
        let index = cut(at: found.rest, in: found.leaf)
        let offset = typed[event, default: 0]
        typed[event] = offset + length
        if index > 0, case let before = leaves[found.leaf][index - 1], before.event == event,
            before.offset + before.length == offset
        {
            leaves[found.leaf][index - 1].length += length
        } else {
            let run = Run(event: event, offset: offset, length: length)
            leaves[found.leaf].insert(run, at: index)
        }
        tree.add(length, 0, column: 0, to: found.leaf)
        if leaves[found.leaf].count > Self.leafMax { halve(found.leaf) }
    }

    mutating func delete(_ length: Int, at position: Int) {
        var rest = length
        while rest > 0 {
            let found = tree.find(position, column: 0)
            let first = cut(at: found.rest, in: found.leaf)
            let last = cut(at: found.rest + rest, in: found.leaf)
            let gone = Self.width(leaves[found.leaf][first..<last])
            precondition(gone > 0, "a deletion is within the text")
            leaves[found.leaf].removeSubrange(first..<last)
            tree.add(-gone, 0, column: 0, to: found.leaf)
            rest -= gone
            if leaves[found.leaf].count > Self.leafMax { halve(found.leaf) }
        }
    }

    private static func width(_ runs: ArraySlice<Run>) -> Int {
        runs.reduce(0) { $0 + $1.length }
    }

    /// The index of the run that begins at a position of a leaf, which is cut where it does not; one after the
    /// last for the end of the leaf and what is beyond it.
    private mutating func cut(at position: Int, in leaf: Int) -> Int {
        var start = 0
        for index in leaves[leaf].indices {
            if start >= position { return index }
            var run = leaves[leaf][index]
            let end = start + run.length
            if position < end {
                leaves[leaf][index].length = position - start
                run.offset += position - start
                run.length = end - position
                leaves[leaf].insert(run, at: index + 1)
                return index + 1
            }
            start = end
        }
        return leaves[leaf].count
    }

    /// Moves the second half of a leaf into a new one after it.
    private mutating func halve(_ leaf: Int) {
        let isFirstSplit = tree.height == 0
        let new = tree.split(leaf)
        let half = leaves[leaf].count / 2
        if leaves.count <= new { leaves.append([]) }
        leaves[new] = Array(leaves[leaf][half...])
        leaves[leaf].removeSubrange(half...)
        let moved = Self.width(leaves[new][...])
        if isFirstSplit {
            tree.add(Self.width(leaves[leaf][...]), 0, column: 0, to: leaf)
            tree.add(moved, 0, column: 0, to: new)
        } else {
            tree.move(moved, column: 0, from: leaf, to: new)
        }
    }
}

/// A scalar of a merged text, and which of those of its event it is.
struct TextScalar: Hashable {
    struct Origin: Hashable {
        let event: Int
        let offset: Int
    }

    let scalar: Unicode.Scalar
    let origin: Origin
}

/// The merged text, scalar by scalar.
func textScalars(_ events: [TextEvent]) -> [TextScalar] {
    var merge = TextMerge(events, tracingOrigins: true)
    merge.walkAll()
    var scalars = merge.output.buffer.text.unicodeScalars.makeIterator()
    var found: [TextScalar] = []
    for run in merge.output.origins?.runs ?? [] {
        for offset in run.offset..<run.offset + run.length {
            guard let scalar = scalars.next() else { break }
            found.append(
                TextScalar(
                    scalar: scalar,
                    origin: TextScalar.Origin(event: run.event, offset: offset)
                )
            )
        }
    }
    precondition(scalars.next() == nil, "every character comes from an event")
    return found
}

/// The merged text in stretches of one event each.
package func textOrigins(_ events: [TextEvent]) -> [(event: Int, text: String)] {
    var stretches: [(event: Int, text: String)] = []
    for scalar in textScalars(events) {
        if stretches.last?.event == scalar.origin.event {
            stretches[stretches.count - 1].text.unicodeScalars.append(scalar.scalar)
        } else {
            stretches.append((scalar.origin.event, String(scalar.scalar)))
        }
    }
    return stretches
}
