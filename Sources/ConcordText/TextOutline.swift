/// Where the events of a text can be cut into stretches, and in which order a stretch is walked.
struct TextOutline {
    /// Numbers of leading events that are plain text for all later ones, ascending.
    ///
    /// After such a cut every event had seen everything before it (the version is critical, section
    /// 3.5 of the eg-walker paper), and left out of their view exactly what the result leaves out.
    private(set) var cuts: [Int] = []

    init(_ events: [TextEvent]) {
        let void = events.indices.filter { !events[$0].hasEffect }
        var heads = 0
        var hasChild = [Bool](repeating: false, count: events.count)
        var isSingle: [Bool] = []
        for event in events {
            for parent in event.parents where !hasChild[parent] {
                hasChild[parent] = true
                heads -= 1
            }
            heads += 1
            isSingle.append(heads == 1)
        }
        var earliest = Int.max
        for index in events.indices.reversed() {
            if isSingle[index], earliest >= index {
                cuts.append(index + 1)
            }
            let event = events[index]
            earliest = min(earliest, event.parents.min() ?? -1)
            if !void.isEmpty || !event.without.isEmpty {
                earliest = min(
                    earliest,
                    Self.firstDifference(void, event.without.sorted(), below: index) - 1
                )
            }
        }
        cuts.reverse()
    }

    /// The first event below a limit that is in one of two ascending lists and not in the other.
    private static func firstDifference(_ void: [Int], _ without: [Int], below limit: Int) -> Int {
        var index = 0
        while index < void.count, void[index] < limit {
            guard index < without.count else { return void[index] }
            if without[index] != void[index] { return min(void[index], without[index]) }
            index += 1
        }
        return index < without.count ? without[index] : Int.max
    }

    /// The events of a range branch by branch, the smaller branch first.
    static func order(_ events: [TextEvent], in range: Range<Int>) -> [Int] {
        let start = range.lowerBound
        var waiting = [Int](repeating: 0, count: range.count)
        var weight = [Int](repeating: 1, count: range.count)
        // For each event its first child, and for each edge the next one; the newest child comes first.
        var firstEdge = [Int](repeating: -1, count: range.count)
        var edges: [(child: Int, next: Int)] = []
        edges.reserveCapacity(range.count)
        for index in range.reversed() {
            let count = events[index].parents.reduce(0) { $0 + ($1 >= start ? 1 : 0) }
            waiting[index - start] = count
            for parent in events[index].parents where parent >= start {
                weight[parent - start] += weight[index - start] / count
            }
        }
        for index in range {
            for parent in events[index].parents where parent >= start {
                edges.append((index, firstEdge[parent - start]))
                firstEdge[parent - start] = edges.count - 1
            }
        }
        var stack: [Int] = []
        var ready = range.filter { waiting[$0 - start] == 0 }
        var order: [Int] = []
        order.reserveCapacity(range.count)
        while true {
            if ready.count > Self.crowd {
                ready.sort {
                    weight[$0 - start] == weight[$1 - start]
                        ? Self.ranks($0, before: $1, events)
                        : weight[$0 - start] > weight[$1 - start]
                }
            } else if ready.count > 1 {
                ready.sort { (weight[$0 - start], $0) > (weight[$1 - start], $1) }
            }
            stack += ready
            ready.removeAll(keepingCapacity: true)
            guard let next = stack.popLast() else { return order }
            order.append(next)
            var edge = firstEdge[next - start]
            while edge >= 0 {
                let child = edges[edge].child
                waiting[child - start] -= 1
                if waiting[child - start] == 0 { ready.append(child) }
                edge = edges[edge].next
            }
        }
    }

    /// From how many branches on that begin at once those with equally many events are walked by rank, the greatest
    /// first: what is inserted where all of them typed then comes before what is there, and passes none of it.
    private static let crowd = 8

    private static func ranks(_ one: Int, before other: Int, _ events: [TextEvent]) -> Bool {
        (events[one].agent, events[one].seq, one) < (events[other].agent, events[other].seq, other)
    }
}
