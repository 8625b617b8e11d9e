import ConcordEncoding
import ConcordModel
import Testing

@testable import ConcordDiff
@testable import ConcordMerge

/// Two people who settle one contested text at the same time: both are told, or have settled it alike.
@Suite("Settled texts")
struct SettledTextTests {
    private static let statement = "finding/f1/statement"

    /// A text that two people changed differently, and all have seen it.
    private func contested(
        _ base: String,
        _ one: (at: Int, delete: Int, insert: String),
        _ other: (at: Int, delete: Int, insert: String)
    ) throws -> World {
        let world = try World(["ben": .lead, "gus": .lead], forgetful: true)
        try world.ada.save(
            .add("finding/f1", ["state": "draft", "statement": .string(WireText(base))])
        )
        try world.syncAll()
        try world.ada.save(.type(Self.statement, at: one.at, delete: one.delete, one.insert))
        try world["ben"].save(
            .type(Self.statement, at: other.at, delete: other.delete, other.insert)
        )
        #expect(try world.settle().conflict("/" + Self.statement) != nil)
        return world
    }

    @discardableResult
    private func settle(_ actor: Actor, as text: String?) throws -> VerifiedDiff {
        var edit = Edit()
        let path = Actor.path(Self.statement)
        edit.resolve(path, to: text.map { .string(WireText($0)) }, reason: "so it is")
        return try actor.save(operations: actor.desk.operations(for: edit, by: actor.author))
    }

    private func sides(of picture: Picture) -> Set<String> {
        let candidates = picture.conflict("/" + Self.statement)?["candidates"]?.arrayValue ?? []
        return Set(candidates.compactMap { $0["write"]?.stringValue?.string })
    }

    /// What two people made of a text, and how two others settled that at the same time.
    struct Dispute: CustomTestStringConvertible {
        let base: String
        let sides: [String]
        /// What each made of it; nil accepts the merged text.
        let decisions: [String?]

        var testDescription: String { decisions.map { $0 ?? "as merged" }.joined(separator: " | ") }
    }

    private static let disputes = [
        dispute("One two four.", "One TWO four.", "One zwei four."),
        dispute("One two four.", "One TWO four.", nil),
        dispute("One two four.", nil, "Something else."),
        dispute("One two four.", "", nil),
        dispute("One two four.", "More. One TWOzwei four.", "One TWOzwei four. More."),
        dispute("", "TWO", "zwei"),
        dispute("", nil, "zwei"),
        dispute("", "", "TWO"),
    ]

    private static func dispute(_ base: String, _ first: String?, _ second: String?) -> Dispute {
        Dispute(base: base, sides: ["TWO", "zwei"], decisions: [first, second])
    }

    @Test(arguments: disputes)
    func twoDecisionsThatDifferAreAConflictOfBoth(dispute: Dispute) throws {
        let (base, first, second) = (dispute.base, dispute.decisions[0], dispute.decisions[1])
        let (one, other) = (dispute.sides[0], dispute.sides[1])
        let at = base.isEmpty ? 0 : 4
        let delete = base.isEmpty ? 0 : 3
        let world = try contested(base, (at, delete, one), (at, delete, other))

        let decisions = [
            try settle(world.ada, as: first), try settle(world["ben"], as: second),
        ]

        let picture = try world.settle()
        #expect(sides(of: picture) == Set(decisions.map(\.reference.description)))
        // What all had before them is what somebody wrote, not what the merge had made of two.
        let common = try world["gus"].desk.contestedText(at: Actor.path(Self.statement))?.common
        #expect(common?.string == base)

        try settle(world["gus"], as: "Settled.")
        let after = try world.settle()
        #expect(after.conflicts.isEmpty)
        #expect(after[Self.statement] == "Settled.")
    }

    @Test(arguments: ["One TWO four.", nil, "Something else."])
    func equalDecisionsAreNone(text: String?) throws {
        let world = try contested("One two four.", (4, 3, "TWO"), (4, 3, "zwei"))
        // What another wrote elsewhere meanwhile makes their views differ.
        if text == nil {
            try world["gus"].save(.type(Self.statement, at: 0, "Well. "))
            try world["ben"].receive(from: world["gus"])
        }

        try settle(world.ada, as: text)
        try settle(world["ben"], as: text)

        #expect(try world.settle().conflicts.isEmpty)
    }

    @Test func decisionsOnAProposalThatDifferAreAConflict() throws {
        let world = try World(["ben": .auditor, "gus": .lead], forgetful: true)
        try world.ada.save(.add("finding/f1", ["state": "draft", "statement": "No list."]))
        try world.ada.save(.set("finding/f1/state", "submitted"))
        try world.ada.save(.set("finding/f1/state", "confirmed"))
        try world.syncAll()
        try world["ben"].save(.type(Self.statement, at: 0, "Once. "))
        try world.syncAll()

        let decisions = [
            try settle(world.ada, as: nil), try settle(world["gus"], as: "Once. No list."),
        ]

        let picture = try world.settle()
        #expect(sides(of: picture) == Set(decisions.map(\.reference.description)))
    }

    /// What an observer wrote, void, and what somebody made of the text who knew of it and did not have it.
    @Test func whatIsAdmittedBesideALaterEditIsAConflict() throws {
        let world = try World(["ben": .auditor, "gus": .lead, "fay": .observer], forgetful: true)
        try world.ada.save(.add("finding/f1", ["state": "draft", "statement": "Logs are kept."]))
        try world.syncAll()
        let void = try world["fay"].save(
            .type(Self.statement, at: 0, delete: 14, "Records are kept.")
        )
        try world.syncAll()
        func type(_ insert: WireText, at: Int, delete: Int, by name: String) throws -> VerifiedDiff
        {
            let splice = ConcordDiff.Operation(
                .splice(at: at, delete: delete, insert: insert),
                at: Actor.path(Self.statement)
            )
            return try world[name].save(operations: [splice], without: [void.reference])
        }
        let edit = try type("Nothing is kept.", at: 0, delete: 14, by: "ben")
        try world.syncAll()
        let later = try type(" Really.", at: 16, delete: 0, by: "gus")
        try world.ada.save(.admit(void))

        let picture = try world.settle()
        let all = Set([void, edit, later].map(\.reference.description))
        #expect(sides(of: picture) == all)
        let account = try world.ada.desk.conflictAccount(at: Actor.path(Self.statement))
        let taken = Set(account?.sides.compactMap { $0.candidate.value?.stringValue?.string } ?? [])
        #expect(taken == ["Records are kept.", "Nothing is kept.", "Nothing is kept. Really."])

        try settle(world.ada, as: "Nothing is kept.")
        let after = try world.settle()
        #expect(after.conflicts.isEmpty)
        #expect(after[Self.statement] == "Nothing is kept.")
    }
}
