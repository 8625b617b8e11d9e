import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordStorage

/// A save does what its author is told, or nothing.
@Suite struct SaveRefusalTests {
    private let statement = cell("/finding/f1/statement")
    private let unit = cell("/finding/f1/unit")

    @Test func aSaveWithoutEffectIsRolledBackAndTold() throws {
        let team = try Team()
        let ben = team.devices[1]
        let before = try ben.store.read { try ($0.digest(), $0.pending().count) }

        let refusal = #expect(throws: SaveRefusal.self) {
            try ben.save(keepingVoid: false) { _ in [add("/conclusion/c1")] }
        }

        #expect(
            refusal?.voided == [IneffectiveWrite(path: cell("/conclusion/c1"), reason: .noRight)]
        )
        #expect(refusal?.canBeAdmitted == true)
        #expect(VoidReason.fork.canBeAdmitted(at: cell("/finding/f1/unit")))
        // What is void of membership and orders can only be done again.
        #expect(!VoidReason.fork.canBeAdmitted(at: cell("/admission/a1")))
        let after = try ben.store.read { try ($0.digest(), $0.pending().count) }
        #expect(after == before)
        #expect(try ben.save(keepingVoid: false) { _ in [add("/finding/f1")] } != nil)
    }

    /// More newest diffs than one diff can name: forks of one chain, the honest edits the last of all.
    @Test(arguments: [253, 300])
    func aSaveCountsOnEverythingShown(forks: Int) throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/finding/f1", ["statement": "Not tested.", "unit": "IT"]))
        try team.syncAll()
        let tip = try #require(try ann.store.read { try $0.tip(of: ann.signer.author) }).id
        let forger = Forger(ben.signer, in: team)
        for number in 0..<forks {
            team.log.append(try forger.fork(add("/note/n\(number)"), after: tip).envelope)
        }
        let honest = Forger(team.devices[2].signer, in: team)
        let splice = Operation(.splice(at: 0, delete: 0, insert: "ABC "), at: statement)
        team.log.append(try honest.fork(splice, after: tip).envelope)
        try team.sync(ann)
        let shown = try #require(try ann.value("/finding/f1/statement")?.stringValue)

        try ann.save(keepingVoid: false) { context in
            var edit = Edit()
            edit.setText(statement, to: "\(shown) In May.")
            edit.set(unit, to: "HR")
            return try context.operations(for: edit)
        }

        #expect(try ann.value("/finding/f1/statement")?.stringValue == "\(shown) In May.")
        #expect(try ann.value("/finding/f1/unit") == "HR")
        try team.syncAll()
        #expect(Set(try team.devices.map { try $0.digest() }).count == 1)
        #expect(try ann.store.checkState().differences == [])
    }

    /// More void splices than a head can name, and branches of a fork that bear one number with words that
    /// count: views leave out by rule what had no effect in the log.
    @Test func nobodysVoidSplicesKeepOthersFromEditing() throws {
        let team = try Team()
        let (ann, ben, cem) = (team.devices[0], team.devices[1], team.devices[2])
        try ann.save(add("/finding/f1", ["statement": "Not tested."]))
        try ann.set("/member/ben/role", "observer")
        try team.syncAll()
        let tip = try #require(try ann.store.read { try $0.tip(of: ann.signer.author) }).id
        var previous = tip
        for seq in 1...1100 {
            let splice = Operation(.splice(at: 0, delete: 0, insert: "x"), at: statement)
            let diff = try Forger(ben.signer, in: team).next(splice, seq: seq, after: previous)
            previous = diff.id
            team.log.append(diff.envelope)
        }
        for word: WireText in ["One ", "Two ", "Three "] {
            let splice = Operation(.splice(at: 0, delete: 0, insert: word), at: statement)
            team.log.append(try Forger(cem.signer, in: team).fork(splice, after: tip).envelope)
        }
        try team.sync(ann)
        #expect(try ann.value("/finding/f1/statement") == "One Not tested.")

        for text: WireText in ["One Not yet tested.", "Not yet tested since."] {
            let saved = try ann.save(keepingVoid: false) { context in
                var edit = Edit()
                edit.setText(statement, to: text)
                return try context.operations(for: edit)
            }
            let id = try #require(saved?.id)
            let envelope = try #require(try ann.store.read { try $0.envelope(of: id) })
            #expect(try UnverifiedDiff(envelope: envelope).head.without == [])
            #expect(try ann.value("/finding/f1/statement")?.stringValue == text)
        }

        #expect(try ann.store.checkState().differences == [])
    }

    /// More writes than one operation can name are named by several: of a text within one diff.
    @Test func whatReplacesMoreThanFitsNamesAll() {
        let named = (1...2500).map { WriteReference(seq: $0, author: Forger.anyone) }
        let register = Operation(.add("HR"), at: unit, over: named, reason: "asked").withinLimit()
        let splice = Operation(.splice(at: 1, delete: 2, insert: "x"), at: statement, over: named)
            .withinLimit()

        #expect(register.rest.map(\.over.count) == [1000])
        #expect(register.before.map(\.over.count) == [1000, 500])
        #expect((register.rest + register.before).flatMap(\.over) == named)
        #expect(splice.before == [])
        #expect(splice.rest.flatMap(\.over) == named)
        #expect(splice.rest.map(\.action).first == .splice(at: 1, delete: 2, insert: "x"))
        #expect(
            splice.rest.dropFirst().allSatisfy {
                $0.action == .splice(at: 0, delete: 0, insert: "")
            }
        )
    }
}

/// Makes diffs that no store of their author's holds.
struct Forger {
    static let anyone = HashSigner("anyone").author

    let signer: HashSigner
    let engagement: DiffID

    init(_ signer: HashSigner, in team: Team) {
        self.signer = signer
        guard let first = team.log.first, let diff = try? UnverifiedDiff(envelope: first) else {
            preconditionFailure("a team's log begins with its founding")
        }
        engagement = diff.id
    }

    /// A first diff of the author's chain; several are forks of it.
    func fork(
        _ operations: ConcordDiff.Operation...,
        after parent: DiffID
    ) throws
        -> UnverifiedDiff
    {
        try diff(operations, seq: 1, after: parent)
    }

    /// The diff of a number in the author's chain, which has seen one other: for all but the first, the
    /// one before it.
    func next(
        _ operations: ConcordDiff.Operation...,
        seq: Int,
        after parent: DiffID
    ) throws -> UnverifiedDiff {
        try diff(operations, seq: seq, after: parent)
    }

    private func diff(
        _ operations: [ConcordDiff.Operation],
        seq: Int,
        after parent: DiffID
    ) throws -> UnverifiedDiff {
        let head = Head(
            author: signer.author,
            seq: seq,
            engagement: engagement,
            parents: [parent],
            time: Timestamp(milliseconds: 1_772_000_000_000),
            body: SHA256Digest(hashing: [])
        )
        return try UnverifiedDiff(head: head, body: Body(operations: operations), signer: signer)
    }
}
