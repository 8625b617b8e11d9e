import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSigning

/// Saving one edit against what cannot be saved: one signature and one durable insert.
enum SaveBench {
    /// Interleaves the pairs, so that a slow moment of the disk hits both; compares the medians.
    static func run(in folder: String, saves: Int) throws -> BenchResult {
        let draft = EngagementDraft(leader: "Leader", device: "bench")
        let replica = try Replica.create(at: folder + "/save.concord", engagement: draft).replica
        let finding = ReplicaEnvironment.system.newID()
        var first = Edit()
        first.add("finding", id: finding, fields: ["state": "draft", "title": "Finding"])
        try replica.save(first)

        let raw = try RawInserts(path: folder + "/save-raw.sqlite")
        let key = try SigningKey.generate()
        let sample = try SampleDiffs(findings: 1, edits: 1).edits[0]
        let path = CellPath(kind: "finding", record: finding, field: "unit")
        var ours: [Double] = []
        var theirs: [Double] = []
        for number in 0..<saves + saves / 5 {
            var edit = Edit()
            edit.set(path, to: .string("U\(number)"))
            let our = try Stopwatch.once { try replica.save(edit) }
            let id = SHA256Digest(hashing: Array("row \(number)".utf8)).bytes
            let their = try Stopwatch.once {
                _ = try key.signature(overHead: sample.headBytes)
                try raw.run([(id, sample.envelope)])
            }
            // The first fifth warms up: caches, and the WAL until it wraps.
            if number >= saves / 5 {
                ours.append(our)
                theirs.append(their)
            }
        }
        let (our, their) = (median(ours), median(theirs))
        return BenchResult(
            name: "save of one edit",
            ours: our,
            baselineName: "signature + raw durable insert",
            baseline: their,
            ratio: our / their,
            target: .atMost(1.5)
        )
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
