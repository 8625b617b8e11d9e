import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordDiff
@testable import ConcordMerge
@testable import ConcordText

/// A text that goes on from what was merged last, against a merge of all its writes, after each step.
@Suite struct TextGoingOnTests {
    @Test(arguments: Size.seeds(15, inFull: 60))
    func whatIsMergedStepByStepIsWhatAMergeOfAllGives(seed: UInt64) throws {
        var team = try TextTeam(seed: seed)
        do {
            for _ in 0..<60 { try team.step() }
            _ = try team.world.settle()
        } catch {
            Issue.record("seed \(seed): \(error)")
        }
    }

    /// Two people who write at the same time behind a long history, of which the beginning was concurrent
    /// too: what is loaded does not depend on how long it is.
    @Test(arguments: [40, 400])
    func onlyWhatIsConcurrentIsLoaded(length: Int) throws {
        let world = try World(["ben": .auditor], forgetful: true)
        let (ada, ben) = (world.ada, world["ben"])
        try ada.save(.add("finding/f1", ["statement": "0123456789 0123456789"]))
        try world.syncAll()
        try ada.save(.type("finding/f1/statement", at: 0, "A"))
        try ben.save(.type("finding/f1/statement", at: 21, "B"))
        try world.syncAll()
        for _ in 0..<length { try ben.save(.type("finding/f1/statement", at: 10, "x")) }
        try world.syncAll()

        for _ in 0..<3 {
            try ada.save(.type("finding/f1/statement", at: 0, "C"))
            try ben.save(.type("finding/f1/statement", at: 24 + length / 2, "D"))
        }
        let before = ada.desk.store.loaded
        try world.syncAll()

        #expect(ada.desk.store.loaded - before < 100)
        #expect(try ada.shown("finding/f1/statement") == ben.shown("finding/f1/statement"))
    }
}

/// People who write two texts at random, one of them with proposals, and exchange diffs at random.
private struct TextTeam {
    let world: World
    private var random: SeededGenerator
    private var names = ["ada", "ben", "cem", "dot"]
    private var last: [TextSplice] = []

