public import ConcordDiff
public import ConcordEncoding
import ConcordModel

/// Decides which diffs enter the log of one engagement: accept first, judge later.
///
/// A diff that a member's device correctly signed and chained is evidence and enters, including forks
/// and the work of revoked devices. The fold of every replica judges whether it has effect. So
/// nothing here looks at an audit's contents or merges.
///
/// A value: its holder copies it, lets the copy judge a request inside a transaction, and keeps the
/// copy if the transaction is durable. Order of checks: `Protocol/sync.md`, "Acceptance".
public struct LogAcceptance: Sendable {
    /// Which log.
    public let engagement: DiffID
    /// Who may write after the last entry.
    public private(set) var membership = Membership()
    /// How many entries the log has.
    public private(set) var size = 0
    /// Of a log that was restored from a backup, the hashes of the entries that it lost and has to take again, from
    /// `size` on; as many as one request can bring.
    public var lost: ArraySlice<SHA256Digest> = []

    /// A log without entries.
    public init(engagement: DiffID) { self.engagement = engagement }

    /// A log of `size` entries, whose control diffs are to follow (`restore(_:isFork:verifier:)`).
    public init(engagement: DiffID, size: Int) {
        self.engagement = engagement
        self.size = size
    }

    /// A log of `size` entries.
    ///
    /// - Parameter controls: its control diffs in order, and whether each is on the second branch of
    ///   its author's chain.
    public init(
        engagement: DiffID,
        size: Int,
        controls: [(diff: UnverifiedDiff, isFork: Bool)],
        verifier: any SignatureVerifier
    ) {
        self.init(engagement: engagement, size: size)
        for control in controls {
            restore(control.diff, isFork: control.isFork, verifier: verifier)
        }
    }

    /// Takes the next control diff of the log in again.
    public mutating func restore(
        _ control: UnverifiedDiff,
        isFork: Bool,
        verifier: any SignatureVerifier
    ) {
        membership.receive(control, isFork: isFork, verifier: verifier)
    }

    /// How many members, devices and invitations there are, as a measure of this value's memory.
    public var weight: Int {
        1 + membership.members.count + membership.devices.count + membership.invitations.count
    }

    /// Why a request is refused as a whole, before its position is compared with the log
    /// (`LogStore.parting`), or nil.
    public func refusal(
        of request: SyncRequest,
        founds: Bool,
        acceptsEngagements: Bool
    ) -> SyncRefusal? {
        guard size == 0, request.position == 0 else { return nil }
        if request.envelopes.isEmpty { return .unknownEngagement }
        if acceptsEngagements { return nil }
        return founds ? .engagementsClosed : .unknownEngagement
    }

    /// Appends the envelopes that are evidence, and gives a verdict on each. A bad one affects only
    /// those that had seen it.
    ///
    /// - Parameter now: the server's clock, used only for the expiry of invitations.
    /// - Throws: what the store throws; then neither the store nor this value may be kept.
    public mutating func received(
        _ batch: inout PostedBatch,
        now: Timestamp,
        verifier: any SignatureVerifier,
        into store: inout some LogIndex
    ) throws -> [EnvelopeVerdict] {
        var verdicts: [EnvelopeVerdict] = []
        verdicts.reserveCapacity(batch.count)
        for index in 0..<batch.count {
            verdicts.append(
                try received(
                    &batch,
                    at: index,
                    now: now,
                    verifier: verifier,
                    into: &store
                )
            )
        }
        return verdicts
    }

    /// Judges the next envelope of a batch, for a caller that does something else in between.
    ///
    /// - Parameter index: which; each one in turn, from 0.
    public mutating func received(
        _ batch: inout PostedBatch,
        at index: Int,
        now: Timestamp,
        verifier: any SignatureVerifier,
        into store: inout some LogIndex
    ) throws -> EnvelopeVerdict {
        precondition(batch.engagement == engagement, "a batch belongs to its log")
        switch batch.diff(at: index) {
        case .failure(let error): return .refused(error)
        case .success(let diff):
            return try judge(
                diff,
                at: index,
                of: &batch,
                now: now,
                verifier: verifier,
                into: &store
            )
        }
    }

    /// The verdict on one diff, which is appended if it is evidence. Lookups come before
    /// signatures, so that what proves nothing is refused cheaply.
    private mutating func judge(
        _ diff: UnverifiedDiff,
        at index: Int,
        of batch: inout PostedBatch,
        now: Timestamp,
        verifier: any SignatureVerifier,
        into store: inout some LogIndex
    ) throws -> EnvelopeVerdict {
        if let known = try store.entry(diff.id) { return .known(position: known.position) }
        let isFork: Bool
        switch try place(of: diff, in: store) {
        case .refused(let verdict): return verdict
        case .follows(let fork): isFork = fork
        }
        // Of a stranger without a join nothing is checked; of one with a join its own signature first.
        let isKnown = membership.devices[diff.head.author] != nil
        if !isKnown, diff.joinsItsAuthor, batch.verifiedDiff(at: index) == nil {
            return .refused(.badSignature)
        }
        guard membership.admits(diff, verifier: verifier) else { return .refused(.notMember) }
        guard let verified = batch.verifiedDiff(at: index) else { return .refused(.badSignature) }
        if isExpired(diff, now: now), !batch.isRelayed(at: index, by: membership) {
            return .invitationExpired
        }
        if let next = lost.first {
            guard MerkleTree.leafHash(diff.leaf) == next else { return .logBehind }
            lost.removeFirst()
        }
        let entry = NewEntry(
            position: size,
            diff: verified,
            isFork: isFork,
            isControl: diff.isControl,
            received: now
        )
        try store.append(entry)
        if entry.isControl { membership.receive(diff, isFork: isFork, verifier: verifier) }
        size += 1
        return .accepted(position: entry.position)
    }

    private enum Place {
        case refused(EnvelopeVerdict)
        case follows(isFork: Bool)
    }

    /// Where the diff stands in its author's chain, or what it lacks.
    ///
    /// The first branch of a chain has each number once. So a diff is on the second one if the one
    /// before it is, or if the first branch has its number already.
    private func place(of diff: UnverifiedDiff, in store: some LogIndex) throws -> Place {
        var missing: [DiffID] = []
        var previous: LoggedDiff?
        for (index, parent) in diff.head.parents.enumerated() {
            let entry = try store.entry(parent)
            if index == 0 { previous = entry }
            if entry == nil, missing.count < SyncLimits.missing { missing.append(parent) }
        }
        var isFork = false
        if diff.head.seq > 1, let previous {
            let author = diff.head.author
            let expected = WriteReference(seq: diff.head.seq - 1, author: author)
            guard previous.reference == expected else { return .refused(.refused(.brokenChain)) }
            isFork = previous.isFork
        }
        guard missing.isEmpty else { return .refused(.missing(missing)) }
        if !isFork { isFork = try store.hasEntryOnFirstBranch(diff.reference) }
        return .follows(isFork: isFork)
    }

    /// Whether the diff joins on an invitation whose time is over. A member who had taken the join
    /// in before is not held up: what they relay enters.
    private func isExpired(_ diff: UnverifiedDiff, now: Timestamp) -> Bool {
        guard membership.devices[diff.head.author] == nil,
            let expires = membership.invitation(usedBy: diff)?.expires
        else { return false }
        return expires.milliseconds < now.milliseconds
    }
}

extension UnverifiedDiff {
    /// Whether membership takes the diff in: it founds the engagement or writes a control record.
    var isControl: Bool {
        head.engagement == nil
            || body.operations.contains { Schema.kind($0.path.kind)?.isControl == true }
    }
}
