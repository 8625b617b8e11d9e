import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

/// What an auditor has accepted of the auditee's answer stays what they accepted.
@Suite("Answers")
struct AnswerTests {
    private let state = "action/a1/state"

    /// What the auditee's representative says in an answer.
    private static let said = Schema.action.fields.filter { field in
        if case .state = field.rule { return false }
        return field.activity == .answerNonconformity && field.rule != .once
    }.map(\.name)

    /// Steps by which an auditor accepts an answer, and those that lead to where they are taken.
    private static let ways: [String: [String]] = [
        "planAccepted": [], "closedOnPlan": ["planAccepted"],
        "verified": ["planAccepted", "implemented"],
        "closed": ["planAccepted", "implemented", "verified"],
    ]

    private func team(upTo steps: [String] = []) throws -> World {
        let world = try World([
            "ben": .auditor, "cem": .auditor, "gus": .lead, "eva": .auditeeRep, "fay": .auditeeRep,
        ])
        try world["ben"].save(.add("finding/f1", ["state": "draft"]))
        try world.syncAll()
        try world["eva"].save(
            .add(
                "action/a1",
                [
                    "finding": "f1", "state": "open", "correction": "List made.", "cause": "Haste.",
                    "causeMethod": "5-why", "extent": "One unit.", "correctiveAction": "Training.",
                    "owner": "P. Doe", "evidence": ["e1": true],
                ]
            )
        )
        try world["eva"].save(.set(state, "responseSubmitted"))
        try world.syncAll()
        for step in steps { try take(step, in: world) }
        return world
    }

    private func take(_ step: String, in world: World) throws {
        let actor = step == "implemented" ? world["eva"] : world.ada
        try actor.save(.set(state, .string(WireText(step))))
        try world.syncAll()
    }

    private func change(_ field: WireText) -> Change {
        let path = "action/a1/\(field)"
        switch Schema.action.field(field)?.rule {
        case .text: return .type(path, at: 0, "Rather not. ")
        case .set: return .take(path + "/e1")
        default: return .set(path, "else")
        }
    }

    /// A change as one asks for it who may not replace what others wrote.
    private func proposal(_ field: WireText) -> Change {
        let path = "action/a1/\(field)"
        switch Schema.action.field(field)?.rule {
        case .text: return .type(path, at: 0, "Rather not. ")
        case .set: return .raw(Operation(.remove, at: Actor.path(path + "/e1")))
        default: return .raw(Operation(.add("else"), at: Actor.path(path)))
        }
    }

    private func place(_ field: WireText) -> String {
        field == "evidence" ? "action/a1/evidence/e1" : "action/a1/\(field)"
    }

    @Test(arguments: said, ["planAccepted", "closedOnPlan", "closed"])
    func whatIsAcceptedIsChangedByProposalOnly(field: WireText, step: String) throws {
        let world = try team(upTo: (Self.ways[step] ?? []) + [step])
        let before = try world.settle()

        try world["fay"].save(proposal(field))

        let picture = try world.settle()
        #expect(picture["action/a1"]?[field] == before["action/a1"]?[field])
        #expect(picture[state] == .string(WireText(step)))
        #expect(picture.conflict("/" + place(field)) != nil)
    }

    @Test(arguments: said, ways.keys.sorted())
    func anAcceptanceAndAChangeThatHadNotSeenEachOtherAreAConflict(
        field: WireText,
        step: String
    ) throws {
        let world = try team()
        var acceptance = world.log[0]
        for step in (Self.ways[step] ?? []) + [step] {
            let name = step == "implemented" ? "eva" : "ada"
            try world.sync(name)
            acceptance = try world[name].save(.set(state, .string(WireText(step))))
            try world.sync(name)
        }
        let edit = try world["fay"].save(change(field))

        let picture = try world.settle()
        #expect(picture[state] == "responseSubmitted")
        let conflict = try #require(picture.conflict("/" + state))
        #expect(conflict["kind"] == "confirmed-edited")
        let sides = Set((conflict["candidates"]?.arrayValue ?? []).compactMap { $0["write"] })
        #expect(sides.contains(.string(edit.reference.description)))
        #expect(sides.contains(.string(acceptance.reference.description)))

        // Whoever has seen the change accepts it with the rest.
        var again = Operation(.add(.string(WireText(step))), at: Actor.path(state))
        again.over = [acceptance.reference]
        try world["gus"].save(.raw(again))
        let after = try world.settle()
        #expect(after[state] == .string(WireText(step)))
        #expect(after.conflicts.isEmpty)
    }

