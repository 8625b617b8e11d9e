import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSigning
import ConcordStorage

/// Taking in remote diffs (read, verify the chain, log, fold, state) against inserting the same bytes.
enum TakeInBench {
    /// How many diffs go into one transaction, on both sides.
    private static let batch = 4096

    /// Both into new files, twice; the better run of each counts.
    static func run(in folder: String, findings: Int, edits: Int) throws -> BenchResult {
        let sample = try SampleDiffs(findings: findings, edits: edits)
        let rows = sample.edits.map { (id: $0.id.bytes, envelope: $0.envelope) }
        let envelopes = sample.edits.map(\.envelope)
        let beginning = try verified(sample.beginning.map(\.envelope))
        var run = 0
        let ours =
            try (0..<2).map { _ in
                run += 1
                let path = folder + "/take-in-\(run).concord"
                let store = try ReplicaStore.create(at: path, verifier: DiffVerifier())
                _ = try store.takeIn(log: beginning.map { .new($0) }, from: 0)
                return try Stopwatch.once {
                    try takeIn(envelopes, from: beginning.count, into: store)
                }
            }.min() ?? 0
        let theirs =
            try (0..<2).map { _ in
                run += 1
                let raw = try RawInserts(path: folder + "/take-in-raw-\(run).sqlite")
                return try Stopwatch.once {
                    for first in stride(from: 0, to: rows.count, by: batch) {
                        try raw.run(Array(rows[first..<min(first + batch, rows.count)]))
                    }
                }
            }.min() ?? 0
        let (our, their) = (ours / Double(edits), theirs / Double(edits))
        return BenchResult(
            name: "take-in of remote diffs",
            ours: our,
            baselineName: "raw inserts",
            baseline: their,
            ratio: their / our,
            target: .atLeast(0.2)
        )
    }

    /// Takes a log in, from its bytes to the durable commit.
    static func takeIn(
        _ envelopes: [[UInt8]],
        from position: Int,
        into store: ReplicaStore
    ) throws {
        var position = position
        for first in stride(from: 0, to: envelopes.count, by: batch) {
            let diffs = try verified(Array(envelopes[first..<min(first + batch, envelopes.count)]))
            let result = try store.takeIn(log: diffs.map { .new($0) }, from: position)
            precondition(result.refused == nil, "a valid log is taken in")
            position = result.position
        }
    }

    private static func verified(_ envelopes: [[UInt8]]) throws -> [VerifiedDiff] {
        try ChainVerification.verify(
            try envelopes.map { try UnverifiedDiff(envelope: $0) },
            with: DiffVerifier()
        )
    }
}
