import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordSigning
import ConcordStorage
import Foundation

/// A replica as `concord` opens it, with so many records: a third each of findings, of their criteria and of the
/// evidence that they cite.
///
/// A few findings are submitted, and a few are in conflict, the same number however many records there are: what a
/// command is asked for is the same, and only what it need not look at grows.
struct CommandSample {
    /// The replica's file, with its key next to it.
    let path: String
    /// An item of evidence that a new finding can cite.
    let evidence: String

    private static let standards: [WireText] = ["iso-9001-2008", "iso-iec-20000-1-2011"]
    private static let clauses: [WireText] = ["8.4", "9.2"]
    /// How many findings one diff adds.
    private static let batch = 300
    /// How many findings are submitted, and how many are in conflict.
    private static let few = 6

    init(records: Int, in folder: String) throws {
        path = folder + "/commands-\(records).concord"
        evidence = String(Self.id(0, "evidence").suffix(6))
        let findings = records / 3
        var own = SampleChain(key: try SigningKey.generate())
        var other = SampleChain(key: try SigningKey.generate())
        var diffs = [try own.append(Self.founding(own.key.author, other.key.author))]
        for first in stride(from: 0, to: findings, by: Self.batch) {
            let numbers = first..<min(first + Self.batch, findings)
            diffs.append(try own.append(numbers.flatMap(Self.finding)))
        }
        other.engagement = own.engagement
        other.seen = own.tip
        for number in 0..<Self.few {
            let added = WriteReference(seq: 2, author: own.key.author)
            func set(_ field: WireText, _ value: JSON) -> ConcordDiff.Operation {
                let path = CellPath(
                    kind: Schema.finding.name,
                    record: WireText(Self.id(number, "finding")),
                    field: field
                )
                return Operation(.add(value), at: path, over: [added])
            }
            diffs.append(try own.append([set("title", "Procedure withdrawn")]))
            diffs.append(try other.append([set("title", "Procedure out of date")]))
            diffs.append(try own.append([set("state", "submitted")]))
        }
        let store = try ReplicaStore.create(at: path, verifier: DiffVerifier())
        let verified = try ChainVerification.verify(diffs, with: DiffVerifier())
        let result = try store.takeIn(log: verified.map { LogItem.new($0) }, from: 0)
        precondition(result.refused == nil, "a valid log is taken in")
        try store.close()
        try own.key.write(to: path + ".key")
    }

    private static func founding(_ own: Author, _ other: Author) -> [ConcordDiff.Operation] {
        func add(_ kind: RecordKind, _ id: WireText, _ fields: JSONObject) -> ConcordDiff.Operation
        {
            Operation(.add(.object(fields)), at: CellPath(kind: kind.name, record: id))
        }
        var operations = [
            add(
                Schema.engagement,
                "engagement",
                [
                    "number": "E-1", "state": "planned",
                    "standards": .object(
                        JSONObject(uniqueKeysWithValues: standards.map { ($0, true) })
                    ),
                ]
            )
        ]
        for (letter, author) in [("A", own), ("B", other)] as [(WireText, Author)] {
            operations += [
                add(
                    Schema.member,
                    "member-\(letter)",
                    ["letter": .string(letter), "name": "Leader \(letter)", "role": "lead"]
                ),
                add(Schema.device, author.text, ["member": "member-\(letter)"]),
            ]
        }
        return operations
    }

    /// A finding with one criterion and one item of evidence.
    private static func finding(_ number: Int) -> [ConcordDiff.Operation] {
        let finding = WireText(id(number, "finding"))
        let evidence = WireText(id(number, "evidence"))
        let standard = standards[number % standards.count]
        let clause = clauses[number % standards.count]
        func add(_ kind: RecordKind, _ id: WireText, _ fields: JSONObject) -> ConcordDiff.Operation
        {
            Operation(.add(.object(fields)), at: CellPath(kind: kind.name, record: id))
        }
        return [
            add(
                Schema.evidence,
                evidence,
                [
                    "kind": "record", "title": "Sheet at workplace \(number)",
                    "source": "PR-\(number)", "capturedBy": "member-A",
                ]
            ),
            add(
                Schema.finding,
                finding,
                [
                    "draftNumber": "A-\(number < 10 ? "0" : "")\(number)", "raisedBy": "member-A",
                    "title": "Procedure in use at workplace \(number)",
                    "statement": "A withdrawn procedure is in use at the service desk.",
                    "evidence": .object([evidence: true]),
                ]
            ),
            add(
                Schema.criterion,
                DerivedID.criterion(finding: finding, standard: standard, clause: clause),
                [
                    "finding": .string(finding), "standard": .string(standard),
                    "clause": .string(clause), "grade": number % 3 == 0 ? "minor" : "observation",
                ]
            ),
        ]
    }

    /// An id as UUIDv7 makes them: in the order of time, the rest random.
    private static func id(_ number: Int, _ kind: String) -> String {
        let random = SHA256Digest(hashing: Array("\(kind) \(number)".utf8)).hex
        let digits = "0" + String(0x0190_0000_0000 + number * 1000, radix: 16)
        return "\(digits.prefix(8))-\(digits.suffix(4))-7\(random.prefix(3))-8"
            + "\(random.dropFirst(3).prefix(3))-\(random.dropFirst(6).prefix(12))"
    }
}
