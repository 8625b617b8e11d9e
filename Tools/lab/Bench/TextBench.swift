import ConcordDiff
import ConcordTesting
import Foundation

/// Recorded sessions: the merge of texts by the function that replicas call, and whole sessions as signed
/// diffs into a replica.
///
/// With peers the same is asked of other libraries in the same run, in turns.
struct TextBench {
    /// Two people, keystroke by keystroke, at the same time.
    let concurrent: TextSample
    /// One person.
    let sequential: TextSample
    /// What the orders at random are made from.
    let seed: UInt64

    /// How often all measurements take turns; the shortest of each counts.
    private static let rounds = 7

    /// Reads the published sessions where they are there (`PublicData`), and otherwise makes two of the same
    /// length, in `folder`; at most `limit` transactions of each.
    init(limit: Int, seed: UInt64, in folder: String) throws {
        let published = ["friendsforever", "sveltecomponent"].compactMap {
            PublicData.file("traces/\($0).json.gz").map { URL(filePath: $0) }
        }
        let files = published.count == 2 ? published : try Self.generated(seed: seed, in: folder)
        concurrent = try TextSample(files[0], limit: limit)
        sequential = try TextSample(files[1], limit: limit)
        self.seed = seed
    }

    /// A session of two people and one of one person.
    private static func generated(seed: UInt64, in folder: String) throws -> [URL] {
        try [("two-people", 2, 26_078), ("one-person", 1, 19_749)].map { name, people, count in
            let session = TypedSession(people: people, transactions: count, seed: seed)
            let file = URL(fileURLWithPath: folder).appendingPathComponent("\(name).json")
            try Data(session.traceJSON).write(to: file)
            return file
        }
    }

    /// Measures without peers.
    func run(in folder: String) throws -> [BenchResult] {
        let orders =
            [ArrivalOrder.branchByBranch(concurrent.events), .newestFirst(concurrent.events)]
            + (0..<3).map { ArrivalOrder.random(concurrent.events, seed: seed &+ $0) }
        let arrivals = orders.map { $0.reordered(concurrent.events) }
        var (merge, typed) = (Double.infinity, Double.infinity)
        var best = [Double](repeating: .infinity, count: orders.count)
        for _ in 0..<Self.rounds {
            merge = min(merge, concurrent.merge())
            typed = min(typed, sequential.merge())
            for (index, events) in arrivals.enumerated() {
                best[index] = min(best[index], concurrent.merge(events))
            }
        }
        return [
            .within("\(concurrent.name), whole history", merge, limit: 20_000),
            .within(
                "\(sequential.name), one patch",
                typed / Double(sequential.operations),
                limit: 1
            ),
        ]
            + orders.indices.map { index in
                BenchResult(
                    name: "whole history, other order",
                    ours: best[index],
                    baselineName: "the file's order; this one: \(orders[index].name)",
                    baseline: merge,
                    ratio: best[index] / merge,
                    target: .atMost(1.5)
                )
            } + (try replica(in: folder))
    }

    /// The session as signed diffs, compared with as many edits of fields.
    private func replica(in folder: String) throws -> [BenchResult] {
        let line = try ReplicaReplay.run(
            concurrent.events,
            startContent: "",
            endContent: concurrent.expected,
            in: folder
        )
        precondition(line.ok, "a text came out otherwise than its trace says")
        return [
            BenchResult(
                name: "\(concurrent.name), one signed diff",
                ours: line.microseconds,
                baselineName: "one edit of a field, taken in alike",
                baseline: line.fieldMicroseconds,
                ratio: line.ratio,
                target: .atMost(ReplicaReplay.ratioMax)
            ),
            BenchResult(
                name: "the same, memory (KiB)",
                ours: Double(line.peakBytes) / 1024,
                baselineName: "80 MB",
                baseline: ReplicaReplay.memoryMax,
                ratio: Double(line.peakBytes) / 1024 / ReplicaReplay.memoryMax,
                target: .atMost(1)
            ),
        ]
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
