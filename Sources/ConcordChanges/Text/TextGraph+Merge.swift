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
        let outline = Outline(of: self)
        var stretch = TextStretch()
        var start = 0
        for event in 0..<count where outline.isCritical(event) {
            if start == event, start == 0 || follows(event, event - 1) {
                apply(event, to: &buffer)
            } else {
                stretch.walk(start..<(event + 1), of: self, outline: outline, into: &buffer)
            }
            start = event + 1
        }
        if start < count {
            stretch.walk(start..<count, of: self, outline: outline, into: &buffer)
        }
        return buffer
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
