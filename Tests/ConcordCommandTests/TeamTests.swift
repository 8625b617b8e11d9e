import ConcordEncoding
import Foundation
import Testing

/// Several devices and a real server.
@Suite(.serialized) struct TeamTests {
    /// A leader and an auditor who has joined.
    private func team(_ server: TestServer) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, joined) = try TestTeam.joined(server)
        #expect(joined["person"] == "Audi Tor")
        #expect(joined["role"] == "auditor")
        #expect(joined["letter"] == "A")
        return (leader, auditor)
    }

    @Test func whatTwoDecideDifferentlyIsKeptUntilSomeoneDecides() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json(
            "finding",
            "add",
            "--title",
            "T",
            "--unit",
            "U1",
            "--criterion",
            "20000-1:9.2=minor"
        )
        for place in [leader, auditor, leader] { try place.json("sync") }

        try leader.json("finding", "edit", "L-01", "--unit", "U2")
        try auditor.json("finding", "edit", "L-01", "--unit", "U3")
        for place in [leader, auditor, leader] { try place.json("sync") }

        let conflicts = try leader.json("conflicts")["conflicts"]?.arrayValue ?? []
        #expect(conflicts.count == 1)
        let sides = conflicts.first?["candidates"]?.arrayValue ?? []
        #expect(Set(sides.compactMap { $0["value"]?.plain }) == ["U2", "U3"])
        #expect(Set(sides.compactMap { $0["name"]?.plain }) == ["Lea Der", "Audi Tor"])
        let text = try leader.concord("conflicts", "show").output
        #expect(text.contains("tablet"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })

        let wrong = try leader.concord("resolve", "L-01", "--take", "3", "--reason", "agreed")
        #expect(wrong.status == 64)
        try leader.json("resolve", "L-01", "--value", "U3", "--reason", "agreed")
        for place in [leader, auditor] { try place.json("sync") }
        #expect(try auditor.json("conflicts")["conflicts"] == [])
        #expect(try auditor.json("finding", "show", "L-01")["unit"] == "U3")
        #expect(try auditor.json("state", "--digest") == leader.json("state", "--digest"))
    }

    @Test func whatOneHasNoRightToIsKeptWithoutEffectUntilItIsAdmitted() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "add", "--title", "T")
        for place in [leader, auditor] { try place.json("sync") }

        let outcome = try auditor.concord(
            "finding",
            "withdraw",
            "L-01",
            "--reason",
            "said elsewhere",
            "--keep-anyway",
            "--json"
        )
        #expect(outcome.status == 1)
        for place in [auditor, leader] { try place.json("sync") }
        #expect(try leader.json("finding", "show", "L-01")["state"] == "draft")
        let void = try #require(leader.json("admit")["void"]?.arrayValue?.first)
        #expect(void["reason"] == "no-right")

        let diff = try #require(void["diff"]?.plain)
        #expect(try leader.concord("admit", diff).status == 64)
        try leader.json("admit", diff, "--reason", "right after all")
        #expect(try leader.json("finding", "show", "L-01")["state"] == "withdrawn")
    }

    @Test func anInvitationIsUsedUp() throws {
        let server = try TestServer()
        let leader = try Workplace()
        try leader.openEngagement(server: server.url)
        let code = try #require(
            try leader.json("invite", "--role", "observer", "--name", "Guest")["code"]?.plain
        )
        try leader.json("sync")
        // As everybody calls it.
        #expect(try Workplace().json("join", code)["name"] == "audit-7")

        let second = try Workplace()
        let outcome = try second.concord("join", code, "--json")

        #expect(outcome.status == 65)
        #expect(try second.json("list")["engagements"] == [])
    }

    @Test func anEngagementKeepsTheNameThatIsGivenOrFree() throws {
        let server = try TestServer()
        let leader = try Workplace()
        try leader.openEngagement(server: server.url)
        let invited = try leader.json("invite", "--role", "observer", "--uses", "3")["code"]
        let code = try #require(invited?.plain)
        try leader.json("sync")

        let guest = try Workplace()
        #expect(try guest.json("join", code, "--engagement", "mine")["name"] == "mine")
        #expect(try guest.json("join", code)["name"] == "audit-7")
        let third = try guest.json("join", code)["name"]?.plain
        #expect(third?.hasPrefix("audit-") == true && third != "audit-7")
        #expect(try guest.json("list")["engagements"]?.arrayValue?.count == 3)
    }

    @Test func anInvitationThatTheServerDoesNotKnowIsRefusedAndLeavesNothing() throws {
        let server = try TestServer()
        let leader = try Workplace()
        try leader.openEngagement(server: server.url)
        let code = try #require(
            try leader.json("invite", "--role", "observer")["code"]?.plain
        )

        let guest = try Workplace()
        let outcome = try guest.concord("join", code)

        #expect(outcome.status != 0)
        #expect(outcome.errors.split(separator: "\n").count >= 1)
        #expect(try guest.json("list")["engagements"] == [])
    }

    @Test func rolesAndMembershipsAreChangedByTheLeader() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("sync")
        try leader.json(
            "member",
            "role",
            "Audi Tor",
            "observer",
            "--reason",
            "conflict of interest"
        )
        for place in [leader, auditor] { try place.json("sync") }
        #expect(try auditor.concord("finding", "add", "--title", "T").status == 1)

        try leader.json("member", "revoke", "Audi Tor", "--reason", "left")
        let members = try leader.json("member", "list")["members"]?.arrayValue ?? []
        #expect(members.first { $0["name"] == "Audi Tor" }?["status"] == "revoked")
    }

    @Test func aDeviceThatClaimsALaterTimeIsNamed() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "add", "--title", "T", "--time", "2036-01-01T12:00:00Z")
        for place in [auditor, leader] { try place.json("sync") }
        try leader.json("finding", "add", "--title", "U", "--time", "2036-01-01T10:00:00Z")

        let status = try leader.json("status", "--notices")

        let notices = status["clockNotices"]?.arrayValue?.compactMap(\.plain) ?? []
        #expect(notices.contains { $0.contains("tablet") && $0.contains("2 hours") })
    }

    @Test func aSyncThatIsKilledGoesOnLater() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        for number in 1...30 { try leader.json("finding", "add", "--title", "T\(number)") }
        let begun = ContinuousClock.now
        try auditor.json("sync")
        let whole = Double((ContinuousClock.now - begun) / .microseconds(1))
        var killed = 0
        for part in [0.1, 0.3, 0.5, 0.7, 0.9] {
            for place in [leader, auditor] {
                let sync = try place.start(["sync"])
                usleep(useconds_t(whole * part))
                sync.signal(SIGKILL)
                if try sync.wait().status == SIGKILL { killed += 1 }
                #expect(try place.json("rebuild", "--check")["same"] == true)
            }
        }

        #expect(killed > 0)

        for place in [leader, auditor, leader] { try place.json("sync") }

        #expect(try auditor.json("finding", "list")["findings"]?.arrayValue?.count == 30)
        #expect(try auditor.json("state", "--digest") == leader.json("state", "--digest"))
    }

    @Test func aServerThatIsStoppedAndStartedKeepsEverything() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try server.stop()
        try leader.json("finding", "add", "--title", "T")
        #expect(try leader.concord("sync").status == 69)
        try server.startAgain()

        for place in [leader, auditor] { try place.json("sync") }

        #expect(try auditor.json("finding", "show", "L-01")["title"] == "T")
    }
}
