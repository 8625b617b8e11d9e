import ConcordEncoding
import ConcordModel
import ConcordText

// What decides whether a record is present. `Protocol/merge.md`, "Presence".

/// What was written on a record and on those that belong to it, removals of records aside.
struct Written {
    let all: [LocatedWrite]
    /// The records that somebody proposed and nobody added: what is written once on them, which has
    /// effect, is a part of the proposal.
    private let proposed: Set<Int>
    private let once: Set<CellKey>

    init(_ tree: [LocatedWrite], in fold: some FoldPart) throws {
        all = tree.filter { !$0.isRemovalOfRecord }
        var adds: [Int: Bool] = [:]
        for write in all where write.key.field.isEmpty {
            let isProposal = write.effect == .proposal
            adds[write.key.record] = adds[write.key.record, default: true] && isProposal
        }
        proposed = Set(adds.filter(\.value).keys)
        var once: Set<CellKey> = []
        for write in all where proposed.contains(write.key.record) {
            let kind = try fold.record(write.key.record).kind
            if kind.field(write.key.field)?.rule == .once { once.insert(write.key) }
        }
        self.once = once
    }

    /// Whether a record was proposed, and added by nobody.
    func isProposed(_ record: Int) -> Bool {
        proposed.contains(record)
            && all.allSatisfy { write in
                write.key.record != record || isProposed(write)
            }
    }

    func isProposed(_ write: LocatedWrite) -> Bool {
        write.effect == .proposal || once.contains(write.key)
    }
}

/// The removals of a record: each hides what its author had seen, a proposal only what is proposed.
struct Removals {
    /// Those that nothing replaced.
    let open: [CellWrite]
    private var seen = SeenVector()
    private var seenByProposals = SeenVector()
    private var seenByOpen: SeenVector?
    /// The diffs of those that have effect, and of all.
    private var diffs: Set<Int> = []
    private var allDiffs: Set<Int> = []

    init(_ survivors: [CellWrite]) { open = survivors.filter { $0.value == nil } }

    mutating func add(_ removal: CellWrite, of entry: DiffEntry) {
        // What else its own diff wrote is hidden with the rest.
        allDiffs.insert(removal.diff)
        seenByProposals.formUnion(entry.seen)
        if removal.effect == .effective {
            diffs.insert(removal.diff)
            seen.formUnion(entry.seen)
        }
        guard open.contains(where: { $0.at == removal.at }) else { return }
        if seenByOpen == nil { seenByOpen = entry.seen }
        seenByOpen?.formIntersection(entry.seen)
    }

    /// Whether a write is hidden.
    func hide(_ write: LocatedWrite, isProposed: Bool) -> Bool {
        isProposed
            ? seenByProposals.contains(write.at) || allDiffs.contains(write.write.diff)
            : seen.contains(write.at) || diffs.contains(write.write.diff)
    }

    /// Whether the author of each open removal had seen a write.
    func openHaveSeen(_ write: LocatedWrite) -> Bool { seenByOpen?.contains(write.at) ?? true }
}
