import ConcordText
import Foundation

/// A trace, or its beginning, and what merging it takes; every measurement checks the text.
struct TextSample {
    /// The history.
    let events: [TextEvent]
    /// How many patches it has.
    let operations: Int
    /// What must result.
    let expected: String

    /// What it is called in the table.
    let name: String
    /// Where the trace lies.
    let file: URL

    /// Reads a trace; at most `limit` transactions of it.
    init(_ file: URL, limit: Int) throws {
        var list = try TraceList(try TraceFile.bytes(of: file.path))
        guard let trace = try list.next() else {
            throw ProjectFolder.Failure(description: "\(file.path) holds no trace.")
        }
        self.file = file
        name = file.lastPathComponent.split(separator: ".").first.map(String.init) ?? ""
        let isWhole = limit >= trace.events.count
        precondition(trace.startContent.isEmpty, "these traces begin with an empty text")
        events = Array(trace.events.prefix(limit))
        operations = max(events.reduce(0) { $0 + $1.splices.count }, 1)
        expected = isWhole ? trace.endContent : mergeText(events).text
    }

    /// The complete history into an empty document; microseconds of the processor's time.
    func merge() -> Double { merge(events) }

    /// The same history in another order.
    func merge(_ events: [TextEvent]) -> Double {
        var text = ""
        let start = ProcessUse.seconds
        text = mergeText(events).text
        let time = (ProcessUse.seconds - start) * 1e6
        precondition(
            text.unicodeScalars.elementsEqual(expected.unicodeScalars),
            "a text came out otherwise than its trace says"
        )
        return time
    }
}

/// An order in which the same transactions may arrive: parents before their children.
struct ArrivalOrder {
    /// What it is called in the table.
    let name: String
    /// The transactions, by their numbers in the file.
    let order: [Int]

    /// Every next transaction is any of those whose parents are there.
    static func random(_ events: [TextEvent], seed: UInt64) -> ArrivalOrder {
        var state = seed &* 2 &+ 1
        return ArrivalOrder(name: "at random, seed \(seed)", of: events) { ready, _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % ready.count
        }
    }

    /// One branch as far as it goes, then the oldest other one.
    static func branchByBranch(_ events: [TextEvent]) -> ArrivalOrder {
        let agents = events.map(\.agent)
        return ArrivalOrder(name: "branch by branch", of: events) { ready, last in
            let own = ready.indices.filter { last.map { agents[$0] } == agents[ready[$0]] }
            return (own.isEmpty ? Array(ready.indices) : own).min { ready[$0] < ready[$1] } ?? 0
        }
    }

    /// Always the newest whose parents are there.
    static func newestFirst(_ events: [TextEvent]) -> ArrivalOrder {
        ArrivalOrder(name: "newest branch first", of: events) { ready, _ in
            ready.indices.max { ready[$0] < ready[$1] } ?? 0
        }
    }

    /// The events in this order.
    func reordered(_ events: [TextEvent]) -> [TextEvent] {
        var numbers = [Int](repeating: 0, count: events.count)
        for (number, event) in order.enumerated() { numbers[event] = number }
        return order.map { number in
            var event = events[number]
            event.parents = event.parents.map { numbers[$0] }.sorted()
            return event
        }
    }

    /// Lets `choose` pick among the transactions that may come next, knowing the last one.
    private init(
        name: String,
        of events: [TextEvent],
        choose: (_ ready: [Int], _ last: Int?) -> Int
    ) {
        self.name = name
        let parents = events.map(\.parents)
        var children = [[Int]](repeating: [], count: parents.count)
        var waiting = parents.map(\.count)
        for (event, list) in parents.enumerated() {
            for parent in list { children[parent].append(event) }
        }
        var ready = waiting.indices.filter { waiting[$0] == 0 }
        var order: [Int] = []
        while !ready.isEmpty {
            let event = ready.swapRemove(at: choose(ready, order.last))
            order.append(event)
            for child in children[event] {
                waiting[child] -= 1
                if waiting[child] == 0 { ready.append(child) }
            }
        }
        precondition(order.count == parents.count, "every transaction arrives")
        self.order = order
    }
}

extension Array {
    /// Takes an element out and puts the last one into its place.
    fileprivate mutating func swapRemove(at index: Int) -> Element {
        swapAt(index, count - 1)
        return removeLast()
    }
}
