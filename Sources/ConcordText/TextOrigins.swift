/// Which event each character of a merged text comes from.
///
/// A list of runs beside the text: it is kept only where somebody asks who wrote what, since each edit
/// looks through it from the front.
struct TextOrigins {
    /// Characters that follow each other, from one event, as it typed them.
    struct Run: Hashable {
        var event: Int
        /// How much the event had typed before them.
        var offset: Int
        var length: Int
    }

    private(set) var runs: [Run] = []
    /// How much each event has typed.
    private var typed: [Int: Int] = [:]

    mutating func insert(_ length: Int, at position: Int, by event: Int) {
        let index = split(at: position)
        let offset = typed[event, default: 0]
        typed[event] = offset + length
        if index > 0, runs[index - 1].event == event,
            runs[index - 1].offset + runs[index - 1].length == offset
        {
            runs[index - 1].length += length
        } else {
            runs.insert(Run(event: event, offset: offset, length: length), at: index)
        }
    }

    mutating func delete(_ length: Int, at position: Int) {
        let first = split(at: position)
        let last = split(at: position + length)
        runs.removeSubrange(first..<last)
    }

    /// The index of the run that begins at a position, which is cut where it does not.
    private mutating func split(at position: Int) -> Int {
        var start = 0
        for index in runs.indices {
            if start == position { return index }
            let end = start + runs[index].length
            if position < end {
                let kept = position - start
                let rest = Run(
                    event: runs[index].event,
                    offset: runs[index].offset + kept,
                    length: end - position
                )
                runs[index].length = kept
                runs.insert(rest, at: index + 1)
                return index + 1
            }
            start = end
        }
        return runs.count
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
    var merge = TextMerge(events)
    merge.origins = TextOrigins()
    merge.walkAll()
    var scalars = merge.buffer.text.unicodeScalars.makeIterator()
    var found: [TextScalar] = []
    for run in merge.origins?.runs ?? [] {
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
