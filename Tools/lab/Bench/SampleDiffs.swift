import ConcordDiff
import ConcordEncoding
import ConcordSigning

/// Diffs as a busy auditor makes them: small edits of single fields, signed by one device.
struct SampleDiffs {
    /// The engagement's first diff and the one that adds the findings.
    let beginning: [UnverifiedDiff]
    /// Edits of single fields, each on top of the one before.
    let edits: [UnverifiedDiff]
    /// The device that signed them.
    let key: SigningKey

    /// Edits over `findings` findings.
    init(findings: Int, edits count: Int) throws {
        key = try SigningKey.generate()
        var chain = SampleChain(key: key)
        let member = SampleDiffs.id(0)
        var diffs = [
            try chain.append([
                Operation(
                    .add(["state": "planned"]),
                    at: CellPath(kind: "engagement", record: WireText(SampleDiffs.id(1)))
                ),
                Operation(
                    .add(["letter": "A", "name": "Leader", "role": "lead"]),
                    at: CellPath(kind: "member", record: WireText(member))
                ),
                Operation(
                    .add(["member": .string(member)]),
                    at: CellPath(kind: "device", record: key.author.text)
                ),
            ])
        ]
        var over: [WriteReference] = []
        for first in stride(from: 0, to: findings, by: 1000) {
            let operations = (first..<min(first + 1000, findings)).map { number in
                Operation(
                    .add(["process": "8.1", "state": "draft", "title": "Finding", "unit": "MH"]),
                    at: CellPath(kind: "finding", record: WireText(SampleDiffs.id(number + 10)))
                )
            }
            diffs.append(try chain.append(operations))
            over += Array(repeating: chain.reference, count: operations.count)
        }
        var edits: [UnverifiedDiff] = []
        edits.reserveCapacity(count)
        for number in 0..<count {
            let finding = number % findings
            let path = CellPath(
                kind: "finding",
                record: WireText(SampleDiffs.id(finding + 10)),
                field: "unit"
            )
            let value = JSON.string("U\(number)")
            edits.append(
                try chain.append([Operation(.add(value), at: path, over: [over[finding]])])
            )
            over[finding] = chain.reference
        }
        beginning = diffs
        self.edits = edits
    }

    /// A record id that looks like a UUIDv7.
    static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "01900000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count)
            + digits
    }
}

/// An author's chain so far.
struct SampleChain {
    let key: SigningKey
    /// The engagement; made by the first diff where there is none.
    var engagement: DiffID?
    /// The newest diff of the chain.
    var tip: DiffID?
    /// What was seen of others before the chain began.
    var seen: DiffID?
    var seq = 0

    var reference: WriteReference { WriteReference(seq: seq, author: key.author) }

    /// The next diff.
    ///
    /// - Parameter others: the diffs of others that its author has received since the last one.
    mutating func append(
        _ operations: [Operation],
        seen others: [DiffID] = []
    ) throws -> UnverifiedDiff {
        seq += 1
        let first = tip ?? seen
        let parents = (first.map { [$0] } ?? []) + others.filter { $0 != first }.sorted()
        let head = Head(
            author: key.author,
            seq: seq,
            engagement: engagement,
            parents: parents,
            time: Timestamp(
                milliseconds: 1_400_000_000_000 + Int64(seq) * 1000,
                offsetMinutes: 120
            ),
            body: SHA256Digest(hashing: [])
        )
        let diff = try UnverifiedDiff(
            head: head,
            body: Body(operations: operations),
            signer: key
        )
        if engagement == nil { engagement = diff.id }
        tip = diff.id
        return diff
    }
}
