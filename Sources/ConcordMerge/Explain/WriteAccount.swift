public import ConcordDiff
public import ConcordEncoding
import ConcordModel
import ConcordText

/// One write with its author, time, place, reason and effect.
public struct WriteAccount: Hashable, Sendable {
    /// Whether a write still counts.
    public enum Standing: Hashable, Sendable {
        /// It has effect and nothing replaced it: shown, a candidate, or outranked.
        case surviving
        /// A write whose author was shown it replaced it.
        case replaced
        /// It has no effect, and why.
        case void(VoidReason)
    }

    /// The admission by a leader that gave effect to a void write.
    public struct Admission: Hashable, Sendable {
        /// The diff that admits.
        public let by: WriteReference
        /// Why the write was void before.
        public let from: VoidReason
    }

    /// Its name in `over`.
    public let write: WriteReference
    /// Its diff.
    public let diff: DiffID
    /// The time of saving by its author's clock (RFC 3339).
    public let time: String
    /// The diff's place in the server's log, nil while it has none.
    public let position: Int?
    /// Its place in the state document.
    public let path: CellPath
    /// The value; nil for a removal. A text's write holds its splices: `[[at, delete, insert], …]`.
    public let value: JSON?
    /// Why, in its author's words.
    public let reason: WireText?
    /// Whether it is a proposal.
    public let isProposal: Bool
    /// Whether it still counts.
    public let standing: Standing
    /// Which admission gave it effect, if one did.
    public let admission: Admission?
    /// The writes that it replaces.
    public let over: [WriteReference]
}

/// The reasons that diffs gave, by the places that they changed, as far as they were asked for.
final class ReasonMemory {
    fileprivate var all: [Int: [CellPath: WireText]] = [:]

    /// Forgets them.
    func forget() { all.removeAll(keepingCapacity: true) }
}

/// Who wrote what, when, over what, and why it is shown.
package struct Accounts: FoldPart {
    package let memory: FoldMemory

    /// The account of a write.
    package func account(of write: CellWrite, at key: CellKey) throws -> WriteAccount {
        let record = try self.record(key.record)
        let path = path(of: key, in: record)
        let entry = try entry(write.diff)
        let diff = try diff(write.diff)
        var admission: WriteAccount.Admission?
        if let admitted = write.admission {
            admission = WriteAccount.Admission(
                by: try self.entry(admitted.by).reference,
                from: admitted.from
            )
        }
        return WriteAccount(
            write: entry.reference,
            diff: entry.id,
            time: diff.head.time.description,
            position: entry.position,
            path: path,
            value: write.value,
            reason: reason(at: path, in: diff, entry.number),
            isProposal: write.effect == .proposal,
            standing: standing(of: write),
            admission: admission,
            over: write.over.map { branches.reference(to: $0) }
                .sorted()
        )
    }

    /// Why a diff changed a place. A diff may change thousands, so its reasons are sorted once.
    private func reason(
        at path: CellPath,
        in diff: VerifiedDiff,
        _ number: Int
    ) -> WireText? {
        let reasons: [CellPath: WireText]
        if let known = memory.reasons.all[number] {
            reasons = known
        } else {
            let told = diff.body.operations.compactMap { operation in
                operation.reason.map { (operation.path, $0) }
            }
            reasons = Dictionary(told, uniquingKeysWith: { first, _ in first })
            memory.reasons.all[number] = reasons
        }
        return reasons[path] ?? reasons[CellPath(kind: path.kind, record: path.record)]
    }

    /// The accounts of some writes, oldest first.
    func accounts(of writes: [CellWrite], at key: CellKey) throws -> [WriteAccount] {
        try writes.sorted { try precedence.isOlder($0, than: $1) }.map {
            try account(of: $0, at: key)
        }
    }

    private func standing(of write: CellWrite) -> WriteAccount.Standing {
        switch (write.effect, write.standing) {
        case (.void(let reason), _): .void(reason)
        case (_, .replaced): .replaced
        case (_, .surviving), (_, .void): .surviving
        }
    }

    /// The key of a cell, if its record was ever named.
    package func key(of path: CellPath) throws -> CellKey? {
        try record(named: RecordName(kind: path.kind, id: path.record)).map {
            CellKey(record: $0.number, field: path.field ?? "", member: path.member ?? "")
        }
    }

    /// Whether a write ended a conflict.
    func settles(_ write: CellWrite, at key: CellKey) throws -> Bool {
        try settled(by: write, at: key) != nil
    }

    /// The conflict that a write ended: its author was shown it at this place, and named every candidate of it
    /// that stands here.
    func settled(by write: CellWrite, at key: CellKey) throws -> Conflict? {
        guard write.effect == .effective, try mayHaveSettled(write, at: key) else { return nil }
        guard let conflict = try past.conflict(at: key, before: entry(write.diff)) else {
            return nil
        }
        let own = path(of: key, in: try record(key.record)).text
        let named = Set(
            write.over.map { branches.reference(to: $0) }
        )
        let isSettled = conflict.candidates.allSatisfy { candidate in
            candidate.path ?? own != own || named.contains(candidate.write)
        }
        return isSettled ? conflict : nil
    }
}

extension Accounts {
    /// Whether there can have been a conflict for a write to end, seen without looking at its past.
    func mayHaveSettled(_ write: CellWrite, at key: CellKey) throws -> Bool {
        guard !write.over.isEmpty else { return false }
        let record = try self.record(key.record)
        if key.field.isEmpty { return record.hasRemoval }
        switch record.kind.field(key.field)?.rule {
        case .newest, .ask, .mostSevere: return write.over.count > 1
        case .state: return record.mayWait
        case .once, .control: return false
        case .text: return try write.over.count > 1 || namesProposal(write, at: key)
        case .set, nil: return true
        }
    }

    private func namesProposal(_ write: CellWrite, at key: CellKey) throws -> Bool {
        try write.over.contains { place in
            try self.write(of: diffNumber(at: place), at: key)?.effect == .proposal
        }
    }

    /// How many decisions about one text are looked at, the newest first: each look merges the whole text that their
    /// authors had before them.
    static var textDecisionsMax: Int { 64 }
}
