import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSigning
import ConcordStorage
import Foundation

/// Merging another replica's edits of single fields, all of them concurrent with own edits of the same
/// fields, over few and over many findings: the time of one must not depend on how many there are.
///
/// A third of the edits are of a field of the rule `newest`, a third of `ask` (a conflict each), and a
/// third of a text. Each edit is of another finding, anywhere among all; measured is everything from the
/// bytes that came to the commit: parsing, the chain's verification, log, fold, state tables. As many edits
/// of other fields come before, so that the write-ahead log of SQLite is as in a replica that is in use;
/// carrying it into the file follows when the merge has returned, and is not in the figures.
enum RecordsBench {
    /// How many rounds; few and many findings take turns, and the shortest of each counts.
    private static let rounds = 25
    /// What one merged edit may take, in microseconds.
    private static let limit = 40.0

    static func run(in folder: String, few: Int, many: Int, edits: Int) throws -> [BenchResult] {
        let small = try RecordsSample(findings: few, edits: min(edits, few), in: folder)
        let large = try RecordsSample(findings: many, edits: min(edits, few), in: folder)
        var best = (few: Double.infinity, many: Double.infinity)
        for round in 0..<rounds {
            best.few = min(best.few, try small.merge(round))
            best.many = min(best.many, try large.merge(round))
        }
        return [
            BenchResult(
                name: "merge of a concurrent edit",
                ours: best.many,
                baselineName: "over \(few) findings instead of \(many)",
                baseline: best.few,
                ratio: best.many / best.few,
                target: .atMost(1.3)
            ),
            BenchResult(
                name: "merge of a concurrent edit, in all",
                ours: best.many,
                baselineName: "\(Int(limit)) µs",
                baseline: limit,
                ratio: best.many / limit,
                target: .atMost(1)
            ),
        ]
    }
}

/// A replica with findings and own edits that are in the log, and what another has done meanwhile.
private struct RecordsSample {
    private let path: String
    private let envelopes: [[UInt8]]
    private let position: Int

    /// How many findings one diff adds.
    private static let batch = 500

    init(findings: Int, edits: Int, in folder: String) throws {
        path = folder + "/records-\(findings).concord"
        var own = SampleChain(key: try SigningKey.generate())
        var other = SampleChain(key: try SigningKey.generate())
        let beginning = try Self.beginning(&own, other.key.author, findings: findings)
        other.engagement = own.engagement
        other.seen = own.tip
        var before = beginning
        var theirs: [UnverifiedDiff] = []
        for number in 0..<2 * edits {
            // Apart from each other, and anywhere; the second half between those of the first.
            let step = findings / edits
            let finding = number * 7919 % edits * step + (number < edits ? 0 : step / 2)
            let kind = number < edits ? number : number - edits + 1
            let added = WriteReference(seq: 2 + finding / Self.batch, author: own.key.author)
            let edit = { Self.edit(finding, kind: kind, $0, over: added) }
            before.append(try own.append([edit("own")]))
            theirs.append(try other.append([edit("other")]))
        }
        envelopes = theirs.map(\.envelope)
        position = before.count
        let store = try ReplicaStore.create(at: path, verifier: DiffVerifier())
        let items = try Self.verified(before.map(\.envelope)).map { LogItem.new($0) }
        let result = try store.takeIn(log: items, from: 0)
        precondition(result.refused == nil, "a valid log is taken in")
        try store.close()
    }

    /// Merges into a copy; microseconds for each edit.
    func merge(_ round: Int) throws -> Double {
        let copy = path + "-\(round)"
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let store = try ReplicaStore.open(at: copy, verifier: DiffVerifier())
        let half = envelopes.count / 2
        try take(envelopes[..<half], from: position, into: store)
        store.testingOnlyCarryOver()
        let time = try Stopwatch.best(of: 1, count: half) {
            try take(envelopes[half...], from: position + half, into: store)
        }
        let conflicts = try store.read { try $0.status().conflicts }
        precondition(conflicts >= envelopes.count / 3, "concurrent edits are in conflict")
        try store.close()
        try FileManager.default.removeItem(atPath: copy)
        return time
    }

    private func take(
        _ envelopes: ArraySlice<[UInt8]>,
        from position: Int,
        into store: ReplicaStore
    ) throws {
        let items = try Self.verified(Array(envelopes)).map { LogItem.new($0) }
        let result = try store.takeIn(log: items, from: position)
        precondition(result.refused == nil, "a valid log is taken in")
    }

    private static func verified(_ envelopes: [[UInt8]]) throws -> [VerifiedDiff] {
        try ChainVerification.verify(
            try envelopes.map { try UnverifiedDiff(envelope: $0) },
            with: DiffVerifier()
        )
    }

    // MARK: The log.

    /// The engagement with two leaders, and the findings with six fields each.
    private static func beginning(
        _ own: inout SampleChain,
        _ other: Author,
        findings: Int
    ) throws -> [UnverifiedDiff] {
        var founding = [
            Operation(
                .add(["state": "planned"]),
                at: CellPath(kind: "engagement", record: WireText(SampleDiffs.id(1)))
            )
        ]
        for (number, author) in [own.key.author, other].enumerated() {
            let member = SampleDiffs.id(number + 2)
            founding += [
                Operation(
                    .add(["letter": .string("\(number)"), "name": "Leader", "role": "lead"]),
                    at: CellPath(kind: "member", record: WireText(member))
                ),
                Operation(
                    .add(["member": .string(member)]),
                    at: CellPath(kind: "device", record: author.text)
                ),
            ]
        }
        var diffs = [try own.append(founding)]
        for first in stride(from: 0, to: findings, by: batch) {
            let operations = (first..<min(first + batch, findings)).map { number in
                Operation(
                    .add([
                        "draftNumber": .string("A-\(number)"), "process": "8.1",
                        "site": "Main site", "state": "draft", "unit": "IT operations",
                        "statement": "Withdrawn procedure in use at the service desk",
                    ]),
                    at: CellPath(kind: "finding", record: WireText(id(number)))
                )
            }
            diffs.append(try own.append(operations))
        }
        return diffs
    }

    /// An id as UUIDv7 makes them: in the order of time, the rest random.
    private static func id(_ number: Int) -> String {
        let random = SHA256Digest(hashing: Array("\(number)".utf8)).hex
        let time = String(0x0190_0000_0000 + number * 1000, radix: 16)
        let digits = "0" + time
        return "\(digits.prefix(8))-\(digits.suffix(4))-7\(random.prefix(3))-8"
            + "\(random.dropFirst(3).prefix(3))-\(random.dropFirst(6).prefix(12))"
    }

    /// One of three edits of a field that its author was shown as the findings were made.
    private static func edit(
        _ finding: Int,
        kind: Int,
        _ word: String,
        over: WriteReference
    ) -> ConcordDiff.Operation {
        func path(_ field: String) -> CellPath {
            CellPath(kind: "finding", record: WireText(id(finding)), field: WireText(field))
        }
        switch kind % 3 {
        case 0: return Operation(.add(.string("B-\(word)")), at: path("draftNumber"), over: [over])
        case 1: return Operation(.add(.string("Unit \(word)")), at: path("unit"), over: [over])
        default:
            let place = word == "own" ? 0 : 46
            return Operation(
                .splice(at: place, delete: 0, insert: WireText(word)),
                at: path("statement")
            )
        }
    }
}
