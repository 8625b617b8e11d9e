import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordDiff
@testable import ConcordMerge

/// What a person does in one place; operations and `over` follow from what he is shown.
enum Change {
    case add(String, JSONObject)
    case set(String, JSON?, reason: String? = nil)
    case put(String)
    case take(String)
    case type(String, at: Int, delete: Int = 0, String)
    case hide(String)
    case restore(String)
    case admit(VerifiedDiff)
    case seal(String)
    case reopen(String)
    case raw(ConcordDiff.Operation)
}

/// A device of one person: it has a fold of its own, saves, and exchanges diffs.
final class Actor {
    /// The member's record id.
    let member: String
    let signer: HashSigner
    var desk: Desk
    /// Everything it has, in the order in which it came.
    private(set) var diffs: [VerifiedDiff] = []
    private var heads: Set<DiffID> = []
    private var known: Set<DiffID> = []
    private var engagement: DiffID?
    private var seq = 0
    private var last: DiffID?
    /// How much of the server's log it has.
    private(set) var logged = 0

    var author: Author { signer.author }

    init(_ name: String, forgetful: Bool = false) {
        member = name
        signer = HashSigner(name)
        desk = Desk(forgetful: forgetful)
    }

    init(copying other: Actor) {
        member = other.member
        signer = other.signer
        desk = other.desk.copy()
        diffs = other.diffs
        heads = other.heads
        known = other.known
        engagement = other.engagement
        seq = other.seq
        last = other.last
        logged = other.logged
    }

    // MARK: Saving.

    /// Saves what the changes come to, having seen all it has.
    @discardableResult
    func save(_ changes: Change...) throws -> VerifiedDiff { try save(changes) }

    @discardableResult
    func save(_ changes: [Change]) throws -> VerifiedDiff {
        try save(operations: changes.map(operation))
    }

    @discardableResult
    func save(
        operations: [ConcordDiff.Operation],
        without: [WriteReference] = []
    ) throws -> VerifiedDiff {
        let others = heads.subtracting(last.map { [$0] } ?? []).sorted()
        let head = Head(
            author: author,
            seq: seq + 1,
            engagement: engagement,
            parents: (last.map { [$0] } ?? []) + others,
            time: Timestamp(milliseconds: 1_400_000_000_000 + Int64(seq)),
            body: SHA256Digest(hashing: []),
            without: without
        )
        let diff = VerifiedDiff(
            unchecked: try UnverifiedDiff(
                head: head,
                body: Body(operations: operations),
                signer: signer
            ),
            proof: .signature
        )
        seq += 1
        last = diff.id
        try receive(diff)
        return diff
    }

    /// Founds the engagement.
    func found() throws {
        let diff = try save(
            .raw(operation(.add("member/\(member)", ["name": .string(member), "role": "lead"]))),
            .raw(operation(.add("device/\(author)", ["member": .string(member)]))),
            .raw(operation(.add("engagement/e", ["number": "A-1", "state": "planned"])))
        )
        engagement = diff.id
    }

    /// Joins on the invitation that the key called `key` proves.
    func join(on key: String, as name: String? = nil, role: Role? = nil) throws -> VerifiedDiff {
        let message = JoinProof.message(
            engagement: try #require(engagement),
            invitation: WireText(key),
            author: author
        )
        let proof = HashSigner("invitation \(key)").signature(over: message)
        var fields: JSONObject = ["invitation": .string(key), "name": .string(member)]
        if let role { fields["role"] = .string(role.rawValue) }
        return try save(
            .add("member/\(name ?? member)", fields),
            .add(
                "device/\(author)",
                [
                    "invitation": .string(key), "member": .string(name ?? member),
                    "proof": .string(Base64URL.encode(proof)),
                ]
            )
        )
    }

    // MARK: Exchanging.

    /// Takes in diffs that have no place in the log, as from a bundle.
    func receive(_ new: VerifiedDiff...) throws {
        for diff in new {
            let result = try desk.takeIn(pending: diff)
            guard case .taken = result else {
                if case .known = result { continue }
                Issue.record("\(diff.reference) is refused: \(result)")
                continue
            }
            note(diff)
        }
    }

