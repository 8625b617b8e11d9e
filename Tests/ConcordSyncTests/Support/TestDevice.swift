import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Testing

/// A device that signs diffs one after the other, and can be set back to fork its own chain.
struct TestDevice {
    let name: WireText
    let author: Author
    var engagement: DiffID?
    var seq = 0
    var last: DiffID?

    init(_ name: WireText, engagement: DiffID? = nil) {
        self.name = name
        self.engagement = engagement
        author = Self.author(name)
    }

    static func author(_ name: WireText) -> Author {
        guard let author = Author(publicKey: SHA256Digest(hashing: Array(name.utf8)).bytes) else {
            preconditionFailure("a digest is as long as a key")
        }
        return author
    }

    /// The next diff of the chain, which has seen `seen` beside the one before it.
    mutating func save(
        _ operations: [Operation]? = nil,
        seen: [DiffID] = []
    ) throws -> UnverifiedDiff {
        seq += 1
        let others = Set(seen).subtracting(last.map { [$0] } ?? []).sorted()
        let head = Head(
            author: author,
            seq: seq,
            engagement: engagement,
            parents: (last.map { [$0] } ?? []) + others,
            time: Timestamp(milliseconds: 1_770_000_000_000),
            body: SHA256Digest(hashing: [])
        )
        let path = CellPath(kind: "finding", record: "f1", field: "title")
        let body = Body(
            operations: operations ?? [Operation(.add(.string("\(name) \(seq)")), at: path)]
        )
        let diff = try UnverifiedDiff(head: head, body: body, signer: HashSigner(as: author))
        last = diff.id
        if engagement == nil { engagement = diff.id }
        return diff
    }

    /// The first diff of an engagement, which this device leads.
    mutating func found() throws -> UnverifiedDiff {
        try save([
            Operation(
                .add(["name": "Lead", "role": "lead"]),
                at: CellPath(kind: "member", record: name)
            ),
            Operation(
                .add(["member": .string(name)]),
                at: CellPath(kind: "device", record: author.text)
            ),
        ])
    }

    /// An invitation that the key named `key` proves.
    mutating func invite(
        _ key: WireText,
        uses: Int = 1,
        expires: WireText? = nil
    ) throws
        -> UnverifiedDiff
    {
        var fields: JSONObject = [
            "key": .string(TestDevice.author(key).description), "role": "auditor",
            "uses": .integer(Int64(uses)),
        ]
        if let expires { fields["expires"] = .string(expires) }
        return try save([
            Operation(.add(.object(fields)), at: CellPath(kind: "invitation", record: key))
        ])
    }

    /// A join on the invitation that `key` proves; `secret` is the key that really signs.
    mutating func join(
        _ key: WireText,
        secret: WireText? = nil,
        seen: [DiffID]
    ) throws
        -> UnverifiedDiff
    {
        let message = JoinProof.message(
            engagement: try #require(engagement),
            invitation: key,
            author: author
        )
        let proof = HashSigner(as: TestDevice.author(secret ?? key)).signature(over: message)
        let device: JSONObject = [
            "invitation": .string(key), "member": .string(name),
            "proof": .string(Base64URL.encode(proof)),
        ]
        return try save(
            [
                Operation(
                    .add(["name": .string(name), "role": "auditor"]),
                    at: CellPath(kind: "member", record: name)
                ),
                Operation(
                    .add(.object(device)),
                    at: CellPath(kind: "device", record: author.text)
                ),
            ],
            seen: seen
        )
    }

    /// A leader's order that ends a member's part.
    mutating func revoke(_ member: WireText, seen: [DiffID]) throws -> UnverifiedDiff {
        try save(
            [
                Operation(
                    .add("revoked"),
                    at: CellPath(kind: "member", record: member, field: "status")
                )
            ],
            seen: seen
        )
    }
}

/// An engagement with a leader and two auditors who have joined: six diffs, in causal order.
struct TestTeam {
    var lead = TestDevice("lead")
    var ann: TestDevice
    var bob: TestDevice
    var history: [UnverifiedDiff] = []
    let engagement: DiffID

    init() throws {
        let genesis = try lead.found()
        engagement = genesis.id
        let first = try lead.invite("key-ann")
        let second = try lead.invite("key-bob")
        ann = TestDevice("ann", engagement: genesis.id)
        bob = TestDevice("bob", engagement: genesis.id)
        history = [
            genesis, first, second, try ann.join("key-ann", seen: [second.id]),
            try bob.join("key-bob", seen: [second.id]),
        ]
    }

    var envelopes: [[UInt8]] { history.map(\.envelope) }
}

/// A request of these diffs by someone who holds nothing.
func request(_ diffs: [UnverifiedDiff], _ engagement: DiffID) -> SyncRequest {
    SyncRequest(engagement: engagement, position: 0, envelopes: diffs.map(\.envelope))
}

/// A moment of the server's clock.
let noon = Timestamp(milliseconds: 1_780_315_200_000)

extension MemorySyncServer {
    /// The verdicts on these diffs; the server's clock shows `now`.
    mutating func verdicts(
        on diffs: [UnverifiedDiff],
        of engagement: DiffID,
        now: Timestamp = noon
    ) throws -> [EnvelopeVerdict] {
        try received(request(diffs, engagement), now: now).get().verdicts
    }
}