    private static let texts = [
        "finding/f1/statement", "finding/f1/statement", "scope/s1/statement",
    ]

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        world = try World(
            ["ben": .auditor, "cem": .auditor, "dot": .inTraining],
            forgetful: seed % 4 != 0
        )
        try world.ada.save(
            .add("finding/f1", ["statement": "One two three"]),
            .add("scope/s1", ["standard": "iso"])
        )
        try world.syncAll()
    }

    mutating func step() throws {
        let name = random.pick(names)
        switch random.below(24) {
        case 0..<10: try type(name)
        case 10..<12: try settle(name)
        case 12..<17: try receive(name)
        case 17: try world.push(name)
        case 18..<20: try pull(name)
        case 20..<22: try world.sync(name)
        case 22: try rule()
        default:
            guard names.count < 6, random.oneIn(2) else { return }
            names.append("clone \(names.count)")
            _ = world.clone(name, as: names[names.count - 1])
        }
        try check(world[name])
    }

    // MARK: Steps.

    private mutating func type(_ name: String) throws {
        let actor = world[name]
        let path = random.pick(Self.texts)
        var length = (try actor.shown(path)?.stringValue ?? "").unicodeScalars.count
        var splices: [TextSplice] = []
        for _ in 0...random.below(2) {
            let at = random.below(random.oneIn(2) ? min(length, 3) + 1 : length + 1)
            let delete = random.oneIn(2) ? 0 : random.below(min(4, length - at) + 1)
            let insert = random.pick(["", "x", "ab ", "é"])
            splices.append(TextSplice(at: at, delete: delete, insert: insert))
            length += insert.unicodeScalars.count - delete
        }
        if random.oneIn(15) { splices[0].at = length + 9 }
        // Sometimes what another has typed: twins, where both had seen the same.
        if random.oneIn(4), !last.isEmpty { splices = last }
        last = splices
        var over: [WriteReference] = []
        if random.oneIn(5) { over = try references(actor, path) { _ in random.oneIn(2) } }
        try save(actor, path, splices, over: over)
    }

    /// Takes the merged text as it is, or some of the candidates' part.
    private mutating func settle(_ name: String) throws {
        let actor = world[name]
        let path = random.pick(Self.texts)
        guard let conflict = try actor.desk.evaluation(Actor.path(path))?.conflict else { return }
        var over = conflict.candidates.map(\.write)
        if random.oneIn(4) { over.removeLast() }
        try save(actor, path, [TextSplice(at: 0, delete: 0, insert: "")], over: over)
    }

    private mutating func save(
        _ actor: Actor,
        _ path: String,
        _ splices: [TextSplice],
        over: [WriteReference]
    ) throws {
        var without: [WriteReference] = []
        if !random.oneIn(8) {
            without = try references(actor, path) { !$0.effect.counts }
            let isDecided = try !references(actor, path) { $0.effect == .effective }.isEmpty
            if isDecided { without += try references(actor, path) { $0.effect == .proposal } }
        } else if random.oneIn(2) {
            without = try references(actor, path) { _ in random.oneIn(8) }
        }
        let operations = splices.enumerated().map { index, splice in
            Operation(
                .splice(at: splice.at, delete: splice.delete, insert: WireText(splice.insert)),
                at: Actor.path(path),
                over: index == 0 ? Set(over).sorted() : []
            )
        }
        try actor.save(operations: operations, without: Set(without).sorted())
    }

    /// Takes in by hand a part of what another has.
    private mutating func receive(_ name: String) throws {
        let (actor, other) = (world[name], world[random.pick(names)])
        let missing = other.diffs.filter { diff in !actor.diffs.contains { $0.id == diff.id } }
        guard !missing.isEmpty else { return }
        for diff in missing.prefix(1 + random.below(missing.count)) { try actor.receive(diff) }
    }

    private mutating func pull(_ name: String) throws {
        let actor = world[name]
        let left = world.log.count - actor.logged
        guard left > 0 else { return }
        try actor.pull(world.log, to: actor.logged + 1 + random.below(left))
    }

    /// The leader revokes, takes that back, or admits.
    private mutating func rule() throws {
        let ada = world.ada
        switch random.below(3) {
        case 0: try ada.save(.set("member/ben/status", random.oneIn(2) ? "revoked" : "active"))
        case 1: try ada.save(.admit(random.pick(ada.diffs)))
        default: try ada.save(.hide("finding/f1"))
        }
    }

    private func references(
        _ actor: Actor,
        _ path: String,
        _ isChosen: (CellWrite) -> Bool
    ) throws -> [WriteReference] {
        let fold = actor.desk.fold
        let path = Actor.path(path)
        let name = RecordName(kind: path.kind, id: path.record)
        guard let record = try fold.record(named: name) else { return [] }
        let key = CellKey(record: record.number, field: path.field ?? "")
        return try fold.cell(key, complete: true).writes.filter(isChosen).map {
            try fold.entry($0.diff).reference
        }
    }

    // MARK: What must hold.

    /// What is stored of each text is what a merge of all its writes gives.
    private func check(_ actor: Actor) throws {
        let store = actor.desk.store
        let whole = Fold(actor.desk.fold.end, source: store, verifier: HashVerifier())
        for (key, text) in store.texts {
            let expected = try whole.texts.mergedWhole(at: key, in: try whole.record(key.record))
            let isSame =
                expected.text == text.text && expected.conflict == text.conflict
                && expected.openPairs == text.openPairs
                && expected.holdsProposals == text.holdsProposals
            if !isSame { throw Differs(text: text, expected: expected) }
            for write in try whole.cell(key).writes {
                let stored = store.writes[key]?[write.diff]?.marks
                if stored != write.marks { throw Differs(text: text, expected: expected) }
            }
        }
    }

    private struct Differs: Error {
        let text: StoredText
        let expected: StoredText
    }
}
