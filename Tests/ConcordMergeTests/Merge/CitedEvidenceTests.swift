import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

/// What a confirmed finding rests on is not taken from under it.
@Suite("Cited evidence")
struct CitedEvidenceTests {
    private func team(upTo states: [WireText]) throws -> World {
        let world = try World(["ben": .auditor, "cem": .auditor, "dot": .inTraining, "gus": .lead])
        try world["cem"].save(.add("evidence/e1", ["title": "Photo"]))
        try world.syncAll()
        try world["ben"].save(.add("finding/f1", ["state": "draft", "evidence": ["e1": true]]))
        try world.syncAll()
        for state in states {
            try world.ada.save(.set("finding/f1/state", .string(state)))
            try world.syncAll()
        }
        return world
    }

    @Test func whoCapturedWhatAConfirmedFindingCitesAsksForItsRemoval() throws {
        let world = try team(upTo: ["submitted", "confirmed"])

        let removal = try world["cem"].save(.hide("evidence/e1"))

        let picture = try world.settle()
        #expect(picture["evidence/e1"] == ["title": "Photo"])
        let conflict = try #require(picture.conflict("/evidence/e1"))
        #expect(conflict["kind"] == "removed-edited")
        #expect(
            conflict["candidates"]?.arrayValue?.first?["write"]
                == .string(removal.reference.description)
        )
        #expect(conflict["candidates"]?.arrayValue?.first?["proposal"] == true)

