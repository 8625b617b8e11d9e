import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// A second, slow, obvious fold, written from the design and not from the first one: it takes all diffs
// with their places in the log, computes what each author had seen as a set, judges every operation in
// order, keeps every write for ever, and works out survivors and what is shown by definition.

/// What a diff wrote to one cell.
final class ObviousWrite {
    let diff: VerifiedDiff
    let cell: CellPath
    let value: JSON?
    let splices: [TextSplice]
    let isControl: Bool
    var over: Set<DiffID>
    var void: VoidReason?
    /// The diff that gave it effect, if it was admitted.
    var admittedBy: DiffID?
    var isProposal = false
    /// Whether it is proposed beside a confirmation.
    var contests = false
    var rank = 0
    var ends = false

    init(
        _ diff: VerifiedDiff,
        _ cell: CellPath,
        _ value: JSON?,
        over: Set<DiffID>,
        splices: [TextSplice]
    ) {
        self.diff = diff
        self.cell = cell
        self.value = value
        self.over = over
        self.splices = splices
        isControl = Schema.kind(cell.kind)?.isControl ?? false
    }

    var id: DiffID { diff.id }
    var hasEffect: Bool { void == nil }
}

struct ObviousFold {
    /// All diffs in the order in which they are judged.
    private(set) var order: [VerifiedDiff] = []
    /// For each diff, everything its author had seen.
    private(set) var seen: [DiffID: Set<DiffID>] = [:]
    private(set) var depth: [DiffID: Int] = [:]
    private let diffs: [DiffID: VerifiedDiff]
    private let logSize: Int
    var people = ObviousPeople()
    var seals: [ObviousSeal] = []
    /// Every write of every cell.
    var writes: [CellPath: [ObviousWrite]] = [:]

    init(log: [VerifiedDiff], pending: [VerifiedDiff] = []) {
        diffs = Dictionary(uniqueKeysWithValues: (log + pending).map { ($0.id, $0) })
        logSize = log.count
        for diff in log + pending { look(at: diff) }
        // What is in no log comes behind it, by depth, author, identity.
        order =
            log
            + pending.sorted { left, right in
                let depths = (depth[left.id] ?? 0, depth[right.id] ?? 0)
                if depths.0 != depths.1 { return depths.0 < depths.1 }
                if left.head.author != right.head.author {
                    return left.head.author < right.head.author
                }
                return left.id < right.id
            }
        for (index, diff) in order.enumerated() {
            judge(diff, isFork: isOnSecondBranch(diff, before: index))
        }
    }

    /// Works out what a diff's author had seen, and its depth.
    private mutating func look(at diff: VerifiedDiff) {
        if seen[diff.id] != nil { return }
        var all = Set(diff.head.parents)
        var greatest = 0
        for parent in diff.head.parents {
            if let diff = diffs[parent] { look(at: diff) }
            all.formUnion(seen[parent] ?? [])
            greatest = max(greatest, depth[parent] ?? 0)
        }
        seen[diff.id] = all
        depth[diff.id] = greatest + 1
    }

    /// Whether `diff`, or one before it in its chain, comes in the order after another diff with the
    /// same number that follows the same one.
    private func isOnSecondBranch(_ diff: VerifiedDiff, before index: Int) -> Bool {
        var current = diff
        while true {
            for other in order[..<index]
            where other.head.author == current.head.author && other.head.seq == current.head.seq
                && previous(other) == previous(current) && other.id != current.id
            {
                guard let place = order.firstIndex(where: { $0.id == current.id }),
                    let otherPlace = order.firstIndex(where: { $0.id == other.id }),
                    otherPlace < place
                else { continue }
                return true
            }
            guard let before = previous(current), let diff = diffs[before] else { return false }
            current = diff
        }
    }

    private func previous(_ diff: VerifiedDiff) -> DiffID? {
        diff.head.seq > 1 ? diff.head.parents.first : nil
    }

    /// The diffs that a reference names for the author of `diff`.
    func named(_ reference: WriteReference, by diff: VerifiedDiff) -> Set<DiffID> {
        (seen[diff.id] ?? []).filter { diffs[$0]?.reference == reference }
    }

    func has(_ diff: VerifiedDiff, seen write: ObviousWrite) -> Bool {
        seen[diff.id]?.contains(write.id) ?? false
    }

    /// Whether the author of `diff` had a write before them as one that counts: what was admitted, if they
    /// had seen the admission.
    func has(_ diff: VerifiedDiff, heard write: ObviousWrite) -> Bool {
        has(diff, seen: write)
            && (write.admittedBy.map { seen[diff.id]?.contains($0) ?? false } ?? true)
    }

