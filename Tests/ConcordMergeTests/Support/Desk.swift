import ConcordEncoding
import ConcordModel
import ConcordTesting

@testable import ConcordDiff
@testable import ConcordMerge

/// A replica without a file: a fold, and what it showed when it was last written back.
///
/// It looks again only at what the fold names as changed, as a replica does. A *forgetful* one lets go
/// of everything after each time and goes on from its store.
struct Desk {
    private(set) var fold: Fold
    private(set) var store: MemoryStore
    private let isForgetful: Bool

    init(forgetful: Bool = false) {
        store = MemoryStore()
        isForgetful = forgetful
        fold = Fold(source: store, verifier: HashVerifier())
    }

    /// Another one that goes on by itself.
    func copy() -> Desk {
        var copy = self
        copy.store = store.copy()
        copy.fold = Fold(fold.end, source: copy.store, verifier: HashVerifier())
        return copy
    }

    mutating func takeIn(pending diff: VerifiedDiff) throws -> TakeIn {
        let result = try fold.order.takeIn(pending: diff)
        try settle()
        return result
    }

    mutating func takeIn(log items: [LogItem]) throws -> (index: Int, error: DiffError)? {
        let refused = try fold.order.takeIn(log: items)
        try settle()
        return refused
    }

    /// What it shows, as it was written back.
    func picture() -> Picture { Picture(store.lines) }

    /// What it shows, everything evaluated again.
    mutating func freshPicture() throws -> Picture {
        // Everything is in memory where nothing is forgotten; else it is read first.
        for record in store.records.keys { _ = try fold.record(record) }
        return try fold.picture()
    }

    mutating func checkInvariants() throws {
        for record in store.records.keys { _ = try fold.record(record) }
        try fold.checkInvariants()
    }

    /// What the person has before him at one place.
    mutating func evaluation(_ path: CellPath) throws -> Evaluation? {
        guard let key = try key(path) else { return nil }
        return try fold.evaluator.evaluate(key)
    }

    /// The surviving writes at one place, with what they name.
    mutating func survivors(
        _ path: CellPath
    ) throws -> [(reference: WriteReference, write: CellWrite)] {
        guard let key = try key(path) else { return [] }
        return try fold.cell(key).survivors.map { (try fold.entry($0.diff).reference, $0) }
    }

    /// The operations that make of what is shown what an edit says.
    mutating func operations(for edit: Edit, by author: Author) throws -> [ConcordDiff.Operation] {
        try fold.composer.operations(for: edit, by: author)
    }

    /// What of a contested text all sides had before them.
    mutating func contestedText(at path: CellPath) throws -> ContestedText? {
        try fold.accounts.contestedText(at: path)
    }

    /// The account of a conflict.
    mutating func conflictAccount(at path: CellPath) throws -> ConflictAccount? {
        try fold.accounts.conflictAccount(at: path)
    }

    mutating func holds(_ id: DiffID) throws -> Bool { try fold.number(of: id) != nil }

    private mutating func key(_ path: CellPath) throws -> CellKey? {
        let name = RecordName(kind: path.kind, id: path.record)
        guard let record = try fold.record(named: name) else { return nil }
        return CellKey(
            record: record.number,
            field: path.field ?? "",
            member: path.member ?? ""
        )
    }

    private mutating func settle() throws {
        try store.write(fold)
        if isForgetful { fold.forget() }
    }
}

extension Fold {
    /// What must hold of every cell, whatever came in which order.
    func checkInvariants() throws {
        for number in memory.records.keys.sorted() {
            for key in try allCells(of: number) {
                let writes = try cell(key, complete: true).writes
                let place = path(of: key, in: try record(number)).description
                // By what each write stands.
                let rule = try record(number).kind.field(key.field)?.rule
                let named =
                    rule == .control
                    ? Set(writes.filter(\.effect.counts).flatMap(\.over))
                    : cellStanding.replaced(among: writes)
                let isText = try isText(key)
                for write in writes {
                    switch write.standing {
                    case .void: try require(!write.effect.counts, "void with effect at \(place)")
                    case .surviving:
                        try require(write.effect.counts, "surviving without effect at \(place)")
                        let isOnce = try record(number).kind.field(key.field)?.rule == .once
                        try require(
                            isText || isOnce || !named.contains(write.at),
                            "a survivor is named at \(place)"
                        )
                    case .replaced:
                        try require(write.effect.counts, "replaced without effect at \(place)")
                        try require(
                            isText || named.contains(write.at),
                            "replaced by nobody at \(place)"
                        )
                    }
                }
                let copies = Set(writes.map(\.diff)).count
                try require(copies == writes.count, "a diff wrote twice at \(place)")
            }
        }
    }

    private func require(_ condition: Bool, _ message: String) throws {
        if !condition { throw BrokenInvariant(message: message) }
    }
}

struct BrokenInvariant: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
