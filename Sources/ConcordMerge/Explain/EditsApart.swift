import ConcordEncoding
import ConcordText

/// The edits of one record, in which is found what others wrote at the same time as one of them.
///
/// On one branch each diff has seen all before it, so that those of a branch that are concurrent with a diff are one
/// stretch, found by halving. There may be many branches, too: a team has any number of devices. Those that wrote to one
/// and the same place alone stand together, since nobody asks for more than one of them.
struct EditsApart {
    private var groups: [EditsOfPlace] = []

    /// - Parameters:
    ///   - edits: what each diff wrote to, every diff once.
    ///   - member: whose a branch is; nil where nobody's.
    init(_ edits: [(entry: DiffEntry, places: Set<CellKey>)], member: (Int) -> WireText?) {
        var chains: [Int: EditsOfBranch] = [:]
        for (entry, places) in edits.sorted(by: { $0.entry.at.seq < $1.entry.at.seq }) {
            let branch = entry.at.branch
            if chains[branch] == nil { chains[branch] = EditsOfBranch(of: member(branch)) }
            chains[branch]?.append(entry, places)
        }
        var groups: [CellKey?: EditsOfPlace] = [:]
        for var chain in chains.values {
            chain.finish()
            groups[chain.onlyPlace, default: EditsOfPlace(chain.onlyPlace)].append(chain)
        }
        self.groups = Array(groups.values)
    }

    /// The places that a diff wrote while another member wrote elsewhere on the record.
    ///
    /// - Parameter member: whose the diff is; nil where nobody's.
    mutating func places(
        of own: Set<CellKey>,
        in entry: DiffEntry,
        by member: WireText?
    ) -> Set<CellKey> {
        let edit = AskedEdit(entry: entry, member: member)
        var beside = EditsBeside()
        for index in groups.indices {
            if let place = groups[index].place, own == [place] { continue }
            groups[index].look(beside: edit, for: &beside)
            if own.allSatisfy(beside.isBeside) { return own }
        }
        return own.filter(beside.isBeside)
    }
}

/// A diff of which is asked what others wrote at the same time.
private struct AskedEdit {
    let entry: DiffEntry
    /// Whose it is.
    let member: WireText?
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

/// The branches that wrote to one place alone, or all those that wrote to several.
private struct EditsOfPlace {
    /// The place; nil for those that wrote to several.
    let place: CellKey?
    private var chains: [Int: EditsOfBranch] = [:]
    /// The newest edit of each branch.
    private var newest = SeenVector()
    /// What the first of each branch had seen, and so all of them.
    private var seenByAll: SeenVector?
    /// The branch in which something was found last: most diffs meet the same.
    private var recent: Int?

    init(_ place: CellKey?) { self.place = place }

    mutating func append(_ chain: EditsOfBranch) {
        guard let first = chain.entries.first, let last = chain.entries.last else { return }
        chains[first.at.branch] = chain
        newest.insert(last.at)
        if seenByAll == nil { seenByAll = first.seen }
        seenByAll?.formIntersection(first.seen)
    }

    /// Adds what is concurrent with a diff; of one place as soon as anything is.
    mutating func look(beside edit: AskedEdit, for beside: inout EditsBeside) {
        if seenByAll?.contains(edit.entry.at) ?? true { return }
        if let recent, chains[recent]?.look(beside: edit, for: &beside) ?? false {
            if place != nil || beside.isEverywhere { return }
        }
        for branch in newest.branches(seenFurtherThan: edit.entry.seen) {
            guard chains[branch]?.look(beside: edit, for: &beside) ?? false else { continue }
            recent = branch
            if place != nil || beside.isEverywhere { return }
        }
    }
}

/// The edits of one branch.
private struct EditsOfBranch {
    private(set) var entries: [DiffEntry] = []
    /// Whose they are.
    private let member: WireText?
    /// The place that each wrote to; nil where there are more.
    private var places: [CellKey?] = []
    /// The index of the next one that wrote elsewhere than the one before it.
    private var next: [Int] = []

    init(of member: WireText?) { self.member = member }

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

    /// The place to which all of them were written, if there is one.
    var onlyPlace: CellKey? {
        guard let first = next.first, first == entries.count else { return nil }
        return places[0]
    }

    /// Adds what is concurrent with a diff of another member; whether anything is.
    func look(beside edit: AskedEdit, for beside: inout EditsBeside) -> Bool {
        let entry = edit.entry
        guard entry.author != entries[0].author, member == nil || member != edit.member else {
            return false
        }
        let newest = entry.seen.newest(of: entries[0].at.branch)
        let start = entries.partition { $0.at.seq > newest }
        let end = entries[start...].partition { $0.seen.contains(entry.at) }
        guard start < end else { return false }
        beside.insert(places[start])
        if next[start] < end { beside.insert(places[next[start]]) }
        return true
    }
}
