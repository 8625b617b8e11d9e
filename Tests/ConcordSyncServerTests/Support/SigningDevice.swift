import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync

/// A device with a real key that signs diffs one after the other.
struct SigningDevice {
    let key: SigningKey
    var engagement: DiffID?
    var seq = 0
    var last: DiffID?

    init(engagement: DiffID? = nil) throws {
        self.init(try SigningKey.generate(), engagement: engagement)
    }

    init(_ key: SigningKey, engagement: DiffID? = nil) {
        self.key = key
        self.engagement = engagement
    }

    var author: Author { key.author }

    /// Signs requests as this device.
    var signer: RequestSigner { RequestSigner(key) }

    /// The next diff of the chain, which has seen `seen` beside the one before it.
    mutating func save(
        _ operations: [Operation]? = nil,
        seen: [DiffID] = [],
        title: String? = nil
    ) throws -> UnverifiedDiff {
        seq += 1
        let head = Head(
            author: author,
            seq: seq,
            engagement: engagement,
            parents: (last.map { [$0] } ?? []) + seen.sorted(),
            time: Timestamp(milliseconds: 1_770_000_000_000),
            body: SHA256Digest(hashing: [])
        )
        let path = CellPath(kind: "finding", record: "f1", field: "title")
        let text = title ?? "edit \(seq)"
        let body = Body(operations: operations ?? [Operation(.add(.string(text)), at: path)])
        let diff = try UnverifiedDiff(head: head, body: body, signer: key)
        last = diff.id
        if engagement == nil { engagement = diff.id }
        return diff
    }

    /// The first diff of an engagement, which this device leads.
    mutating func found() throws -> UnverifiedDiff {
        try save([
            Operation(.add(["role": "lead"]), at: CellPath(kind: "member", record: "lead")),
            Operation(
                .add(["member": "lead"]),
                at: CellPath(kind: "device", record: author.text)
            ),
        ])
    }

    /// An invitation that `secret` proves.
    mutating func invite(
        _ secret: InvitationKey,
        expires: Timestamp? = nil
    ) throws -> UnverifiedDiff {
        var fields: JSONObject = [
            "key": .string(Base64URL.encode(secret.publicKey)), "role": "auditor",
        ]
        if let expires { fields["expires"] = .string(WireText(expires.description)) }
        return try save([
            Operation(
                .add(.object(fields)),
                at: CellPath(kind: "invitation", record: "i1")
            )
        ])
    }

    /// A join on the invitation that `secret` proves.
    mutating func join(_ secret: InvitationKey, seen: DiffID) throws -> UnverifiedDiff {
        let engagement = engagement ?? seen
        let proof = try secret.joinProof(
            engagement: engagement,
            invitation: "i1",
            author: author
        )
        return try save(
            [
                Operation(.add(["role": "auditor"]), at: CellPath(kind: "member", record: "ann")),
                Operation(
                    .add([
                        "invitation": "i1", "member": "ann",
                        "proof": .string(Base64URL.encode(proof)),
                    ]),
                    at: CellPath(kind: "device", record: author.text)
                ),
            ],
            seen: [seen]
        )
    }
}

/// An engagement with a leader and an auditor who has joined.
struct SigningTeam {
    var lead: SigningDevice
    var ann: SigningDevice
    let history: [UnverifiedDiff]
    let engagement: DiffID

    init() throws {
        lead = try SigningDevice()
        let genesis = try lead.found()
        let secret = try InvitationKey.generate()
        let invitation = try lead.invite(secret)
        ann = try SigningDevice(engagement: genesis.id)
        history = [genesis, invitation, try ann.join(secret, seen: invitation.id)]
        engagement = genesis.id
    }
}
