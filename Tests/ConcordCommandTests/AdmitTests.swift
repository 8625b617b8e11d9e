import ConcordEncoding
import Foundation
import Testing

/// What does not count: told before it is saved, kept only where the person says so, and decided by a
/// leader in words.
@Suite(.serialized) struct AdmitTests {
    /// A leader, and an auditor who was made an observer and has not heard of it.
    private func team(_ server: TestServer) throws -> (leader: Workplace, observer: Workplace) {
        let leader = try Workplace()
        let observer = try Workplace()
        try leader.openEngagement(server: server.url)
        let code = try leader.json("invite", "--name", "Audi Tor")["code"]?.plain
        try leader.json("sync")
        try observer.json("join", try #require(code))
        try leader.json("sync")
        try leader.json("member", "role", "Audi Tor", "observer")
        try leader.json("sync")
        return (leader, observer)
    }

    private func sync(_ places: [Workplace]) throws {
        for place in places { try place.json("sync") }
    }

    @Test func whatDoesNotCountIsListedInWordsAndAccepted() throws {
        let server = try TestServer()
        let (leader, observer) = try team(server)
        try observer.json(
            ["finding", "add", "--title", "Fire door blocked", "--criterion", "9001:4.2.3=major"]
        )
        try observer.json("finding", "add", "--title", "Second")
        try sync([observer, leader])

        let listed = try leader.concord("admit").output
        let saves = try leader.json("admit")["saves"]?.arrayValue ?? []

        #expect(saves.count == 2)
        #expect(listed.contains("recorded the finding \"Fire door blocked\" (9001 4.2.3 major)"))
        #expect(listed.contains("an observer does not have the right to do this"))
        #expect(!listed.contains("/finding/") && !listed.contains("/criterion/"))
        #expect(try observer.concord("inbox").output.contains("Fire door blocked"))
        #expect(
            try leader.concord("status").output.contains("2 saves have no effect: `concord admit`")
        )
        let told = try observer.concord("status").output
        #expect(told.contains("decides about them") && !told.contains("concord admit"))
        #expect(try observer.concord("admit", "--all-of", "Audi Tor", "--reason", "x").status == 1)

        try leader.json("admit", "--all-of", "Audi Tor", "--reason", "made before the change")

        #expect(try leader.json("admit")["saves"] == [])
        #expect(try leader.json("finding", "list")["findings"]?.arrayValue?.count == 2)
        #expect(try leader.concord("admit", "--all-of", "Audi Tor", "--reason", "x").status == 66)
    }

    @Test func whatWasDeclinedIsNotListedAgainAndItsAuthorReadsWhy() throws {
        let server = try TestServer()
        let (leader, observer) = try team(server)
        try observer.json("finding", "add", "--title", "Fire door blocked")
        try sync([observer, leader])
        let save = try #require(leader.json("admit")["saves"]?.arrayValue?.first)
        let diff = try #require(save["diff"]?.plain)
        #expect(try leader.concord("admit", "--decline", diff).status == 64)
        #expect(try leader.concord("admit", "--decline").status == 64)

        try leader.json("admit", "--decline", diff, "--reason", "covered by L-03")
        try sync([leader, observer])

        #expect(try leader.json("admit")["saves"] == [])
        #expect(try leader.json("admit", "--all")["saves"]?.arrayValue?.count == 1)
        #expect(try leader.json("status")["void"] == 0)
        #expect(try observer.concord("inbox").output.contains("covered by L-03"))

        try leader.json("undo")
        #expect(try leader.json("admit")["saves"]?.arrayValue?.count == 1)
    }

    @Test func nothingIsSavedOrClaimedThatDoesNotCount() throws {
        let server = try TestServer()
        let (leader, observer) = try team(server)
        try leader.json("finding", "add", "--title", "T")
        try sync([leader, observer])
        let before = try observer.json("state", "--digest")
        let attempts = [
            ["finding", "add", "--title", "Mine"], ["finding", "edit", "L-01", "--unit", "U1"],
            ["finding", "submit", "L-01"], ["finding", "withdraw", "L-01", "--reason", "x"],
            ["evidence", "add", "--kind", "photo", "--title", "P"],
            ["checklist", "answer", "1", "conforming"],
            ["conclusion", "edit", "9001", "--fulfilment", "all"],
            ["engagement", "--step", "planApproved"], ["invite", "--role", "observer"],
            ["member", "revoke", "Lea Der", "--reason", "x"],
        ]

        for attempt in attempts {
            let outcome = try observer.start(attempt).wait()
            #expect(outcome.status == 1, "\(attempt)")
            #expect(outcome.output == "", "\(attempt)")
            #expect(outcome.errors.split(separator: "\n").count == 2, "\(outcome.errors)")
        }
        #expect(try observer.json("state", "--digest") == before)
        #expect(try observer.json("admit")["saves"] == [])

        let kept = try observer.concord("finding", "add", "--title", "Mine", "--keep-anyway")
        #expect(kept.status == 1)
        #expect(kept.output == "")
        #expect(kept.errors.contains("has no effect"))
        #expect(try observer.json("admit")["saves"]?.arrayValue?.count == 1)
    }
}
