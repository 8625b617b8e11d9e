public import ConcordDiff
public import ConcordEncoding

/// The envelopes of one request, parsed, and which of their signatures are proven.
///
/// Every signature that enters a log is checked, although its author's chain could vouch for it: a
/// wrong one would be in the log forever and could never be proven to a third party. Only authors who
/// could be evidence at all are checked, so that a stranger's request costs lookups, not curve
/// arithmetic.
public struct PostedBatch: Sendable {
    /// Which log.
    public let engagement: DiffID
    private let diffs: [Result<UnverifiedDiff, DiffError>]
    private let verifier: any SignatureVerifier
    private var proofs: [PostedPart.Proof]

    /// Reads the envelopes of a request; needs neither the log nor a lock.
    public init(_ request: SyncRequest, verifier: any SignatureVerifier) {
        let all = request.envelopes.indices
        let part = PostedPart(all, of: request, knownTo: nil, verifier: verifier)
        self.init(request, parts: [part], verifier: verifier)
    }

    /// The envelopes of a request that were read in parts.
    ///
    /// - Parameter parts: all of the request, in order.
    public init(_ request: SyncRequest, parts: [PostedPart], verifier: any SignatureVerifier) {
        engagement = request.engagement
        self.verifier = verifier
        diffs = parts.flatMap(\.diffs)
        proofs = parts.flatMap(\.proofs)
        precondition(diffs.count == request.envelopes.count, "the parts are the whole request")
    }

    /// How many envelopes there are.
    public var count: Int { diffs.count }

    /// Whether one of the diffs founds the engagement.
    public var founds: Bool {
        diffs.contains { diff in
            if case .success(let diff) = diff { diff.head.engagement == nil } else { false }
        }
    }

    /// Whether the first join of `key` among the diffs has a valid proof: one signature check, however many diffs a
    /// stranger posts.
    public func joins(
        _ key: Author,
        _ membership: Membership,
        verifier: any SignatureVerifier
    ) -> Bool {
        readable.first { $0.head.author == key && $0.joinsItsAuthor }
            .map { membership.admits($0, verifier: verifier) } ?? false
    }

    /// The diffs that can be read.
    var readable: [UnverifiedDiff] {
        diffs.compactMap { diff in
            if case .success(let diff) = diff { diff } else { nil }
        }
    }

    /// The diffs of the batch and what they name as their parents.
    var identities: Set<DiffID> {
        var identities: Set<DiffID> = []
        for diff in readable {
            identities.insert(diff.id)
            identities.formUnion(diff.head.parents)
        }
        return identities
    }

    /// The diff at `index`, read but not verified.
    func diff(at index: Int) -> Result<UnverifiedDiff, DiffError> { diffs[index] }

    /// The diff at `index` with its proof, or nil if its signature is wrong.
    mutating func verifiedDiff(at index: Int) -> VerifiedDiff? {
        if case .unchecked = proofs[index] {
            proofs[index] = PostedPart.proof(of: diffs[index], by: verifier)
        }
        if case .verified(let diff) = proofs[index] { return diff }
        return nil
    }

    /// Whether a diff in the batch, signed by an active member other than its author, had seen the
    /// diff at `index`.
    mutating func isRelayed(at index: Int, by membership: Membership) -> Bool {
        guard case .success(let join) = diffs[index] else { return false }
        var descendants: Set<DiffID> = [join.id]
        for later in diffs.indices {
            guard case .success(let diff) = diffs[later],
                diff.head.parents.contains(where: descendants.contains)
            else { continue }
            descendants.insert(diff.id)
            if diff.head.author != join.head.author, membership.isActive(diff.head.author),
                verifiedDiff(at: later) != nil
            {
                return true
            }
        }
        return false
    }
}
