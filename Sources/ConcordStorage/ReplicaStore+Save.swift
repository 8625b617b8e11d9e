package import ConcordChanges
package import ConcordEncoding

/// What came of a save.
package struct SaveResult: Sendable {
    /// The diff's name in `over`.
    package var reference: WriteReference
    /// The diff's identity.
    package var id: DiffID
    /// What has no effect, and why.
    package var voided: [(path: CellPath, reason: VoidReason)] = []
    /// What is a proposal.
    package var proposals: [CellPath] = []
}

/// How a device signs, and what it knows of the world.
package struct SaveEnvironment {
    /// The device's own clock, for people.
    package var time: Timestamp
    /// 16 random bytes, for bodies that hold what may be erased.
    package var salt: () -> [UInt8]
    /// The newest checkpoint that the device has verified, in the first save after a sync.
    package var witness: LogWitness?

    package init(time: Timestamp, witness: LogWitness? = nil, salt: @escaping () -> [UInt8]) {
        self.time = time
        self.witness = witness
        self.salt = salt
    }
}

extension ReplicaStore {
    /// Makes, signs and stores one diff, in one durable transaction.
    ///
    /// - Parameter edit: looks at the state and answers what is to be changed; nothing for no diff.
    /// - Returns: nil if there was nothing to change.
    /// - Throws: what `edit` or the signer throws, or `StorageFailure`; nothing is changed then.
    package func save(
        signer: some Signer,
        _ environment: SaveEnvironment,
        edit: (inout SaveContext) throws -> [Operation]
    ) throws -> SaveResult? {
        let result = try transaction("saving in") { session -> SaveResult? in
            let heads = try Self.heads(of: signer.author, in: &session)
            var context = SaveContext(
                author: signer.author,
                seq: heads.seq,
                fold: session.fold,
                source: session.source
            )
            let operations = try edit(&context)
            if operations.isEmpty { return nil }
            let diff = try Self.compose(
                operations,
                heads: heads,
                signer: signer,
                environment,
                context: &context
            )
            let verified = VerifiedDiff(unchecked: diff, proof: .signature)
            guard case .taken(let number) = try session.fold.takeIn(pending: verified) else {
                preconditionFailure("a diff made here fits what is here")
            }
            return try Self.result(of: number, diff, in: &session)
        }
        if let result { try afterSave?(result.reference.seq, result.id) }
        return result
    }

    /// What a new diff comes after.
    private struct Heads {
        var seq: Int
        var parents: [DiffID]
    }

    /// The newest diffs here: the author's own previous one first, then the others by identity.
    private static func heads(of author: Author, in session: inout FoldSession) throws -> Heads {
        let branches = session.fold.branches
        let own = branches.standing(of: author)
        var parents: [DiffID] = []
        var seq = 1
        if let own {
            let tip = BranchSeq(branch: own, seq: branches[own].tip)
            parents = [try session.source.id(at: tip)]
            seq = tip.seq + 1
        }
        let others = try session.heads.map { try session.fold.entry($0).id }
        parents += others.sorted().filter { !parents.contains($0) }
        return Heads(seq: seq, parents: Array(parents.prefix(DiffLimits.parents)))
    }

    private static func compose(
        _ operations: [Operation],
        heads: Heads,
        signer: some Signer,
        _ environment: SaveEnvironment,
        context: inout SaveContext
    ) throws -> UnverifiedDiff {
        var without: Set<WriteReference> = []
        for operation in operations {
            guard case .splice = operation.action else { continue }
            without.formUnion(try context.hidden(of: operation.path))
        }
        let isErasable = operations.contains(where: \.isErasable)
        let salt = isErasable ? Base64URL.encode(environment.salt()) : nil
        let head = Head(
            author: signer.author,
            seq: heads.seq,
            engagement: context.membership.engagement,
            parents: heads.parents,
            time: environment.time,
            body: SHA256Digest(hashing: []),
            log: environment.witness,
            without: Array(without)
        )
        return try UnverifiedDiff(
            head: head,
            body: Body(operations: operations, salt: salt),
            signer: signer
        )
    }

    /// What became of the operations of a diff that was just taken in.
    private static func result(
        of number: Int,
        _ diff: UnverifiedDiff,
        in session: inout FoldSession
    ) throws -> SaveResult {
        var result = SaveResult(reference: diff.reference, id: diff.id)
        for key in session.fold.changes.cells.sorted(by: CellKey.precedes) {
            let cell = try session.fold.cell(key)
            guard let write = cell.writes.first(where: { $0.diff == number }) else { continue }
            let path = session.fold.path(of: key, in: try session.fold.record(key.record))
            switch write.effect {
            case .effective: break
            case .proposal: result.proposals.append(path)
            case .void(let reason): result.voided.append((path, reason))
            }
        }
        return result
    }
}

extension Branches {
    /// The branch on which an author goes on: of those that stand the longest.
    func standing(of author: Author) -> Int? {
        numbers(of: author).filter { self[$0].voidFrom == nil }.max {
            self[$0].tip < self[$1].tip
        }
    }
}

extension CellKey {
    /// A fixed order.
    static func precedes(_ left: CellKey, _ right: CellKey) -> Bool {
        (left.record, left.field, left.member) < (right.record, right.field, right.member)
    }
}
