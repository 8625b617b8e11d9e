import ConcordDiff
import ConcordEncoding
import Foundation

/// Canonical JSON against Foundation's JSONDecoder, on the same diffs.
enum CanonicalBench {
    /// Parses each envelope and writes it again; Foundation only decodes it.
    static func run(_ diffs: [UnverifiedDiff]) throws -> BenchResult {
        let envelopes = diffs.map(\.envelope)
        let documents = envelopes.map { Data($0) }
        var written: [UInt8] = []
        var checksum = 0
        let ours = try Stopwatch.best(of: 5, count: envelopes.count) {
            for envelope in envelopes {
                let tape = try JSONTape(envelope, limits: .diff, canonical: true)
                written.removeAll(keepingCapacity: true)
                tape.write(tape.root, canonicalTo: &written)
                checksum &+= written.count
            }
        }
        precondition(checksum == 5 * envelopes.reduce(0) { $0 + $1.count }, "bytes were lost")
        let decoder = JSONDecoder()
        let theirs = try Stopwatch.best(of: 3, count: documents.count) {
            for document in documents {
                checksum &+= try decoder.decode(FoundationEnvelope.self, from: document).head.seq
            }
        }
        return BenchResult(
            name: "canonical parse and write",
            ours: ours,
            baselineName: "JSONDecoder",
            baseline: theirs,
            ratio: theirs / ours,
            target: .atLeast(10)
        )
    }
}

/// The same envelope for Foundation's decoder.
private struct FoundationEnvelope: Decodable {
    struct Head: Decodable {
        var author: String
        var body: String
        var engagement: String?
        var parents: [String]
        var seq: Int
        var time: String
        var v: Int
    }
    struct Body: Decodable {
        var ops: [Operation]
    }
    struct Operation: Decodable {
        var op: String
        var path: String
        var value: String?
        var over: [String]?
    }
    var body: Body
    var head: Head
    var sig: String
}
