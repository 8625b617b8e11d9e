// What must hold between any two edits; random tests check it after every step.

/// What `mergeText` answers, having looked at the text and the walk after each event.
package func testingOnlyMergeChecked(_ events: [TextEvent]) -> MergedText {
    var merge = TextMerge(events, isChecked: true)
    return merge.merged()
}

extension TextBuffer {
    /// Stops the program where a count is not what it counts.
    package func checkInvariants() {
        var total = 0
        var before = -1
        var next: Int? = tree.firstLeaf
        while let chunk = next {
            let held = chunks[chunk]
            let part = UnsafeBufferPointer(
                start: bytes.base + chunk * Self.chunkBytes,
                count: Int(held.bytes)
            )
            precondition(held.bytes > 0 || chunk == tree.firstLeaf, "no chunk but one is empty")
            precondition(Int(held.bytes) <= Self.chunkBytes, "a chunk has its bounds")
            precondition(Self.scalars(in: part) == Int(held.scalars), "scalars are counted")
            precondition(part.first.map { $0 & 0xC0 != 0x80 } ?? true, "a chunk begins a scalar")
            precondition(Int(held.previous) == before, "chunks know the one before")
            precondition(tree.width(before: chunk, column: 0) == total, "the tree adds up")
            total += Int(held.scalars)
            before = chunk
            next = tree.leaf(after: chunk)
        }
        precondition(total == count, "the length is that of all chunks")
    }
}

extension TextTracker {
    /// Stops the program where a width is not what the runs say, or a run is not found.
    func checkInvariants() {
        var sums = [Int](repeating: 0, count: 3)
        var next: Int? = tree.firstLeaf
        while let leaf = next {
            for column in sums.indices {
                let width = tree.width(before: leaf, column: column)
                precondition(width == sums[column], "the tree adds up")
            }
            let slots = 0..<Int(runCounts[leaf])
            for slot in slots {
                let run = runs[leaf * Self.leafRuns + slot]
                let place = locate(id: Int(run.id + run.length - 1))
                precondition(
                    place.leaf == leaf && place.slot == slot,
                    "a run is found by its items"
                )
                precondition(run.length > 0, "a run has items")
                precondition(
                    run.right < 0 || anchors.contains(Int(run.right)),
                    "a right origin is known for one"
                )
            }
            let width = widths(slots, of: leaf)
            sums[2] += width.seen
            sums[1] += width.view
            sums[0] += width.result
            next = tree.leaf(after: leaf)
        }
    }
}
