import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordStorage
import ConcordSync

/// The check of an answer of the server against the log as it is here, before anything of it is stored.
///
/// It reads one moment of the replica and changes nothing.
struct LogVerification {
    /// The judgement on what the server signs.
    let judgement: LogTrust.Judgement
    /// Whether the key that is known has signed the checkpoint of the answer, whatever came with it.
    let isSigned: Bool
    /// Whether every entry that is new to the log is a diff that is here.
    let areHere: Bool
    /// What was known before.
    let known: ServerLog?
    /// Diffs of others that state another root of the log than its entries give, by their place in the answer.
    let witnesses: [UnverifiedDiff]

    /// Checks an answer.
    ///
    /// - Parameters:
    ///   - received: the diffs of the entries that came with their bytes, by their place among them.
    ///   - author: whose own diffs witness nothing.
    /// - Returns: nil if an own diff is not here of which only the place came.
    init?(
        _ delivery: SyncDelivery,
        _ received: [Int: UnverifiedDiff],
        author: Author,
        engagement: DiffID,
        in reader: ReplicaReader
    ) throws {
        known = try reader.serverLog()
        let held = try reader.logRange
        var leaves: [SHA256Digest] = []
        for index in delivery.entries.indices {
            if let diff = received[index] {
                leaves.append(MerkleTree.leafHash(diff.leaf))
            } else if case .held(let id) = delivery.entries[index] {
                guard let envelope = try reader.envelope(of: id) else { return nil }
                let own = try UnverifiedDiff(envelope: envelope, mayBeErased: true)
                leaves.append(MerkleTree.leafHash(own.leaf))
            }
        }
        let passed = held.size - delivery.from
        // Where another process has gone on beyond this answer, it has verified more.
        guard 0...leaves.count ~= passed else {
            (judgement, witnesses, areHere, isSigned) = (.nothingNew, [], true, false)
            return
        }
        leaves.removeFirst(passed)
        let trust = LogTrust(
            engagement: engagement,
            key: known.flatMap { NoteKey($0.key) },
            newest: known?.newest?.witness
        )
        areHere = try received.allSatisfy { index, diff in
            try index < passed || reader.diff(diff.id) != nil
        }
        judgement = trust.judge(delivery, after: held, leaves: leaves, verifier: DiffVerifier())
        switch judgement {
        case .verified, .behind: isSigned = true
        case .nothingNew: isSigned = delivery.checkpoint != nil && delivery.reachesEnd
        case .contradiction: isSigned = false
        }
        let others = received.sorted { $0.key < $1.key }.map(\.value)
            .filter { $0.head.author != author }
        witnesses = try LogWitnesses(after: held, leaves: leaves).contradicting(others, in: reader)
    }
}

/// Compares what diffs say of the log with its entries.
struct LogWitnesses {
    private let held: CompactRange
    private let leaves: [SHA256Digest]

    /// The log as it is here, and entries that are to follow.
    init(after held: CompactRange, leaves: [SHA256Digest] = []) {
        self.held = held
        self.leaves = leaves
    }

    /// The diffs that state another root than the entries give. What states more entries than are here says nothing
    /// yet.
    func contradicting(
        _ diffs: [UnverifiedDiff],
        in reader: ReplicaReader
    ) throws -> [UnverifiedDiff] {
        let sizes = Set(diffs.compactMap(\.head.log?.size)).filter {
            $0 <= held.size + leaves.count
        }
        if sizes.isEmpty { return [] }
        var roots = try reader.logRoots(of: sizes.filter { $0 <= held.size })
        var range = held
        for leaf in leaves {
            range.append(leaf)
            if sizes.contains(range.size) { roots[range.size] = range.root }
        }
        return diffs.filter { diff in
            guard let log = diff.head.log, let root = roots[log.size] else { return false }
            return root != log.root
        }
    }
}

extension Replica {
    /// What was found to contradict what the server had signed, the oldest first: signed notes and diffs that anyone
    /// can check without this program (`Protocol/log.md`, "Contradictions").
    ///
    /// - Throws: `ReplicaFailure`.
    public func contradictions() throws -> [LogContradiction] {
        try ReplicaFailure.mapping { try store.read { try $0.contradictions() } }
    }