    /// Takes in everything that another has and this one lacks.
    func receive(from other: Actor) throws {
        for diff in other.diffs where !known.contains(diff.id) { try receive(diff) }
    }

    /// Takes in the log up to `end`.
    func pull(_ log: [VerifiedDiff], to end: Int? = nil) throws {
        let items = log[logged..<(end ?? log.count)].map { diff in
            known.contains(diff.id) ? LogItem.held(diff.id) : .new(diff)
        }
        if items.isEmpty { return }
        let refused = try desk.takeIn(log: items)
        #expect(refused == nil, "\(member) refuses the log")
        for diff in log[logged..<(logged + items.count)] where !known.contains(diff.id) {
            note(diff)
        }
        logged += items.count
    }

    private func note(_ diff: VerifiedDiff) {
        engagement = engagement ?? diff.diff.engagement
        diffs.append(diff)
        known.insert(diff.id)
        heads.subtract(diff.head.parents)
        heads.insert(diff.id)
    }

    // MARK: Seeing.

    /// What it shows.
    func picture() -> Picture { desk.picture() }

    /// What it shows at one place.
    func shown(_ path: String) throws -> JSON? {
        try desk.evaluation(Self.path(path))?.shown
    }

    static func path(_ text: String) -> CellPath {
        guard let path = CellPath("/" + text) else { preconditionFailure("no path: \(text)") }
        return path
    }

    // MARK: Operations.

    private func operation(_ change: Change) throws -> ConcordDiff.Operation {
        switch change {
        case .raw(let operation): return operation
        case .add(let path, let fields):
            return Operation(.add(.object(fields)), at: Self.path(path))
        case .set(let path, let value, let reason):
            return Operation(
                value.map { .add($0) } ?? .remove,
                at: Self.path(path),
                over: try shownWrites(path),
                reason: reason.map { WireText($0) }
            )
        case .put(let path):
            return Operation(.add(true), at: Self.path(path), over: try shownWrites(path))
        case .take(let path):
            return Operation(.remove, at: Self.path(path), over: try shownWrites(path))
        case .type(let path, let at, let delete, let insert):
            return Operation(
                .splice(at: at, delete: delete, insert: WireText(insert)),
                at: Self.path(path)
            )
        case .hide(let path):
            return Operation(.remove, at: Self.path(path), over: try shownWrites(path))
        case .restore(let path):
            return Operation(.add([:]), at: Self.path(path), over: try shownWrites(path))
        case .seal(let id):
            return Operation(
                .add(["digest": "d"]),
                at: CellPath(kind: "seal", record: WireText(id))
            )
        case .reopen(let id):
            return Operation(
                .add(["seal": .string(id)]),
                at: CellPath(kind: "reopening", record: "r-\(id)-\(seq)-\(member)")
            )
        case .admit(let diff):
            let id = DerivedID.admission(of: diff.id.text).string
            return Operation(
                .add(["diff": .string(diff.id.base64url), "reason": "it counts"]),
                at: CellPath(kind: "admission", record: WireText(id))
            )
        }
    }

    /// The writes that the person is shown at a place and replaces: where he only proposes, his own.
    private func shownWrites(_ text: String) throws -> [WriteReference] {
        let path = Self.path(text)
        let survivors = try desk.survivors(path).map(\.reference)
        guard try proposes(at: path) else { return survivors }
        return survivors.filter { $0.author == author }
    }

    private func proposes(at path: CellPath) throws -> Bool {
        let fold = desk.fold
        guard let member = fold.membership.member(of: author),
            let field = path.field.flatMap({ Schema.kind(path.kind)?.field($0) })
        else { return false }
        if Rights.right(of: member.role, to: field.activity) == .proposal { return true }
        guard field.activity == .setGrade else { return false }
        let standard = try desk.evaluation(
            CellPath(kind: path.kind, record: path.record, field: "standard")
        )
        return standard?.shown?.stringValue.map(member.inTraining.contains) ?? false
    }
}
