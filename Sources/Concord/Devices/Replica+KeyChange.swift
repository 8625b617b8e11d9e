import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordModel
import ConcordSigning
import ConcordStorage
public import ConcordSync
import Synchronization

// A file that is a copy: restored from a backup, or in use on two machines. Two files that sign with one key would give two
// different diffs one number, of which the second in the log has no effect. So the copy goes on under a key of its own.

extension Replica {
    /// How this device came to its key, if it did not join with it: it goes on in the place of another key, since its file
    /// was a copy.
    ///
    /// - Returns: nil where the device has the key with which it joined.
    /// - Throws: `ReplicaFailure`.
    public func keyChange() throws -> KeyChange? {
        try ReplicaFailure.mapping {
            try store.read { reader in
                let first = WriteReference(seq: 1, author: author)
                guard let id = try reader.diffs(first).first?.id,
                    let bytes = try reader.envelope(of: id)
                else { return nil }
                let diff = try UnverifiedDiff(envelope: bytes, mayBeErased: true)
                return SuccessorJoin(diff).map {
                    KeyChange($0.reason, from: $0.former, to: author, signedAgain: [])
                }
            }
        }
    }

    /// What is known of this file's place among the copies that sign with its key.
    enum Standing {
        /// It holds all that the device is known to have written, and what it wrote counts.
        case current
        /// It ends before the newest diff that the device has written.
        case behind
        /// What it wrote, from this diff back to the first that has no effect, stands beside a diff of another copy.
        case void(tip: DiffID)
    }

    func standing() throws -> Standing {
        // The guard first: it is written after the commit, so a file read after it is no older, unless it was restored.
        // In the other order another process's save in between would look like that.
        guard let newest = try note.read() else { return .current }
        return try store.read { reader in
            guard let diff = try reader.diff(newest.id) else { return .behind }
            guard try reader.isOnVoidBranch(newest.id) else { return .current }
            // The key with which it was signed may be lost: another one of the same member speaks for it.
            let devices = try reader.membership.devices
            let isOwn = devices[diff.reference.author]?.member == devices[author]?.member
            return isOwn ? .void(tip: newest.id) : .current
        }
    }

    /// Goes on under a new key where this file is a copy: see `Standing`.
    ///
    /// - Returns: nil where nothing changes: the file is current, or its key cannot admit another one.
    func goOnAsCopy() throws -> KeyChange? {
        switch try standing() {
        case .current: return nil
        case .behind: return try changeKey(.restored, branch: [])
        case .void(let tip):
            let branch = try store.read { try $0.voidBranch(endingAt: tip) }
            // A chain that is void from its join on has no device that could admit another one.
            guard let first = branch.first, first.head.seq > 1 else { return nil }
            return try changeKey(.copied, branch: branch)
        }
    }

    private func changeKey(
        _ reason: KeyChange.Reason,
        branch: [UnverifiedDiff]
    ) throws -> KeyChange? {
        let former = key
        let (membership, name, first) = try store.read { reader in
            (
                try reader.membership,
                try reader.document(kinds: [Schema.device.name])[Schema.device.name]?[
                    former.author.text
                ]?[DeviceField.name]?.stringValue,
                try reader.diffs(WriteReference(seq: 1, author: former.author)).first?.id
            )
        }
        guard let first, let member = membership.memberWithRoom(for: former.author) else {
            return nil
        }
        let key = try Self.newKey(environment, besides: membership, of: member)
        let join = try SuccessorJoin.diff(
            key,
            after: former,
            of: member,
            in: engagement,
            parents: branch.first.map { $0.head.parents.sorted() } ?? [first],
            name: name,
            reason: reason,
            environment
        )
        let signed = branch.first?.head.author ?? former.author
        let copy = BranchCopy(former: signed, branch: branch, key: key)
        let diffs = [join] + (try copy.diffs(after: join, environment))
        let verified = try ChainVerification.verify(diffs, with: DiffVerifier())
        // The key first: a key that has signed nothing is of no use, a diff without its key is lost to the device.
        try place.replace(with: key, for: path)
        _ = try store.takeInAll(pending: verified)
        keyHolder.withLock { $0 = key }
        if let last = diffs.last { note.write(seq: last.head.seq, id: last.id) }
        return KeyChange(
            reason,
            from: former.author,
            to: key.author,
            signedAgain: branch.map(\.id)
        )
    }
}

/// The join of a key that goes on in the place of another one.
struct SuccessorJoin {
    let former: Author
    let reason: KeyChange.Reason

    /// Reads it from a diff; nil where that is no such join.
    init?(_ diff: UnverifiedDiff) {
        let own = diff.body.operations.first {
            $0.path.kind == Schema.device.name && $0.path.record == diff.head.author.text
        }
        guard let own, case .add(.object(let fields)) = own.action,
            let former = fields[DeviceField.by]?.stringValue.flatMap({ Author($0) }),
            let reason = KeyChange.Reason.allCases.first(where: { $0.sentence == own.reason })
        else { return nil }
        (self.former, self.reason) = (former, reason)
    }

    /// Signs it: the former key admits the new one.
    static func diff(
        _ key: SigningKey,
        after former: SigningKey,
        of member: WireText,
        in engagement: DiffID,
        parents: [DiffID],
        name: WireText?,
        reason: KeyChange.Reason,
        _ environment: ReplicaEnvironment
    ) throws -> UnverifiedDiff {
        let proof = try former.signature(
            over: JoinProof.message(engagement: engagement, member: member, author: key.author)
        )
        let operation = Genesis.sibling(
            author: key.author,
            member: member,
            by: former.author,
            proof: proof,
            name: name,
            reason: reason.sentence
        )
        return try UnverifiedDiff(
            head: Head(
                author: key.author,
                seq: 1,
                engagement: engagement,
                parents: parents,
                time: environment.now(),
                body: SHA256Digest(hashing: [])
            ),
            body: Body(
                operations: [operation],
                salt: WireText(Base64URL.encode(environment.randomBytes(16)))
            ),
            signer: key
        )
    }
}

extension KeyChange.Reason {
    /// What the join says of it to everybody, in the log.
    var sentence: WireText {
        switch self {
        case .restored:
            "This device goes on under a new key: its file was restored from an older copy."
        case .copied: "This device goes on under a new key: two copies of its file were in use."
        }
    }
}

extension Membership {
    /// The member whose device this is, if it may admit one more.
    func memberWithRoom(for author: Author) -> WireText? {
        guard isActive(author), let member = devices[author]?.member else { return nil }
        let own = devices.values.count { $0.member == member && !$0.isSurplus }
        return own < Self.devicesMax ? member : nil
    }
}

extension ReplicaReader {
    /// The diffs of a chain that have no effect because of a fork, up to this one, oldest first.
    fileprivate func voidBranch(endingAt tip: DiffID) throws -> [UnverifiedDiff] {
        var branch: [UnverifiedDiff] = []
        var next: DiffID? = tip
        while let id = next, try isOnVoidBranch(id), let bytes = try envelope(of: id) {
            let diff = try UnverifiedDiff(envelope: bytes, mayBeErased: true)
            branch.append(diff)
            next = diff.head.seq > 1 ? diff.head.parents.first : nil
        }
        return branch.reversed()
    }
}