        // A leader agrees, or keeps it.
        try world["gus"].save(.hide("evidence/e1"))
        #expect(try world.settle()["evidence/e1"] == nil)
    }

    @Test func aLeaderKeepsWhatSomebodyAskedToRemove() throws {
        let world = try team(upTo: ["submitted", "confirmed"])
        try world["cem"].save(.hide("evidence/e1"))
        try world.syncAll()

        try world["gus"].save(.restore("evidence/e1"))

        let picture = try world.settle()
        #expect(picture["evidence/e1"] != nil)
        #expect(picture.conflicts.isEmpty)
    }

    /// On a draft, and where the finding cites it no longer, who captured it takes it out.
    @Test(arguments: [false, true])
    func whatNobodyConfirmedIsTakenOutByWhoCapturedIt(isCitedNoLonger: Bool) throws {
        let world = try team(upTo: isCitedNoLonger ? ["submitted", "confirmed"] : [])
        if isCitedNoLonger {
            try world.ada.save(.take("finding/f1/evidence/e1"))
            try world.syncAll()
        }

        try world["cem"].save(.hide("evidence/e1"))

        let picture = try world.settle()
        #expect(picture["evidence/e1"] == nil)
        #expect(picture.conflicts.isEmpty)
    }

    /// Somebody's device that knew nothing of the evidence adds it as their own: its words are not what the leader read.
    @Test func whatIsAddedUnderTheNameOfEvidenceHoldsItsConfirmationUp() throws {
        let world = try World(["ben": .auditor, "cem": .auditor, "gus": .lead])
        try world["ben"].save(.add("evidence/e1", ["source": "Rack 3"]))
        try world["ben"].save(.add("finding/f1", ["state": "draft", "evidence": ["e1": true]]))
        try world.push("ben")
        try world.ada.pull(world.log)
        try world.ada.save(.set("finding/f1/state", "submitted"))
        try world.ada.save(.set("finding/f1/state", "confirmed"))
        let other = try world["cem"].save(.add("evidence/e1", ["source": "Hearsay"]))

        let picture = try world.settle()
        #expect(picture["finding/f1/state"] == "submitted")
        let conflict = try #require(picture.conflict("/finding/f1/state"))
        #expect(conflict["kind"] == "confirmed-edited")
        let sides = conflict["candidates"]?.arrayValue?.compactMap { $0["write"] } ?? []
        #expect(sides.contains(.string(other.reference.description)))
    }

    // MARK: What the evidence says.

    /// What people say of evidence that is not written once, and what of it says only how it is kept.
    private static let said = Schema.evidence.fields.filter { $0.rule != .once }.map(\.name)
    private static let keeping: Set<WireText> = ["confidentiality", "personalData"]

    /// What cites the evidence, with the steps that confirm or accept it.
    private enum Citing: String, CaseIterable {
        case finding, action

        var path: String { self == .finding ? "finding/f1" : "action/a1" }
        var state: String { path + "/state" }
        var before: JSON { self == .finding ? "submitted" : "responseSubmitted" }
        var step: JSON { self == .finding ? "confirmed" : "planAccepted" }
    }

    private func team(citing: Citing) throws -> World {
        let world = try World([
            "ben": .auditor, "cem": .auditor, "dot": .inTraining, "gus": .lead, "eva": .auditeeRep,
        ])
        try world["cem"].save(
            .add(
                "evidence/e1",
                [
                    "kind": "photo", "title": "Photo", "source": "Rack 3", "content": "Logs",
                    "evidenceDate": "2026-03-02", "place": "Hall 1", "confidentiality": "internal",
                    "personalData": false,
                ]
            )
        )
        try world.syncAll()
        let isFinding = citing == .finding
        try world["ben"].save(
            .add("finding/f1", ["state": "draft", "evidence": isFinding ? ["e1": true] : [:]])
        )
        try world.syncAll()
        if !isFinding {
            try world["eva"].save(
                .add("action/a1", ["state": "open", "finding": "f1", "evidence": ["e1": true]])
            )
            try world.syncAll()
        }
        try world[isFinding ? "ben" : "eva"].save(.set(citing.state, citing.before))
        try world.syncAll()
        return world
    }

    private func rewriting(_ field: WireText, over isNaming: Bool = true) -> Change {
        let path = "evidence/e1/\(field)"
        switch Schema.evidence.field(field)?.type {
        case .text: return .type(path, at: 0, "No ")
        case .bool: return .set(path, true)
        default:
            let value: JSON = "else"
            return isNaming ? .set(path, value) : .raw(Operation(.add(value), at: Actor.path(path)))
        }
    }

    @Test(arguments: said, Citing.allCases)
    private func whatSomethingConfirmedRestsOnIsRewrittenByProposalOnly(
        field: WireText,
        citing: Citing
    ) throws {
        let world = try team(citing: citing)
        try world.ada.save(.set(citing.state, citing.step))
        try world.syncAll()
        let before = try world.settle()

        try world["ben"].save(rewriting(field, over: Self.keeping.contains(field)))

        let picture = try world.settle()
        #expect(picture[citing.state] == citing.step)
        let conflict = picture.conflict("/evidence/e1/\(field)")
        if Self.keeping.contains(field) {
            #expect(picture["evidence/e1"]?[field] != before["evidence/e1"]?[field])
            #expect(picture.conflicts.isEmpty)
        } else {
            #expect(picture["evidence/e1"]?[field] == before["evidence/e1"]?[field])
            #expect(
                conflict?["candidates"]?.arrayValue?.contains { $0["proposal"] == true } == true
            )
        }

        // A leader takes it or not.
        guard conflict != nil else { return }
        var own = Operation(.add("else"), at: Actor.path("evidence/e1/\(field)"))
        if field == "content" {
            own = Operation(.splice(at: 0, delete: 0, insert: ""), at: own.path)
        }
        own.over = (conflict?["candidates"]?.arrayValue ?? []).compactMap { candidate in
            candidate["write"]?.stringValue.flatMap { WriteReference($0) }
        }
        try world["gus"].save(.raw(own))
        #expect(try world.settle().conflicts.isEmpty)
    }

    @Test(arguments: said + ["hidden"], Citing.allCases)
    private func aConfirmationWaitsForWhatChangesTheEvidenceThatItRestsOn(
        field: WireText,
        citing: Citing
    ) throws {
        let world = try team(citing: citing)
        let step = try world.ada.save(.set(citing.state, citing.step))
        let change = field == "hidden" ? Change.hide("evidence/e1") : rewriting(field)

        let edit = try world["cem"].save(change)

        let picture = try world.settle()
        if Self.keeping.contains(field) {
            #expect(picture[citing.state] == citing.step)
            #expect(picture.conflicts.isEmpty)
            return
        }
        #expect(picture[citing.state] == citing.before)
        let conflict = try #require(picture.conflict("/" + citing.state))
        #expect(conflict["kind"] == "confirmed-edited")
        let sides = (conflict["candidates"]?.arrayValue ?? []).compactMap { $0["write"] }
        #expect(sides.contains(.string(step.reference.description)))
        #expect(sides.contains(.string(edit.reference.description)))

        // Somebody who has seen both confirms it as it is now.
        var again = Operation(.add(citing.step), at: Actor.path(citing.state))
        again.over = [step.reference]
        try world["gus"].save(.raw(again))
        let after = try world.settle()
        #expect(after[citing.state] == citing.step)
        #expect(after.conflicts.isEmpty)
    }

    /// More evidence only adds: also what is said of it by who adds it.
    @Test func newEvidenceHoldsUpNoConfirmation() throws {
        let world = try team(citing: .finding)
        try world.ada.save(.set("finding/f1/state", "confirmed"))
        try world["ben"].save(.add("evidence/e2", ["title": "Log", "content": "Lines"]))
        try world["ben"].save(.put("finding/f1/evidence/e2"))
        try world["ben"].save(.type("evidence/e2/content", at: 0, "More "))

        let picture = try world.settle()

        #expect(picture["finding/f1/state"] == "confirmed")
        #expect(picture["evidence/e2/content"] == "More Lines")
        #expect(picture.conflicts.isEmpty)
    }

    /// Who takes out what the finding does not cite, as far as who confirms it had seen, changes nothing of it.
    @Test func whatIsCitedNoLongerHoldsUpNoConfirmation() throws {
        let world = try team(citing: .finding)
        try world["ben"].save(.take("finding/f1/evidence/e1"))
        try world.syncAll()
        try world.ada.save(.set("finding/f1/state", "confirmed"))

        try world["cem"].save(.hide("evidence/e1"))

        let picture = try world.settle()
        #expect(picture["finding/f1/state"] == "confirmed")
        #expect(picture.conflicts.isEmpty)
    }

    /// A leader corrects a word without confirming again, and what was returned is its author's to change.
    @Test(arguments: ["gus", "ben"])
    func whoMayChangesWhatTheEvidenceSays(name: String) throws {
        let world = try team(citing: .finding)
        try world.ada.save(.set("finding/f1/state", "confirmed"))
        try world.syncAll()
        if name == "ben" {
            try world.ada.save(.set("finding/f1/state", "submitted", reason: "look again"))
            try world.syncAll()
        }

        try world[name].save(.set("evidence/e1/title", "Photograph"))

        let picture = try world.settle()
        #expect(picture["evidence/e1/title"] == "Photograph")
        #expect(picture["finding/f1/state"] == (name == "ben" ? "submitted" : "confirmed"))
        #expect(picture.conflicts.isEmpty)
    }

    /// What a device found out once holds on only while it has seen nothing else.
    @Test func whatWasReturnedMeanwhileIsWrittenWithEffectAgain() throws {
        let world = try team(citing: .finding)
        try world.ada.save(.set("finding/f1/state", "confirmed"))
        try world.syncAll()
        try world["cem"].save(.type("evidence/e1/content", at: 0, "a"))
        try world["cem"].save(.set("evidence/e1/source", "Rack 4"))
        try world.ada.save(.set("finding/f1/state", "submitted", reason: "look again"))
        try world.syncAll()

        try world["cem"].save(.set("evidence/e1/source", "Rack 5"))

        let picture = try world.settle()
        #expect(picture["evidence/e1/source"] == "Rack 5")
        #expect(picture["evidence/e1/content"] == "Logs")
    }

    /// An edit that was void takes part once it is admitted.
    @Test func whatIsAdmittedBesideAConfirmationHoldsItUp() throws {
        let world = try team(citing: .finding)
        try world.ada.save(.set("member/cem/status", "revoked"))
        let edit = try world["cem"].save(.set("evidence/e1/title", "Photograph"))
        try world.syncAll()
        try world["gus"].save(.set("finding/f1/state", "confirmed"))
        #expect(world.ada.picture()["evidence/e1/title"] == "Photo")

        try world.ada.save(.admit(edit))

        let picture = try world.settle()
        #expect(picture["evidence/e1/title"] == "Photograph")
        #expect(picture["finding/f1/state"] == "submitted")
        #expect(picture.conflict("/finding/f1/state")?["kind"] == "confirmed-edited")
    }
}