    /// Keeps what contradicts the server's log, and says it.
    func contradiction(
        _ code: LogTrust.Contradiction,
        in delivery: SyncDelivery,
        known: ServerLog?
    ) throws -> ReplicaFailure {
        let lines = delivery.entries.map(\.wireBytes).joined(separator: [UInt8(ascii: "\n")])
        try store.keep([
            LogContradiction(
                code: WireText(code.rawValue),
                found: environment.now(),
                key: known?.key ?? delivery.checkpoint?.key ?? "",
                held: known?.newest?.note ?? [],
                given: delivery.checkpoint?.note ?? [],
                entries: Array(lines)
            )
        ])
        return ReplicaFailure(.logContradiction, "\(code.sentence) \(Self.advice)")
    }

    /// Judges that a server says to hold another log: only the key of the log may make this replica give up the order that it
    /// knows.
    ///
    /// - Throws: `ReplicaFailure` where that key does not stand behind it; kept as evidence, unless the server is a stranger.
    func check(_ parting: LogParting, of request: SyncRequest, from isStranger: Bool) throws {
        let known = try store.read { try $0.serverLog() }
        let trust = LogTrust(
            engagement: engagement,
            key: known.flatMap { NoteKey($0.key) },
            newest: known?.newest?.witness
        )
        let found = trust.contradiction(
            in: parting,
            to: request.wireBytes,
            verifier: DiffVerifier()
        )
        guard let found else { return }
        if isStranger { throw Self.stranger(found) }
        try store.keep([
            LogContradiction(
                code: WireText(found.rawValue),
                found: environment.now(),
                key: known?.key ?? "",
                held: known?.newest?.note ?? [],
                given: parting.statement?.note ?? []
            )
        ])
        throw ReplicaFailure(.logContradiction, "\(found.sentence) \(Self.advice)")
    }

    /// The failure of a server that has not shown that it is the one of the log.
    static func stranger(_ code: LogTrust.Contradiction) -> ReplicaFailure {
        ReplicaFailure(
            .strangeServer,
            "This is not the server of this engagement: "
                + (code == .otherKey
                    ? "it signs its logs with another key."
                    : "it has not signed the log with the key that this device knows.")
                + " Nothing was sent to it, and nothing of its answer was taken in."
        )
    }

    /// Keeps diffs of others that contradict the log as it is here, and have been taken in.
    ///
    /// What has no effect says nothing: anybody could send such statements who may not write.
    ///
    /// - Returns: those that were kept.
    func keepWitnesses(_ all: [UnverifiedDiff]) throws -> [DiffID] {
        if all.isEmpty { return [] }
        let (known, diffs) = try store.read { reader in
            (try reader.serverLog(), try all.filter { try reader.hasEffect($0.id) })
        }
        try store.keep(
            diffs.map { diff in
                LogContradiction(
                    code: WireText(LogTrust.Contradiction.witness.rawValue),
                    found: environment.now(),
                    key: known?.key ?? "",
                    held: known?.newest?.note ?? [],
                    given: diff.envelope
                )
            }
        )
        return diffs.map(\.id)
    }

    private static let advice =
        "Nothing of this answer was taken in, and what was signed is kept as evidence (`concord status`)."
        + " You can keep working offline. Tell your audit team leader and the server's operator."
}

extension LogTrust.Contradiction {
    /// What happened, for people.
    public var sentence: String {
        switch self {
        case .notSigned:
            "The server's statement about its log is not signed by the key that it names."
        case .otherKey:
            "The server signs its log with another key than the one that this device knows, which does not say that another one"
                + " follows it: it is another server, or its key was lost."
        case .noCheckpoint: "The server no longer signs its log, though it did before."
        case .smallerTree:
            "The server has signed a log with fewer entries than it had signed before: entries were taken away."
        case .twoRoots:
            "The server has signed two different logs of the same length: it shows different people different histories."
        case .wrongRoot:
            "The entries that the server sent are not those that it has signed: some were changed, left out, added or put in"
                + " another order."
        case .witness:
            "A colleague's device was shown another log by the server than this device, or states one that never was."
        }
    }
}