    func areConcurrent(_ left: VerifiedDiff, _ right: VerifiedDiff) -> Bool {
        left.id != right.id && seen[left.id]?.contains(right.id) == false
            && seen[right.id]?.contains(left.id) == false
    }

    /// Whether the author of `diff` did not have a write of a text by rule: it stood in the part of the log
    /// that was held there, and had no effect or was a proposal.
    func leavesOut(_ write: ObviousWrite, _ diff: VerifiedDiff) -> Bool {
        guard let held = diff.head.held, place(of: write) < min(held, logSize) else { return false }
        if let admission = write.admittedBy { return seen[diff.id]?.contains(admission) == false }
        return !write.hasEffect || write.isProposal
    }

    func place(of write: ObviousWrite) -> Int { place(of: write.id) }

    func place(of diff: DiffID) -> Int { order.firstIndex { $0.id == diff } ?? .max }

    /// `newest`: greater depth, then greater author, then greater identity.
    func isOlder(_ left: ObviousWrite, _ right: ObviousWrite) -> Bool {
        let depths = (depth[left.id] ?? 0, depth[right.id] ?? 0)
        if depths.0 != depths.1 { return depths.0 < depths.1 }
        let authors = (left.diff.head.author, right.diff.head.author)
        if authors.0 != authors.1 { return authors.0 < authors.1 }
        return left.id < right.id
    }

    // MARK: Cells by definition.

    static func field(of cell: CellPath) -> Field? {
        cell.field.flatMap { Schema.kind(cell.kind)?.field($0) }
    }

    /// The effective writes among `writes` that no effective one replaces.
    func survivors(of writes: [ObviousWrite]) -> [ObviousWrite] {
        let effective = writes.filter(\.hasEffect)
        return effective.filter { write in !effective.contains { replaces($0, write) } }
    }

    /// A write replaces what it names, and what its author wrote before it; a proposal only proposals.
    private func replaces(_ write: ObviousWrite, _ old: ObviousWrite) -> Bool {
        if Self.field(of: write.cell)?.rule == .control { return write.over.contains(old.id) }
        if write.isProposal, !old.isProposal { return false }
        return write.over.contains(old.id) || isInChain(old.diff, before: write.diff)
    }

    func isInChain(_ earlier: VerifiedDiff, before later: VerifiedDiff) -> Bool {
        var next = previous(later)
        while let id = next, let diff = diffs[id] {
            if id == earlier.id { return true }
            next = previous(diff)
        }
        return false
    }

    /// Whether a diff's author had seen a write; without a diff, everything is seen.
    func isSeen(_ write: ObviousWrite, by diff: VerifiedDiff?) -> Bool {
        diff.map { has($0, heard: write) } ?? true
    }

    /// The writes that name a record in a field that cites its kind.
    func citations(of record: CellPath, seenBy diff: VerifiedDiff?) -> [ObviousWrite] {
        writes.flatMap { cell, writes -> [ObviousWrite] in
            guard Self.field(of: cell)?.cites == record.kind else { return [] }
            return writes.filter { write in
                guard write.hasEffect, isSeen(write, by: diff), let value = write.value else {
                    return false
                }
                return cell.member.map { $0 == record.record } ?? (value == .string(record.record))
            }
        }
    }

    func writes(_ kind: WireText, _ record: WireText, _ field: WireText? = nil) -> [ObviousWrite] {
        writes[CellPath(kind: kind, record: record, field: field)] ?? []
    }

    /// Every effective write on a record and on what belongs to it; for an author, those that he had
    /// seen, on what he had seen that it belongs to it.
    func treeWrites(
        _ kind: WireText,
        _ record: WireText,
        seenBy diff: VerifiedDiff? = nil
    ) -> [ObviousWrite] {
        var records = [(kind, record)]
        for (cell, writes) in writes {
            guard let owner = Schema.kind(cell.kind)?.owner, owner.field == cell.field,
                owner.kind == kind
            else { continue }
            let claims = writes.filter { $0.value == .string(record) }
            guard claims.contains(where: \.hasEffect) else { continue }
            if let diff {
                let isKnown = claims.contains {
                    $0.hasEffect && ($0.id == diff.id || has(diff, seen: $0))
                }
                if !isKnown { continue }
            }
            records.append((cell.kind, cell.record))
        }
        let all = records.flatMap { kind, record in
            writes.filter { $0.key.kind == kind && $0.key.record == record }.flatMap(\.value)
        }
        return all.filter { write in write.hasEffect && isSeen(write, by: diff) }
    }

    /// Those that show of a cell's survivors: proposals only where nobody else wrote.
    func decided(_ survivors: [ObviousWrite]) -> [ObviousWrite] {
        let others = survivors.filter { !$0.isProposal }
        return others.isEmpty ? survivors : others
    }
}
