/// Walks one concurrent stretch of a history.
///
/// Chains of events without a fork inside become one *link* each, and typing runs within a link one
/// operation, whoever typed them: no version ever ends inside a link, so nothing is ever put between. Links
/// are walked branch by branch, the smaller branch first (section 3.7 of the paper), because every
/// change of branches takes back one and brings in the other.
struct TextStretch: ~Copyable {
    struct Link: BitwiseCopyable {
        var first: Int32
        var last: Int32
        /// Splices in it, then those of everything after it.
        var weight: Int
        var parents: Int32
        var parentCount: Int32
        var waiting: Int32
        var children: Int32
        /// Its number in the walk.
        var number: Int32
    }

    struct Edge: BitwiseCopyable {
        var child: Int32
        var next: Int32
    }

    private var walker = TextWalker()
    private var links = Pool<Link>()
    private var linkOf = Pool<Int32>()
    private var following = Pool<Int32>()
    private var parentLinks = Pool<Int32>()
    private var edges = Pool<Edge>()
    private var stack = Pool<Int32>()
    private var ready = Pool<Int32>()
    private var numbers = Pool<Int32>()
    private var typed = TypedRun()
    /// Whether each event is looked at before it is walked.
    private let isChecked: Bool
    /// The first event that was beyond the text its author saw; the walk ends there.
    private(set) var malformed: Int?

    init(isChecked: Bool) {
        self.isChecked = isChecked
    }

    /// Walks the events of a range; those before it are in the buffer.
    mutating func walk(
        _ range: Range<Int>,
        of graph: borrowing TextGraph,
        outline: borrowing TextGraph.Outline,
        into buffer: inout TextBuffer
    ) {
        link(range, of: graph, outline: outline)
        connect(range, of: graph)
        walker.reset(baseLength: buffer.count)
        var number: Int32 = 0
        while stack.count > 0, malformed == nil {
            let link = Int(stack.removeLast())
            links.base[link].number = number
            number += 1
            visit(link, of: graph, into: &buffer)
            release(link)
        }
    }

    /// Joins events into links.
    private mutating func link(
        _ range: Range<Int>,
        of graph: borrowing TextGraph,
        outline: borrowing TextGraph.Outline
    ) {
        links.removeAll()
        linkOf.removeAll()
        following.removeAll()
        for event in range {
            following.append(-1)
            let parents = graph.parents(of: event)
            if parents.count == 1, Int(parents[0]) >= range.lowerBound,
                outline.children.base[Int(parents[0])] == 1
            {
                let parent = Int(parents[0]) - range.lowerBound
                let link = Int(linkOf[parent])
                following[parent] = Int32(event)
                linkOf.append(Int32(link))
                links.base[link].last = Int32(event)
                links.base[link].weight += Int(graph.events[event].spliceCount)
                continue
            }
            linkOf.append(Int32(links.count))
            links.append(
                Link(
                    first: Int32(event),
                    last: Int32(event),
                    weight: Int(graph.events[event].spliceCount),
                    parents: 0,
                    parentCount: 0,
                    waiting: 0,
                    children: -1,
                    number: -1
                )
            )
        }
    }

    /// Connects links with their parents and puts the first ones on the stack.
    private mutating func connect(_ range: Range<Int>, of graph: borrowing TextGraph) {
        parentLinks.removeAll()
        edges.removeAll()
        stack.removeAll()
        ready.removeAll()
        for index in 0..<links.count {
            let link = links.base + index
            link.pointee.parents = Int32(parentLinks.count)
            for parent in graph.parents(of: Int(link.pointee.first))
            where Int(parent) >= range.lowerBound {
                let upper = linkOf[Int(parent) - range.lowerBound]
                parentLinks.append(upper)
                edges.append(Edge(child: Int32(index), next: links.base[Int(upper)].children))
                links.base[Int(upper)].children = Int32(edges.count - 1)
                link.pointee.parentCount += 1
            }
            link.pointee.waiting = link.pointee.parentCount
        }
        var index = links.count - 1
        while index >= 0 {
            let link = links[index]
            for slot in 0..<Int(link.parentCount) {
                let parent = Int(parentLinks[Int(link.parents) + slot])
                links.base[parent].weight += link.weight / Int(link.parentCount)
            }
            if link.parentCount == 0 {
                ready.append(Int32(index))
            }
            index -= 1
        }
        pushReady()
    }

    /// Puts the links that may be walked now on the stack, the heaviest undermost.
    private mutating func pushReady() {
        if ready.count > Self.fewReady {
            sortReady()
        } else {
            for index in 1..<max(ready.count, 1) {
                let link = ready[index]
                let weight = links[Int(link)].weight
                var slot = index
                while slot > 0, links[Int(ready[slot - 1])].weight < weight {
                    ready[slot] = ready[slot - 1]
                    slot -= 1
                }
                ready[slot] = link
            }
        }
        for index in 0..<ready.count {
            stack.append(ready[index])
        }
        ready.removeAll()
    }

