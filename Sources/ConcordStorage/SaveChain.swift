import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordText

/// The diffs of one save, made and signed one after the other within its transaction.
///
/// A save counts on everything that was shown, so its diffs together name every newest diff here. A diff
/// names at most `DiffLimits.parents`; if there are more, *merge diffs* without operations come first,
/// each of which joins as many as fit. So nobody's diffs, including those of forks and surplus devices,
/// can keep an honest save from having seen what it replaces.
struct SaveChain<S: Signer> {
    private let signer: S
    private let environment: ReplicaEnvironment
    /// The time of the save: its diffs have one.
    private let time: Timestamp
    /// The author's own newest diff.
    private var previous: DiffID?
    /// The newest diffs of others that are still to be named, by identity.
    private var others: ArraySlice<DiffID>
    /// The number of the next diff.
    private(set) var seq = 1

    init(
        _ signer: S,
        _ environment: ReplicaEnvironment,
        in session: inout FoldSession
    ) throws {
        self.signer = signer
        self.environment = environment
        time = environment.now()
        let branches = session.fold.branches
        if let own = branches.standing(of: signer.author) {
            let tip = BranchSeq(branch: own, seq: branches[own].tip)
            previous = try session.source.id(at: tip)
            seq = tip.seq + 1
        }
        let heads = try session.heads.map { try session.fold.entry($0).id }
        others = heads.filter { [previous] in $0 != previous }.sorted()[...]
    }

    /// Joins the newest diffs by diffs without operations until the rest fits into one diff.
    ///
    /// The first diff of an author joins them to the engagement, replaces nothing and has none before it:
    /// it names as many as fit, and their next diff the rest.
    mutating func joinHeads(in session: inout FoldSession) throws {
        guard previous != nil else {
            others = others.prefix(DiffLimits.parents)
            return
        }
        while others.count > DiffLimits.parents - 1 {
            _ = try append([], in: &session)
        }
    }

    /// Signs the next diff and takes it in.
    ///
    /// - Returns: its number here, and the diff.
    mutating func append(
        _ operations: [Operation],
        hiding hidden: SaveContext.Hidden = SaveContext.Hidden(),
        in session: inout FoldSession
    ) throws -> (number: Int, diff: UnverifiedDiff) {
        let room = DiffLimits.parents - (previous == nil ? 0 : 1)
        let isErasable = operations.contains(where: \.isErasable)
        let salt = isErasable ? WireText(Base64URL.encode(environment.randomBytes(16))) : nil
        let head = Head(
            author: signer.author,
            seq: seq,
            engagement: session.fold.membership.engagement,
            parents: (previous.map { [$0] } ?? []) + others.prefix(room),
            time: time,
            body: SHA256Digest(hashing: []),
            log: try ServerLogTables(session.statements).takeUnnamed(),
            held: hidden.held,
            without: Array(hidden.without)
        )
        let diff = try UnverifiedDiff(
            head: head,
            body: Body(operations: operations, salt: salt),
            signer: signer
        )
        let verified = VerifiedDiff(unchecked: diff, proof: .signature)
        let number: Int
        switch try session.fold.order.takeIn(pending: verified) {
        case .taken(let taken): number = taken
        // What is made from what is here fits it, unless the file says otherwise in another place.
        case .known: throw DamagedRow("chain (\(DiffError(.duplicate)))")
        case .refused(let error): throw DamagedRow("chain (\(error))")
        }
        others = others.dropFirst(room)
        previous = diff.id
        seq += 1
        return (number, diff)
    }
}

extension Operation {
    /// So many writes one operation of a save names, with room for the diffs of the save itself.
    private static let overPart = 1000

    /// The same operation as often as it takes to name all of `over`: `rest` belongs into the save's own
    /// diff, `before` into one diff each before it.
    ///
    /// A text takes any number of splices in one diff, so the further ones are empty and in the same
    /// diff.
    func withinLimit() -> (before: [Operation], rest: [Operation]) {
        guard over.count > DiffLimits.over else { return ([], [self]) }
        let parts = stride(from: 0, to: over.count, by: Self.overPart).map {
            Array(over[$0..<min($0 + Self.overPart, over.count)])
        }
        let first = Operation(action, at: path, over: parts[0], reason: reason)
        if case .splice = action {
            let further = parts.dropFirst().map {
                Operation(.splice(at: 0, delete: 0, insert: ""), at: path, over: $0)
            }
            return ([], [first] + further)
        }
        let further = parts.dropFirst().map {
            Operation(action, at: path, over: $0, reason: reason)
        }
        return (further, [first])
    }
}
