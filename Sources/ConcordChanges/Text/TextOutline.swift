/// Where the events of a text can be cut into stretches, and in which order a stretch is walked.
struct TextOutline {
    /// Numbers of leading events that are plain text for all later ones, ascending.
    ///
    /// After such a cut every event had seen everything before it (the version is critical, section
    /// 3.5 of the eg-walker paper), and left out of his view exactly what the result leaves out.
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
        var children = [[Int]](repeating: [], count: range.count)
        var waiting = [Int](repeating: 0, count: range.count)
        var weight = [Int](repeating: 1, count: range.count)
        for index in range.reversed() {
            let parents = events[index].parents.filter { $0 >= start }
            waiting[index - start] = parents.count
            for parent in parents {
                children[parent - start].append(index)
                weight[parent - start] += weight[index - start] / parents.count
            }
        }
        var stack: [Int] = []
        func push(_ ready: [Int]) {
            stack += ready.sorted { (weight[$0 - start], $0) > (weight[$1 - start], $1) }
        }
        push(range.filter { waiting[$0 - start] == 0 })
        var order: [Int] = []
        while let next = stack.popLast() {
            order.append(next)
            var ready: [Int] = []
            for child in children[next - start] {
                waiting[child - start] -= 1
                if waiting[child - start] == 0 { ready.append(child) }
            }
            push(ready)
        }
        return order
    }
}