    /// Up to here moving one by one is the fastest way of sorting.
    private static let fewReady = 16

    /// The same order for many: hundreds of authors who all began with the same text.
    private mutating func sortReady() {
        var order: [(weight: Int, place: Int, link: Int32)] = []
        for index in 0..<ready.count {
            order.append((links[Int(ready[index])].weight, index, ready[index]))
        }
        order.sort { ($1.weight, $0.place) < ($0.weight, $1.place) }
        for index in 0..<ready.count {
            ready[index] = order[index].link
        }
    }

    private mutating func release(_ link: Int) {
        var edge = Int(links[link].children)
        while edge >= 0 {
            let child = Int(edges[edge].child)
            links.base[child].waiting -= 1
            if links[child].waiting == 0 {
                ready.append(Int32(child))
            }
            edge = Int(edges[edge].next)
        }
        pushReady()
    }

    /// Walks the events of a link as one.
    private mutating func visit(
        _ index: Int,
        of graph: borrowing TextGraph,
        into buffer: inout TextBuffer
    ) {
        let link = links[index]
        numbers.removeAll()
        for slot in 0..<Int(link.parentCount) {
            numbers.append(links[Int(parentLinks[Int(link.parents) + slot])].number)
        }
        walker.begin(
            parents: UnsafeBufferPointer(start: numbers.base, count: numbers.count)
        )
        let base = Int(links[0].first)
        var event = Int(link.first)
        while event >= 0 {
            let entry = graph.events[event]
            if isChecked {
                flush(into: &buffer)
                guard graph.isWellFormed(event, length: walker.tracker.viewLength) else {
                    malformed = event
                    return
                }
            }
            for slot in 0..<Int(entry.spliceCount) {
                let splice = graph.splices[Int(entry.splices) + slot]
                if splice.delete > 0, !typed.joinDeletion(splice) {
                    flush(into: &buffer)
                    typed.beginDeletion(splice)
                }
                if splice.bytes > 0, !typed.joinInsertion(splice, graph.content(of: splice)) {
                    flush(into: &buffer)
                    typed.beginInsertion(splice, graph.content(of: splice))
                    walker.rank(agent: Int(entry.agent), seq: Int(entry.seq), event: event)
                }
            }
            event = Int(following[event - base])
        }
        flush(into: &buffer)
    }

    /// Walks the collected operation.
    @inline(__always)
    private mutating func flush(into buffer: inout TextBuffer) {
        if typed.inserted > 0 {
            let place = walker.insert(typed.inserted, at: typed.at)
            buffer.insert(typed.content, scalars: typed.inserted, at: place)
        } else if typed.deleted > 0 {
            walker.delete(typed.deleted, at: typed.at)
            for index in 0..<walker.tracker.removals.count {
                let edit = walker.tracker.removals[index]
                buffer.delete(edit.length, at: edit.at)
            }
        }
        typed.clear()
    }
}

/// A typing run that grows splice by splice: one insertion or one deletion.
struct TypedRun: ~Copyable {
    private(set) var at = 0
    private(set) var inserted = 0
    private(set) var deleted = 0
    private var bytes = Pool<UInt8>(minimumCapacity: 256)

    var content: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes.base, count: bytes.count)
    }

    @inline(__always)
    mutating func clear() {
        inserted = 0
        deleted = 0
        bytes.removeAll()
    }

    @inline(__always)
    mutating func beginInsertion(
        _ splice: TextGraph.Splice,
        _ content: UnsafeBufferPointer<UInt8>
    ) {
        at = Int(splice.at)
        inserted = Int(splice.insert)
        bytes.append(contentsOf: content)
    }

    @inline(__always)
    mutating func beginDeletion(_ splice: TextGraph.Splice) {
        at = Int(splice.at)
        deleted = Int(splice.delete)
    }

    /// Takes in what is typed right after the run.
    @inline(__always)
    mutating func joinInsertion(
        _ splice: TextGraph.Splice,
        _ content: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard inserted > 0, Int(splice.at) == at + inserted else { return false }
        inserted += Int(splice.insert)
        bytes.append(contentsOf: content)
        return true
    }

    /// Takes in what is deleted right after the last deletion, or right before it.
    @inline(__always)
    mutating func joinDeletion(_ splice: TextGraph.Splice) -> Bool {
        guard deleted > 0 else { return false }
        let (position, length) = (Int(splice.at), Int(splice.delete))
        guard position <= at, position + length >= at else { return false }
        at = position
        deleted += length
        return true
    }
}
