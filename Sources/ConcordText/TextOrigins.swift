/// Which event each character of a merged text comes from.
///
/// A list of runs beside the text: it is kept only where somebody asks who wrote what, since each edit
/// looks through it from the front.
struct TextOrigins {
    /// Characters that follow each other and come from one event.
    struct Run: Hashable {
        var event: Int
        var length: Int
    }

    private(set) var runs: [Run] = []

    mutating func insert(_ length: Int, at position: Int, by event: Int) {
        let index = split(at: position)
        if index > 0, runs[index - 1].event == event {
            runs[index - 1].length += length
        } else {
            runs.insert(Run(event: event, length: length), at: index)
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
                let rest = Run(event: runs[index].event, length: end - position)
                runs[index].length = position - start
                runs.insert(rest, at: index + 1)
                return index + 1
            }
            start = end
        }
        return runs.count
    }
}

/// The merged text in stretches of one event each.
package func textOrigins(_ events: [TextEvent]) -> [(event: Int, text: String)] {
    var merge = TextMerge(events)
    merge.origins = TextOrigins()
    merge.walkAll()
    let scalars = Array(merge.buffer.text.unicodeScalars)
    var stretches: [(event: Int, text: String)] = []
    var start = 0
    for run in merge.origins?.runs ?? [] {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<start + run.length])
        start += run.length
        if stretches.last?.event == run.event {
            stretches[stretches.count - 1].text += String(text)
        } else {
            stretches.append((run.event, String(text)))
        }
    }
    precondition(start == scalars.count, "every character comes from an event")
    return stretches
}
