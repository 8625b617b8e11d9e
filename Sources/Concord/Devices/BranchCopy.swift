import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordStorage

/// The void branch of a forked chain, signed again under another key of the same member.
///
/// Each diff says what the old one said, to the same cells, over the same writes, and has seen the same: in `over`,
/// `without` and `parents` the new diffs stand for the old ones. So the fold judges it as it would have judged the old one
/// without the fork, and no right is asked that was not asked before. Nothing of the old diffs changes; they stay in the log,
/// without effect.
struct BranchCopy {
    /// Whose branch it is.
    let former: Author
    /// The diffs of the branch from the first that is void on, without gaps.
    let branch: [UnverifiedDiff]
    /// The new key.
    let key: SigningKey

    /// The diffs under the new key, which follow its join.
    ///
    /// - Throws: what signing throws, or `DiffError` where a diff does not fit its limits any more.
    func diffs(
        after join: UnverifiedDiff,
        _ environment: ReplicaEnvironment
    ) throws
        -> [UnverifiedDiff]
    {
        var copies: [UnverifiedDiff] = []
        var ids: [DiffID: DiffID] = [:]
        for diff in branch {
            let previous = copies.last ?? join
            let isFirst = copies.isEmpty
            // What the first one had seen its join has seen.
            let others = isFirst ? [] : diff.head.parents.dropFirst().map { ids[$0] ?? $0 }
            let head = Head(
                author: key.author,
                seq: previous.head.seq + 1,
                engagement: diff.head.engagement,
                parents: [previous.id] + others.sorted(),
                time: diff.head.time,
                body: SHA256Digest(hashing: []),
                held: diff.head.held,
                without: diff.head.without.map(named).sorted()
            )
            let salt = diff.body.salt.map { _ in
                WireText(Base64URL.encode(environment.randomBytes(16)))
            }
            let body = Body(operations: diff.body.operations.map(operation), salt: salt)
            let copy = try UnverifiedDiff(head: head, body: body, signer: key)
            ids[diff.id] = copy.id
            copies.append(copy)
        }
        return copies
    }

    private func operation(_ old: Operation) -> Operation {
        Operation(old.action, at: old.path, over: old.over.map(named), reason: old.reason)
    }

    /// What a reference of the branch means under the new key, whose first diff is its join.
    private func named(_ reference: WriteReference) -> WriteReference {
        guard let first = branch.first?.head.seq, reference.author == former,
            reference.seq >= first
        else { return reference }
        return WriteReference(seq: reference.seq - first + 2, author: key.author)
    }
}
