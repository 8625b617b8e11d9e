import ConcordDiff
import ConcordEncoding
import ConcordSigning

/// A device that signs by hand whatever the form of a diff allows.
final class HostileDevice {
    /// Its key, always the same for one name, so that each run has the same log.
    let key: SigningKey
    /// The number and identity of its newest diff.
    private(set) var seq = 0
    private(set) var tip: DiffID?
    private let engagement: () -> DiffID?

    init(_ name: String, engagement: @escaping () -> DiffID?) throws {
        let seed = SHA256Digest(hashing: Array("hostile \(name)".utf8)).bytes
        guard let key = SigningKey(seed: seed) else {
            throw HostileFailure("the seed is not a key")
        }
        self.key = key
        self.engagement = engagement
    }

    /// Its newest diff, as `over` and `without` name it.
    var reference: WriteReference { WriteReference(seq: seq, author: key.author) }

    /// Its text form, which is the id of its record.
    var id: String { key.author.description }

    /// The next diff of its chain.
    ///
    /// - Parameter seen: the diffs of others that it has received since its last one.
    @discardableResult
    func diff(
        _ operations: [Operation],
        seen: [DiffID] = [],
        without: [WriteReference] = []
    ) throws -> UnverifiedDiff {
        let diff = try fork(operations, after: tip, seq: seq + 1, seen: seen, without: without)
        goOn(from: diff)
        return diff
    }

    /// A diff behind any diff of its chain; the chain goes on where it was.
    func fork(
        _ operations: [Operation],
        after previous: DiffID?,
        seq: Int,
        seen: [DiffID] = [],
        without: [WriteReference] = []
    ) throws -> UnverifiedDiff {
        let others = Set(seen).subtracting(previous.map { [$0] } ?? []).sorted()
        let head = Head(
            author: key.author,
            seq: seq,
            engagement: engagement(),
            parents: (previous.map { [$0] } ?? []) + others,
            time: Timestamp(milliseconds: 1_772_000_000_000 + Int64(seq), offsetMinutes: 0),
            body: SHA256Digest(hashing: []),
            without: without
        )
        return try UnverifiedDiff(
            head: head,
            body: Body(operations: operations, salt: "AAAAAAAAAAAAAAAAAAAAAA"),
            signer: key
        )
    }

    /// Lets the chain go on from a diff.
    func goOn(from diff: UnverifiedDiff) {
        seq = diff.head.seq
        tip = diff.id
    }
}

/// What went wrong in making or taking a hostile log.
struct HostileFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The people of a hostile log: a leader, two devices of one auditor, an observer, a colleague.
final class HostileTeam {
    /// Who suffers it, and saves an edit in the end.
    private(set) var leader: HostileDevice
    /// Two devices of one auditor.
    private(set) var first: HostileDevice
    private(set) var second: HostileDevice
    /// An observer, who may write nothing.
    private(set) var observer: HostileDevice
    /// What is in the replica before anything is measured.
    private(set) var before: [UnverifiedDiff] = []
    private var engagement: DiffID?

    /// The founding of an engagement and a finding `x1` that the auditor raised.
    ///
    /// - Parameter more: devices that the founding diff admits too, one member each.
    init(more: Int = 0) throws {
        var founded: () -> DiffID? = { nil }
        let id = { founded() }
        leader = try HostileDevice("leader", engagement: id)
        first = try HostileDevice("first", engagement: id)
        second = try HostileDevice("second", engagement: id)
        observer = try HostileDevice("observer", engagement: id)
        others = try (0..<more).map { try HostileDevice("other \($0)", engagement: id) }
        founded = { [unowned self] in self.engagement }
        try found()
    }

    /// Further auditors, with a device each.
    let others: [HostileDevice]

    /// The newest diff before anything is measured.
    var start: DiffID { before[before.count - 1].id }

    /// The finding's first diff, as `over` names it.
    var raised: WriteReference { WriteReference(seq: 1, author: first.key.author) }

    private func found() throws {
        var operations = [Operation(.add(["state": "planned"]), at: cell("/engagement/e"))]
        let named =
            [("lead", [leader]), ("auditor", [first, second]), ("observer", [observer])]
            + others.map { ("auditor", [$0]) }
        for (number, (role, devices)) in named.enumerated() {
            operations.append(
                Operation(
                    .add([
                        "letter": .string("P\(number)"), "name": .string("Person \(number)"),
                        "role": .string(role),
                    ]),
                    at: cell("/member/m\(number)")
                )
            )
            for device in devices {
                operations.append(
                    Operation(
                        .add(["member": .string("m\(number)")]),
                        at: cell("/device/\(device.id)")
                    )
                )
            }
        }
        let founding = try leader.diff(operations)
        engagement = founding.id
        before = [founding]
        let finding: JSON = [
            "draftNumber": "P1-01", "state": "draft", "statement": "ab", "title": "T", "unit": "IT",
        ]
        let raised = Operation(.add(finding), at: cell("/finding/x1"))
        before.append(try first.diff([raised], seen: [founding.id]))
    }

    /// Adds to what is there before anything is measured.
    func begin(_ diff: UnverifiedDiff) { before.append(diff) }

    /// The engagement's id.
    func id() throws -> DiffID {
        guard let engagement else { throw HostileFailure("the engagement is not founded yet") }
        return engagement
    }
}

/// The cell that a pointer in this program's text names.
func cell(_ pointer: String) -> CellPath {
    guard let path = CellPath(pointer) else { preconditionFailure("not a pointer: \(pointer)") }
    return path
}
