import ConcordChanges
import Foundation

/// The text merge on recorded sessions, against limits of time and against itself.
///
/// Merging a whole history, one transaction after the other, and the same transactions in other orders.
/// With peers the same is asked of other libraries in the same run, in turns.
struct TextBench {
    /// Two people, keystroke by keystroke, at the same time.
    let concurrent: TextSample
    /// One person.
    let sequential: TextSample
    /// What the orders at random are made from.
    let seed: UInt64

    /// How often all measurements take turns; the shortest of each counts.
    private static let rounds = 15

    /// Reads the traces; at most `limit` transactions of each.
    init(limit: Int, seed: UInt64) throws {
        let folder = Self.traces(in: try ProjectFolder.find())
        concurrent = try TextSample(folder.concurrent, limit: limit)
        sequential = try TextSample(folder.sequential, limit: limit)
        self.seed = seed
    }

    /// The traces that are measured.
    static func traces(in project: URL) -> (concurrent: URL, sequential: URL) {
        let folder = project.appendingPathComponent("Tests/Data/traces")
        return (
            folder.appendingPathComponent("friendsforever.json.gz"),
            folder.appendingPathComponent("sveltecomponent.json.gz")
        )
    }

    /// Measures without peers.
    func run() -> [BenchResult] {
        var (merge, apply, typed) = (Double.infinity, Double.infinity, Double.infinity)
        let orders =
            [
                .branchByBranch(concurrent.graph), .newestFirst(concurrent.graph),
            ] + (0..<3).map { ArrivalOrder.random(concurrent.graph, seed: seed &+ $0) }
        let arrivals = orders.map { Arrival($0, of: concurrent.graph) }
        for _ in 0..<Self.rounds {
            merge = min(merge, concurrent.merge())
            typed = min(typed, sequential.apply())
            for arrival in arrivals {
                apply = min(apply, concurrent.apply())
                arrival.best = min(arrival.best, concurrent.apply(arrival.graph))
            }
        }
        let count = Double(concurrent.transactions)
        return [
            .within("friendsforever, whole history", merge, limit: 5_000),
            .within("friendsforever, one transaction", apply / count, limit: 20),
            .within("sveltecomponent, one patch", typed / Double(sequential.operations), limit: 1),
        ]
            + arrivals.map { arrival in
                BenchResult(
                    name: "one transaction, other order",
                    ours: arrival.best / count,
                    baselineName: "the file's order; this one: \(arrival.name)",
                    baseline: apply / count,
                    ratio: arrival.best / apply,
                    target: .atMost(1.5)
                )
            }
    }

    /// The same transactions in another order, and the best time so far.
    private final class Arrival {
        let name: String
        let graph: TextGraph
        var best = Double.infinity

        init(_ order: ArrivalOrder, of graph: borrowing TextGraph) {
            name = order.name
            self.graph = graph.reordered(order.order)
        }
    }
}

extension BenchResult {
    /// A time against a limit, both in microseconds.
    static func within(_ name: String, _ time: Double, limit: Double) -> BenchResult {
        BenchResult(
            name: name,
            ours: time,
            baselineName: limit < 1_000 ? "\(Int(limit)) µs" : "\(Int(limit / 1_000)) ms",
            baseline: limit,
            ratio: time / limit,
            target: .atMost(1)
        )
    }
}