    @Test func evidenceIsAddedUntilTheAnswerIsVerifiedAndHoldsNothingUp() throws {
        let world = try team()
        try world.ada.save(.set(state, "planAccepted"))
        try world["eva"].save(.put("action/a1/evidence/e2"))
        #expect(try world.settle()[state] == "planAccepted")

        try world["eva"].save(.put("action/a1/evidence/e3"), .set(state, "implemented"))
        let picture = try world.settle()
        #expect(picture["action/a1"]?["evidence"] == ["e1": true, "e2": true, "e3": true])
        #expect(picture.conflicts.isEmpty)

        try take("verified", in: world)
        try world["eva"].save(.put("action/a1/evidence/e4"))
        #expect(try world.settle().conflict("/action/a1/evidence/e4") != nil)
    }

    @Test func twoWhoCloseAtTheSameTimeAgree() throws {
        let world = try team(upTo: ["planAccepted", "implemented"])
        for actor in [world.ada, world["gus"]] {
            try actor.save(.set(state, "verified"), .set("action/a1/effective", true))
            try actor.save(.set(state, "closed"))
        }

        let picture = try world.settle()
        #expect(picture[state] == "closed")
        #expect(picture.conflicts.isEmpty)
    }

    /// Who accepts answers decides on what is proposed in them, and writes nothing else there.
    @Test(arguments: [("ada", true), ("ben", true), ("cem", false)])
    func whoAcceptsAnswersDecidesOnWhatIsProposed(name: String, may: Bool) throws {
        let world = try team(upTo: ["planAccepted"])
        let asked = try world["fay"].save(proposal("owner"), proposal("cause"))
        try world.syncAll()
        let answer = try #require(
            world.log.first {
                $0.head.author == world["eva"].author
                    && $0.body.operations.contains { $0.path == Actor.path("action/a1") }
            }
        )

        var owner = Operation(.add("else"), at: Actor.path("action/a1/owner"))
        owner.over = [answer.reference, asked.reference].sorted()
        var cause = Operation(
            .splice(at: 0, delete: 0, insert: ""),
            at: Actor.path("action/a1/cause")
        )
        cause.over = [asked.reference]
        try world[name].save(.raw(owner), .raw(cause))
        let picture = try world.settle()
        #expect((picture.conflict("/action/a1/owner") == nil) == may)
        #expect((picture.conflict("/action/a1/cause") == nil) == may)
        #expect(picture["action/a1/cause"] == "Haste.")

        // What is decided already is not decided once more.
        guard may else { return }
        let last = picture["action/a1/owner"]
        owner = Operation(.add("their own words"), at: Actor.path("action/a1/owner"))
        owner.over = [asked.reference]
        let late = try world[name].save(.raw(owner))
        let after = try world.settle()
        #expect(after["action/a1/owner"] == last)
        #expect(after.voids.contains("/action/a1/owner \(late.reference) no-right"))
    }

    /// What is not in question is not for them to write.
    @Test func whoAcceptsAnswersDoesNotGiveThem() throws {
        let world = try team(upTo: ["planAccepted"])
        try world["fay"].save(proposal("owner"))
        try world.syncAll()

        let void = try world.ada.save(.type("action/a1/cause", at: 0, "Sloth. "))

        let picture = try world.settle()
        #expect(picture["action/a1/cause"] == "Haste.")
        #expect(picture.voids.contains("/action/a1/cause \(void.reference) no-right"))
    }
}
