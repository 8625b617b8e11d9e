public import ConcordDiff
public import ConcordEncoding

/// What a client knows of what a server has signed of a log, and the judgement on what it signs next.
///
/// A pure value: the caller keeps it, with the entries that it covers, in one transaction. What is refused here is
/// not taken in, whatever came with it.
///
/// Protocol: `Protocol/log.md`, "What a client checks".
public struct LogTrust: Hashable, Sendable {
    /// Which log.
    public let engagement: DiffID
    /// The key of the log, once it is known: from an invitation, or with the first checkpoint. Another one follows it only if it
    /// says so itself (`KeySuccession`).
    public let key: NoteKey?
    /// What the newest verified checkpoint states.
    public let newest: LogWitness?

    /// What is known of a log.
    public init(engagement: DiffID, key: NoteKey?, newest: LogWitness?) {
        self.engagement = engagement
        self.key = key
        self.newest = newest
    }

    /// How an answer contradicts what is known, in order of precedence; the raw value is the code in the evidence.
    public enum Contradiction: String, CaseIterable, Sendable {
        /// The key or the note is malformed, names another log, or the key has not signed the note.
        case notSigned = "checkpoint-not-signed"
        /// Another key than the known one has signed, and the known one does not say that it follows.
        case otherKey = "other-log-key"
        /// Nothing is signed of the log any more, though it was before.
        case noCheckpoint = "no-checkpoint"
        /// Fewer entries are signed than were before.
        case smallerTree = "smaller-tree"
        /// Two roots are signed for the same number of entries.
        case twoRoots = "two-roots"
        /// The entries do not give the root that is signed, now or before.
        case wrongRoot = "wrong-root"
        /// A diff of somebody else states another root of the log than its entries give.
        case witness = "other-log-witnessed"
    }

    /// The judgement on an answer.
    public enum Judgement: Hashable, Sendable {
        /// Nothing is signed here, or only what is known; the entries may be taken in.
        case nothingNew
        /// The signature and the root are right: the entries may be taken in, and this kept with them.
        case verified(key: NoteKey, SignedCheckpoint)
        /// The log ends before what is signed of it: it was restored from a backup, or entries are kept back. Nothing may
        /// be taken in but what is here already and gets its place again.
        case behind(signed: Int)
        /// Nothing of the answer may be taken in.
        case contradiction(Contradiction)
    }

    /// Judges an answer.
    ///
    /// - Parameters:
    ///   - delivery: what came.
    ///   - held: the tree over the entries that the caller holds before those of the answer.
    ///   - leaves: the hashes of the answer's entries that follow `held`.
    public func judge(
        _ delivery: SyncDelivery,
        after held: CompactRange,
        leaves: [SHA256Digest],
        verifier: any SignatureVerifier
    ) -> Judgement {
        guard let given = delivery.checkpoint, delivery.reachesEnd else {
            if !grow(held, by: leaves).isPromise { return .contradiction(.wrongRoot) }
            let isMissing = delivery.reachesEnd && newest != nil
            return isMissing ? .contradiction(.noCheckpoint) : .nothingNew
        }
        let key: NoteKey
        switch follow(given, verifier: verifier) {
        case .success(let followed): key = followed
        case .failure(let refusal): return .contradiction(refusal.contradiction)
        }
        guard let signed = SignedCheckpoint(note: given.note, key: key, verifier: verifier) else {
            return .contradiction(.notSigned)
        }
        let stated = signed.checkpoint.tree
        if let newest {
            if stated.size < newest.size { return .contradiction(.smallerTree) }
            if stated.size == newest.size, stated != newest { return .contradiction(.twoRoots) }
        }
        let (tree, isPromise) = grow(held, by: leaves)
        if isPromise, stated.size > tree.size { return .behind(signed: stated.size) }
        guard isPromise, stated == LogWitness(size: tree.size, root: tree.root) else {
            return .contradiction(.wrongRoot)
        }
        // A key that follows the known one is kept also where nothing else is new: later signatures are by it.
        return stated == newest && key == self.key ? .nothingNew : .verified(key: key, signed)
    }

    /// The tree with further entries, and whether it has the root that was signed, where it comes to that size.
    private func grow(
        _ held: CompactRange,
        by leaves: [SHA256Digest]
    ) -> (tree: CompactRange, isPromise: Bool) {
        var tree = held
        var isPromise = true
        for leaf in leaves {
            tree.append(leaf)
            if let newest, tree.size == newest.size { isPromise = tree.root == newest.root }
        }
        return (tree, isPromise)
    }
}
