import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@testable import ConcordStorage

/// What people did against each other at the same time where nobody is asked: both are told.
@Suite struct AgainstTests {
    private let state = cell("/finding/f1/state")

    private func team() throws -> (Team, ann: Device, ben: Device, cem: Device) {
        let team = try Team()
        let (ann, ben, cem) = (team.devices[0], team.devices[1], team.devices[2])
        try ann.set("/member/cem/role", "lead")
        try ben.save(
            add("/finding/f1", ["state": "draft"]),
            add("/evidence/e1", ["title": "Log", "content": "Three lines."])
        )
        try ben.edit { $0.set(state, to: "submitted") }
        try team.syncAll()
        return (team, ann, ben, cem)
    }

    @Test func whoConfirmsIsToldOfAReturnAtTheSameTime() throws {
        let (team, ann, ben, cem) = try team()
        let confirmation = try #require(try ann.edit { $0.set(state, to: "confirmed") })
        let taken = try #require(try ben.edit(reason: "one more") { $0.set(state, to: "draft") })
        try team.syncAll()

        #expect(try ann.value("/finding/f1/state") == "confirmed")
        #expect(try ann.conflicts().isEmpty)
        let told = try #require(try ann.inbox().first)
        #expect(try ann.inbox().count == 1)
        #expect(told.kind == .unseen)
        #expect(told.mine.diff == confirmation.id)
        #expect(told.by?.diff == taken.id)
        #expect(told.by?.reason == "one more")
        #expect(try ben.inbox().contains { $0.kind == .outranked && $0.mine.diff == taken.id })
        #expect(try cem.inbox().allSatisfy { $0.kind == .team })

        // It goes with the next step of somebody who had seen both.
        try ann.edit(reason: "as asked") { $0.set(state, to: "submitted") }
        try team.syncAll()
        #expect(try ann.inbox().isEmpty)
    }

    /// Of every life cycle: two steps at the same time that lead apart are a conflict, or told to both.
    @Test func stepsThatLeadApartAreContestedOrToldToBoth() throws {
        for (from, one, other) in [
            ("responseSubmitted", "planAccepted", "responseRejected"),
            ("verified", "closed", "planAccepted"), ("planAccepted", "closedOnPlan", "implemented"),
            ("open", "cancelled", "responseSubmitted"),
        ] {
            let team = try Team()
            let (ann, cem) = (team.devices[0], team.devices[2])
            try ann.set("/member/cem/role", "lead")
            try ann.set("/member/ben/role", "auditeeRep")
            try ann.save(add("/finding/f1"))
            try team.syncAll()
            try team.devices[1].save(add("/action/a1", ["finding": "f1", "state": "open"]))
            try team.syncAll()
            let path = cell("/action/a1/state")
            let way = [
                "responseSubmitted", "planAccepted", "implemented", "verified",
            ]
            if let end = way.firstIndex(of: from) {
                for (place, step) in way[...end].enumerated() {
                    try team.devices[place % 2 == 0 ? 1 : 0].edit {
                        $0.set(path, to: .string(WireText(step)))
                    }
                    try team.syncAll()
                }
            }
            #expect(try ann.value("/action/a1/state") == .string(WireText(from)))

            let byAuditee: Set = ["implemented", "responseSubmitted"]
            let second = byAuditee.contains(other) ? team.devices[1] : cem
            try ann.edit(reason: "so") { $0.set(path, to: .string(WireText(one))) }
            try second.edit(reason: "no") { $0.set(path, to: .string(WireText(other))) }
            try team.syncAll()

            let isContested = try ann.conflicts().contains { $0.path == path }
            for device in [ann, second] where !isContested {
                let told = try device.inbox().filter { $0.mine.path == path && $0.kind != .team }
                #expect(!told.isEmpty, "\(device.name) of \(one) beside \(other)")
            }
        }
    }

    // MARK: An admission beside a decline.

    /// Ann and Cem lead; Ben's save has no effect. Its identity.
    private func void() throws -> (Team, ann: Device, ben: Device, cem: Device, save: WireText) {
        let (team, ann, ben, cem) = try team()
        let save = try #require(try ben.save(add("/planSlot/p1", ["title": "Visit"])))
        try ann.save(Operation(.add("observer"), at: cell("/member/ben/role"), over: []))
        let late = try #require(try ben.save(add("/evidence/e2", ["title": "Late"])))
        try team.sync(ann)
        try team.syncAll()
        #expect(save.id != late.id)
        return (team, ann, ben, cem, late.id.text)
    }

    private func declines(_ save: WireText) -> ConcordDiff.Operation {
        add("/declined/n1", ["diff": .string(save), "reason": "too late"])
    }

    private func admits(_ save: WireText) -> ConcordDiff.Operation {
        add("/admission/\(DerivedID.admission(of: save))", ["diff": .string(save)])
    }

    @Test func anAdmissionBesideADeclineIsToldToBoth() throws {
        let (team, ann, ben, cem, save) = try void()
        #expect(try ann.value("/evidence/e2/title") == nil)
        let no = try #require(try ann.save(declines(save)))
        let yes = try #require(try cem.save(admits(save)))
        try team.syncAll()

        #expect(try ann.value("/evidence/e2/title") == "Late")
        for (device, mine, by) in [(ann, no, yes), (cem, yes, no)] {
            let told = try device.inbox().filter { $0.mine.diff == mine.id }
            #expect(told.map(\.kind) == [.unseen])
            #expect(told.map(\.by?.diff) == [by.id])
        }
        #expect(try ben.inbox().allSatisfy { $0.kind != .unseen })
    }

    @Test func whoDeclinedIsToldOfAnAdmissionThatKnewOfIt() throws {
        let (team, ann, _, cem, save) = try void()
        let no = try #require(try ann.save(declines(save)))
        try team.syncAll()
        let yes = try #require(try cem.save(admits(save)))
        try team.syncAll()

        let told = try ann.inbox().filter { $0.mine.diff == no.id }
        #expect(told.map(\.kind) == [.replaced])
        #expect(told.map(\.by?.diff) == [yes.id])
        #expect(try cem.inbox().allSatisfy { $0.mine.diff != yes.id })
    }

    // MARK: What readers are not shown.

    @Test(arguments: ["restricted", "confidential", "for the board"])
    func whoWroteEvidenceIsToldThatReportsDoNotShowIt(word: String) throws {
        let (team, ann, ben, cem) = try team()
        let mark = try #require(
            try cem.edit {
                $0.set(cell("/evidence/e1/confidentiality"), to: .string(WireText(word)))
            }
        )
        try team.syncAll()

        let told = try ben.inbox().filter { $0.kind == .hidden }
        #expect(told.map(\.by?.diff) == [mark.id])
        #expect(told.map(\.mine.path.record) == ["e1"])
        #expect(try ann.inbox().allSatisfy { $0.kind != .hidden })
        #expect(try cem.inbox().allSatisfy { $0.kind != .hidden })

        // Who writes on in it knows.
        try ben.edit { $0.set(cell("/evidence/e1/place"), to: "Hall") }
        #expect(try ben.inbox().allSatisfy { $0.kind != .hidden })
    }

    @Test func whatReadersAreShownAllTheSameIsNoNews() throws {
        let (team, _, ben, cem) = try team()
        try cem.edit { $0.set(cell("/evidence/e1/confidentiality"), to: "internal") }
        try team.syncAll()

        #expect(try ben.inbox().allSatisfy { $0.kind != .hidden })
    }
}
