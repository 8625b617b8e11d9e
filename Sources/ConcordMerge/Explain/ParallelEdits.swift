public import ConcordDiff
public import ConcordEncoding
import ConcordText

/// Edits of one record that members made at the same time in different places of it: no conflict,
/// since each stands beside the other, and worth a look, since nobody has seen them together.
public struct ParallelEdits: Hashable, Sendable {
    /// One member's diff.
    public struct Edit: Hashable, Sendable {
        /// The diff.
        public let write: WriteReference
        /// Its identity.
        public let diff: DiffID
        /// When its author's clock says it was made (RFC 3339).
        public let time: String
        /// What of the record it wrote, beside what somebody else wrote elsewhere on it.
        public let paths: [CellPath]
    }

    /// The record.
    public let record: CellPath
    /// The diffs, each of them concurrent with another member's among them; by depth, then author.
    public let edits: [Edit]
}

extension Fold {
    /// The parallel edits of a record; nil if there are none.
    ///
    /// - Parameter all: also what was replaced since.
    package mutating func parallelEdits(of number: Int, all: Bool) throws -> ParallelEdits? {
        var cells: [Int: Set<CellKey>] = [:]
        for key in try allCells(of: number) where !key.field.isEmpty {
            for write in try cell(key, complete: all).writes
            where write.standing == .surviving || all && write.standing == .replaced {
                cells[write.diff, default: []].insert(key)
            }
        }
        guard cells.count > 1 else { return nil }
        let entries = try cells.keys.map { try entry($0) }.sorted(by: Self.isBefore)
        var chains: [Int: EditsOfBranch] = [:]
        for entry in entries.sorted(by: { $0.at.seq < $1.at.seq }) {
            chains[entry.at.branch, default: EditsOfBranch()].append(
                entry,
                cells[entry.number] ?? []
            )
        }
        for branch in chains.keys { chains[branch]?.finish() }
        var parallel: [Int: Set<CellKey>] = [:]
        for entry in entries {
            let own = cells[entry.number] ?? []
            var beside = EditsBeside()
            for (branch, chain) in chains where areOfTwo(entry.author, branches[branch].author) {
                chain.look(beside: entry, for: &beside)
                if beside.isEverywhere { break }
            }
            // One place in two hands is a matter of that place's rule.
            let keys = own.filter(beside.isBeside)
            if !keys.isEmpty { parallel[entry.number] = keys }
        }
        guard !parallel.isEmpty else { return nil }
        let record = try self.record(number)
        return ParallelEdits(
            record: path(of: .presence(of: number), in: record),
            edits: try entries.compactMap { entry in
                guard let keys = parallel[entry.number] else { return nil }
                return ParallelEdits.Edit(
                    write: entry.reference,
                    diff: entry.id,
                    time: try diff(entry.number).head.time.description,
                    paths: keys.sorted(by: CellKey.isBefore).map { path(of: $0, in: record) }
                )
            }
        )
    }

    /// Whether two devices are of different members.
    private func areOfTwo(_ one: Author, _ other: Author) -> Bool {
        let members = [one, other].map { membership.devices[$0]?.member }
        return one != other && (members[0] == nil || members[0] != members[1])
    }
}

/// What others wrote at the same time as one diff: whether that is in one place alone.
private struct EditsBeside {
    /// The place, where there is one alone.
    private var only: CellKey?
    /// Whether there are more places than one.
    private(set) var isEverywhere = false

    /// Adds a diff that wrote to one place, or to more than one.
    mutating func insert(_ place: CellKey?) {
        guard let place, only == nil || only == place else {
            isEverywhere = true
            return
        }
        only = place
    }

    /// Whether something was written elsewhere than in a place.
    func isBeside(_ key: CellKey) -> Bool { isEverywhere || only.map { $0 != key } ?? false }
}

/// The edits of one branch to one record. Those that are concurrent with a diff are one stretch, since on one branch
/// each diff has seen all before it: so no two diffs are compared one by one.
private struct EditsOfBranch {
    private var entries: [DiffEntry] = []
    /// The place that each wrote to; nil where there are more.
    private var places: [CellKey?] = []
    /// The index of the next one that wrote elsewhere than the one before it.
    private var next: [Int] = []

    mutating func append(_ entry: DiffEntry, _ cells: Set<CellKey>) {
        entries.append(entry)
        places.append(cells.count == 1 ? cells.first : nil)
    }

    /// Gets ready to be asked.
    mutating func finish() {
        next = Array(repeating: entries.count, count: entries.count)
        for index in entries.indices.dropLast().reversed() {
            next[index] = places[index] == places[index + 1] ? next[index + 1] : index + 1
        }
    }

    /// Adds what is concurrent with a diff.
    func look(beside entry: DiffEntry, for beside: inout EditsBeside) {
        guard let branch = entries.first?.at.branch else { return }
        let newest = entry.seen.newest(of: branch)
        let start = entries.partition { $0.at.seq > newest }
        let end = entries[start...].partition { $0.seen.contains(entry.at) }
        guard start < end else { return }
        beside.insert(places[start])
        if next[start] < end { beside.insert(places[next[start]]) }
    }
}
