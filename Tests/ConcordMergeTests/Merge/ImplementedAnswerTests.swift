import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

/// An acceptance goes on holding where the auditee reports that the plan is implemented.
@Suite("Implemented answers")
struct ImplementedAnswerTests {
    private let state = "action/a1/state"
    private let plan = "action/a1/correctiveAction"

    /// `eva` and `fay` are the auditee's representatives, `ada` and `gus` leaders; the answer was handed in.
    private func team() throws -> World {
        let world = try World(["gus": .lead, "eva": .auditeeRep, "fay": .auditeeRep])
        try world.ada.save(.add("finding/f1", ["state": "draft"]))
        try world.syncAll()
        try world["eva"].save(
            .add(
                "action/a1",
                [
                    "finding": "f1", "state": "open", "correctiveAction": "Training.",
                    "owner": "P. Doe",
                ]
            )
        )
        try world["eva"].save(.set(state, "responseSubmitted"))
        try world.syncAll()
        return world
    }

    private func again(_ value: JSON, over: [VerifiedDiff]) -> Change {
        var step = ConcordDiff.Operation(.add(value), at: Actor.path(state))
        step.over = over.map(\.reference).sorted()
        return .raw(step)
    }

    @Test func whatWasImplementedHoldsTheAcceptanceThatHadNotSeenTheChange() throws {
        let world = try team()
        let acceptance = try world.ada.save(.set(state, "planAccepted"))
        try world.sync("ada")
        try world.sync("eva")
        let step = try world["eva"].save(.set(state, "implemented"))
        let edit = try world["fay"].save(.type(plan, at: 0, "No "))

        let picture = try world.settle()
        #expect(picture[state] == "responseSubmitted")
        let conflict = try #require(picture.conflict("/" + state))
        #expect(conflict["kind"] == "confirmed-edited")
        let sides = Set((conflict["candidates"]?.arrayValue ?? []).compactMap { $0["write"] })
        let expected = [acceptance, step, edit].map { JSON.string(WireText("\($0.reference)")) }
        #expect(sides == Set(expected))

        // The auditee does not accept their own change.
        let void = try world["eva"].save(again("implemented", over: [acceptance, step]))
        let after = try world.settle()
        #expect(after[state] == "responseSubmitted")
        #expect(after.voids.contains("/\(state) \(void.reference) no-right"))

        // Whoever accepts answers accepts the plan as it was carried out.
        try world["gus"].save(again("implemented", over: [acceptance, step]))
        let last = try world.settle()
        #expect(last[state] == "implemented")
        #expect(last.conflicts.isEmpty)
    }

    /// Where one acceptance had seen the change and the one that was implemented had not, the former shows.
    @Test func whatWasAcceptedElsewhereWithTheChangeIsImplementedOnceMore() throws {
        let world = try team()
        try world.ada.save(.set(state, "planAccepted"))
        try world.sync("ada")
        try world.sync("eva")
        try world["eva"].save(.set(state, "implemented"))
        let edit = try world["fay"].save(.type(plan, at: 0, "No "))
        try world["gus"].receive(edit)
        try world["gus"].save(.set(state, "planAccepted"))

        let picture = try world.settle()
        #expect(picture[state] == "planAccepted")
        #expect(picture.conflict("/" + state)?["kind"] == "confirmed-edited")

        try world["eva"].save(.set(state, "implemented"))
        let after = try world.settle()
        #expect(after[state] == "implemented")
        #expect(after.conflicts.isEmpty)
    }

    /// Whatever the order and whatever each of them had seen: where the answer shows as accepted, and nothing is
    /// in question, somebody who accepts answers had seen every change of it.
    @Test func noOrderOfStepsPutsAnUnseenChangeBeneathAnAcceptance() throws {
        var shown: [JSON: Int] = [:]
        for first in acts {
            for second in acts {
                for third in acts {
                    let world = try team()
                    let acceptance = try world.ada.save(.set(state, "planAccepted"))
                    try world.sync("ada")
                    try world.sync("eva")
                    var edits: [JSON: VerifiedDiff] = [:]
                    for act in [first, second, third] { try carryOut(act, in: world, &edits) }
                    try world.syncAll()
                    // The auditee tries everything that is theirs.
                    for value: JSON in ["implemented", "responseSubmitted"] {
                        try check(world, edits, acceptance)
                        try world["eva"].save(.set(state, value))
                        try world.syncAll()
                    }
                    let picture = try check(world, edits, acceptance)
                    shown[picture[state] ?? .null, default: 0] += 1
                }
            }
        }
        // Both is tried: what counts in the end, and what does not.
        #expect((shown["implemented"] ?? 0) > 20)
        #expect((shown["responseSubmitted"] ?? 0) > 20)
    }

    private struct Act {
        let name: String
        /// The state that it writes; nil where it changes what the answer says.
        let step: JSON?
        /// Whether they had seen what others did before.
        let syncs: Bool
    }

    private var acts: [Act] {
        let steps: [(String, JSON?)] = [
            ("fay", nil), ("gus", "planAccepted"), ("eva", "implemented"),
        ]
        return steps.flatMap { name, step in
            [true, false].map { Act(name: name, step: step, syncs: $0) }
        }
    }

    /// - Parameter edits: takes the change of the answer that it makes, by what that says.
    private func carryOut(
        _ act: Act,
        in world: World,
        _ edits: inout [JSON: VerifiedDiff]
    ) throws {
        if act.syncs { try world.sync(act.name) }
        if let step = act.step {
            try world[act.name].save(.set(state, step))
        } else {
            let owner = JSON.string(WireText("Owner \(edits.count)"))
            edits[owner] = try world[act.name].save(.set("action/a1/owner", owner))
        }
        if act.syncs { try world.sync(act.name) }
    }

    @discardableResult
    private func check(
        _ world: World,
        _ edits: [JSON: VerifiedDiff],
        _ acceptance: VerifiedDiff
    ) throws -> Picture {
        let picture = try world.settle()
        guard picture.conflict("/" + state) == nil,
            Schema.isAccepted(picture[state]?.stringValue ?? "")
        else { return picture }
        let accepting = world.log.filter { diff in
            diff.id == acceptance.id
                || diff.head.author == world["gus"].author
                    && diff.body.operations.contains { $0.path == Actor.path(state) }
                    && !picture.voids.contains { $0.hasPrefix("/\(state) \(diff.reference) ") }
        }
        if let edit = picture["action/a1/owner"].flatMap({ edits[$0] }) {
            #expect(accepting.contains { hasSeen($0, edit, in: world) })
        }
        return picture
    }

    private func hasSeen(_ diff: VerifiedDiff, _ other: VerifiedDiff, in world: World) -> Bool {
        let known = Dictionary(uniqueKeysWithValues: world.log.map { ($0.id, $0) })
        var passed: Set<DiffID> = []
        var rest = diff.head.parents
        while let next = rest.popLast() {
            if next == other.id { return true }
            if passed.insert(next).inserted { rest += known[next]?.head.parents ?? [] }
        }
        return false
    }
}
