import ConcordChanges
import Foundation

/// A trace, or its beginning, and what merging it takes; every measurement checks the text.
final class TextSample {
    /// The history.
    let graph: TextGraph
    /// How many transactions are measured, and how many patches they have.
    let transactions: Int
    let operations: Int
    private let expected: String

    /// Reads a trace of the tests; at most `limit` transactions of it.
    init(_ file: URL, limit: Int) throws {
        var list = try TraceList(try TraceFile.bytes(of: file.path))
        guard let trace = try list.next() else {
            throw ProjectFolder.Failure(description: "\(file.path) holds no trace.")
        }
        let isWhole = limit >= trace.graph.count
        graph = trace.graph.reordered(Array(0..<min(limit, trace.graph.count)))
        transactions = max(graph.count, 1)
        operations = max(graph.spliceCount, 1)
        expected = isWhole ? trace.endContent : graph.merged().text
    }

    /// The complete history into an empty document; microseconds.
    func merge() -> Double {
        var text = ""
        let time = Stopwatch.once { text = graph.merged().text }
        check(text)
        return time
    }

    /// Transaction by transaction, in the order of a history; microseconds.
    func apply(_ graph: borrowing TextGraph) -> Double {
        var text = ""
        let time = Stopwatch.once { text = Replay.applied(graph) }
        check(text)
        return time
    }

    /// The same in the order of the file.
    func apply() -> Double { apply(graph) }

    private func check(_ text: String) {
        precondition(
            text.unicodeScalars.elementsEqual(expected.unicodeScalars),
            "a text came out otherwise than its trace says"
        )
    }
}

/// An order in which the same transactions may arrive: parents before their children.
struct ArrivalOrder {
    /// What it is called in the table.
    let name: String
    /// The transactions, by their numbers in the file.
    let order: [Int]

    /// Every next transaction is any of those whose parents are there.
    static func random(_ graph: borrowing TextGraph, seed: UInt64) -> ArrivalOrder {
        var state = seed &* 2 &+ 1
        return ArrivalOrder(name: "at random, seed \(seed)", of: graph) { ready, _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % ready.count
        }
    }

    /// One branch as far as it goes, then the oldest other one.
    static func branchByBranch(_ graph: borrowing TextGraph) -> ArrivalOrder {
        let agents = (0..<graph.count).map { graph.agent(of: $0) }
        return ArrivalOrder(name: "branch by branch", of: graph) { ready, last in
            let own = ready.indices.filter { last.map { agents[$0] } == agents[ready[$0]] }
            return (own.isEmpty ? Array(ready.indices) : own).min { ready[$0] < ready[$1] } ?? 0
        }
    }

    /// Always the newest whose parents are there.
    static func newestFirst(_ graph: borrowing TextGraph) -> ArrivalOrder {
        ArrivalOrder(name: "newest branch first", of: graph) { ready, _ in
            ready.indices.max { ready[$0] < ready[$1] } ?? 0
        }
    }

    /// Lets `choose` pick among the transactions that may come next, knowing the last one.
    private init(
        name: String,
        of graph: borrowing TextGraph,
        choose: (_ ready: [Int], _ last: Int?) -> Int
    ) {
        self.name = name
        let parents = (0..<graph.count).map { graph.parentNumbers(of: $0) }
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
