/// A history of edits of one text: events in causal order, each with its parents and splices.
///
/// Kept in columns, since a history has many small events: an event costs a few numbers and no
/// allocation of its own. An agent is given by his rank among the authors; `seq` orders the events
/// of one agent, which may be concurrent with each other.
package struct TextGraph: ~Copyable {
    struct Event: BitwiseCopyable {
        var agent: Int32
        var seq: Int32
        var parents: Int32
        var parentCount: Int32
        var splices: Int32
        var spliceCount: Int32
    }

    struct Splice: BitwiseCopyable {
        var at: Int32
        var delete: Int32
        /// Scalars and bytes of what is inserted.
        var insert: Int32
        var bytes: Int32
        /// Where the bytes begin in `content`.
        var content: Int
    }

    var events = Pool<Event>()
    var parents = Pool<Int32>()
    var splices = Pool<Splice>()
    var content = Pool<UInt8>()

    /// An empty history.
    package init() {}

    /// The number of events.
    package var count: Int { events.count }

    /// The number of splices.
    package var spliceCount: Int { splices.count }

    /// Begins an event; its splices follow.
    package mutating func appendEvent(parents list: [Int], agent: Int, seq: Int) {
        precondition(list.allSatisfy { $0 >= 0 && $0 < count }, "parents are earlier events")
        let event = Event(
            agent: Int32(agent),
            seq: Int32(seq),
            parents: Int32(parents.count),
            parentCount: Int32(list.count),
            splices: Int32(splices.count),
            spliceCount: 0
        )
        for parent in list.sorted() {
            parents.append(Int32(parent))
        }
        events.append(event)
    }

    /// Adds a splice to the last event, on top of those before it.
    package mutating func appendSplice(at position: Int, delete: Int, insert: String) {
        precondition(events.count > 0, "a splice belongs to an event")
        precondition(position >= 0 && delete >= 0, "positions are not negative")
        var text = insert
        let start = content.count
        let scalars = text.withUTF8 { utf8 in
            content.append(contentsOf: utf8)
            return TextBuffer.scalars(in: utf8)
        }
        splices.append(
            Splice(
                at: Int32(position),
                delete: Int32(delete),
                insert: Int32(scalars),
                bytes: Int32(content.count - start),
                content: start
            )
        )
        events.base[events.count - 1].spliceCount += 1
    }

    /// Adds an event of another history, with other numbers for its parents.
    mutating func append(_ event: Int, of other: borrowing TextGraph, numbers: [Int32]) {
        var entry = other.events[event]
        entry.parents = Int32(parents.count)
        for parent in other.parents(of: event) {
            parents.append(numbers[Int(parent)])
        }
        sortParents(from: Int(entry.parents))
        let first = Int(entry.splices)
        entry.splices = Int32(splices.count)
        for index in first..<(first + Int(entry.spliceCount)) {
            var splice = other.splices[index]
            let bytes = other.content(of: splice)
            splice.content = content.count
            content.append(contentsOf: bytes)
            splices.append(splice)
        }
        events.append(entry)
    }

    /// Parents are kept ascending.
    private func sortParents(from first: Int) {
        var list = UnsafeMutableBufferPointer(
            start: parents.base + first,
            count: parents.count - first
        )
        if list.count > 1 { list.sort() }
    }

    /// The newest events that an event's author had seen, ascending.
    package func parentNumbers(of event: Int) -> [Int] {
        parents(of: event).map { Int($0) }
    }

    /// Whose an event is: his rank among the authors.
    package func agent(of event: Int) -> Int { Int(events[event].agent) }

    @inline(__always)
    func parents(of event: Int) -> UnsafeBufferPointer<Int32> {
        let entry = events[event]
        return UnsafeBufferPointer(
            start: parents.base + Int(entry.parents),
            count: Int(entry.parentCount)
        )
    }

    @inline(__always)
    func content(of splice: Splice) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: content.base + splice.content, count: Int(splice.bytes))
    }

    /// Whether an event follows another at once: it is the only thing that its author had seen last.
    @inline(__always)
    func follows(_ event: Int, _ other: Int) -> Bool {
        let entry = events.base[event]
        return entry.parentCount == 1 && Int(parents.base[Int(entry.parents)]) == other
    }
}

extension TextGraph {
    /// The same events in another order, in which parents stand before their children as well.
    package func reordered(_ order: [Int]) -> TextGraph {
        var result = TextGraph()
        var numbers = [Int32](repeating: -1, count: count)
        for event in order {
            numbers[event] = Int32(result.count)
            result.append(event, of: self, numbers: numbers)
        }
        return result
    }

    /// A history with the parents, authors and splices of events; nothing else of them counts.
    package init(_ events: [TextEvent]) {
        self.init()
        for event in events {
            appendEvent(parents: event.parents, agent: event.agent, seq: event.seq)
            for splice in event.splices {
                appendSplice(at: splice.at, delete: splice.delete, insert: splice.insert)
            }
        }
    }
}
