// Merging a whole history into an empty document.
//
// Events after which everything continues from them alone are *critical* (Gentle and Kleppmann,
// section 3.5): all before them is plain text. The history falls into stretches between them.
// A stretch of one event that follows the last is applied as it stands; any other is walked with
// the text so far as placeholders, and then forgotten.

extension TextGraph {
    /// Merges all events.
    ///
    /// - Precondition: every splice is within the text its author saw.
    package func merged() -> TextBuffer {
        var buffer = TextBuffer()
        let malformed = merge(into: &buffer, isChecked: false)
        precondition(malformed == nil, "nothing is found where nothing is looked for")
        return buffer
    }

    /// The first event met that has a splice beyond the text its author saw, or nil if none has.
    ///
    /// Merges all events, since only the walk knows how long that text was. Whoever reads a history
    /// from outside asks this once; a history that passes can be merged in whatever way.
    package func firstMalformed() -> Int? {
        var buffer = TextBuffer()
        return merge(into: &buffer, isChecked: true)
    }

    private func merge(into buffer: inout TextBuffer, isChecked: Bool) -> Int? {
        let outline = Outline(of: self)
        var stretch = TextStretch(isChecked: isChecked)
        var start = 0
        for event in 0..<count where outline.isCritical(event) {
            if start == event, start == 0 || follows(event, event - 1) {
                if isChecked, !isWellFormed(event, length: buffer.count) { return event }
                apply(event, to: &buffer)
            } else {
                stretch.walk(start..<(event + 1), of: self, outline: outline, into: &buffer)
                if let malformed = stretch.malformed { return malformed }
            }
            start = event + 1
        }
        if start < count {
            stretch.walk(start..<count, of: self, outline: outline, into: &buffer)
        }
        return stretch.malformed
    }

    /// Whether an event's splices stay within a text of a length.
    func isWellFormed(_ event: Int, length: Int) -> Bool {
        var length = length
        let first = Int(events.base[event].splices)
        for index in first..<(first + Int(events.base[event].spliceCount)) {
            let splice = splices.base[index]
            guard Int(splice.at) + Int(splice.delete) <= length else { return false }
            length += Int(splice.insert) - Int(splice.delete)
        }
        return true
    }

    /// Applies an event whose author saw the text as it is in the buffer.
    @inline(__always)
    func apply(_ event: Int, to buffer: inout TextBuffer) {
        let first = Int(events.base[event].splices)
        for index in first..<(first + Int(events.base[event].spliceCount)) {
            let splice = splices.base[index]
            if splice.delete > 0 {
                buffer.delete(Int(splice.delete), at: Int(splice.at))
            }
            if splice.bytes > 0 {
                buffer.insert(
                    content(of: splice),
                    scalars: Int(splice.insert),
                    at: Int(splice.at)
                )
            }
        }
    }

    /// For each event, how many others name it as a parent, and whether it is critical.
    struct Outline: ~Copyable {
        let children: Pool<Int32>
        private var critical = Pool<Bool>()

        init(of graph: borrowing TextGraph) {
            let count = graph.count
            var children = Pool<Int32>(minimumCapacity: count)
            _ = children.extend(by: count)
            children.base.update(repeating: 0, count: count)
            _ = critical.extend(by: count)
            var heads = 0
            for event in 0..<count {
                heads += 1
                for parent in graph.parents(of: event) {
                    heads -= children.base[Int(parent)] == 0 ? 1 : 0
                    children.base[Int(parent)] += 1
                }
                critical.base[event] = heads == 1
            }
            self.children = children
            // Critical means besides that nothing later goes back to before it.
            var earliest = Int32.max
            var event = count - 1
            while event >= 0 {
                if earliest < Int32(event) {
                    critical.base[event] = false
                }
                let parents = graph.parents(of: event)
                earliest = min(earliest, parents.isEmpty ? -1 : parents[0])
                event -= 1
            }
        }

        @inline(__always)
        func isCritical(_ event: Int) -> Bool { critical.base[event] }
    }
}
