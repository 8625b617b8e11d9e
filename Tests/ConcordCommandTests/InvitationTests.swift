import ConcordEncoding
import Foundation
import Testing

@Suite(.serialized) struct InvitationTests {
    @Test func aCodeIsReadFromStandardInput() throws {
        let server = try TestServer()
        let leader = try Workplace()
        try leader.openEngagement(server: server.url)
        let code = try #require(
            try leader.json("invite", "--name", "Audi Tor")["code"]?.plain
        )
        try leader.json("sync")

        for arguments in [["join"], ["join", "-"]] {
            let outcome = try Workplace().start(arguments, input: "\n  \(code.dropLast())\n").wait()
            #expect(outcome.status == 65)
            #expect(!outcome.errors.contains(code.dropLast()))
        }
        let joined = try Workplace().start(["join", "--json"], input: "\r\n \(code)\n").wait()

        #expect(joined.status == 0, "\(joined.errors)")
        #expect(try joined.json["person"] == "Audi Tor")
    }

    @Test func nothingOnStandardInputIsTold() throws {
        let outcome = try Workplace().start(["join"], input: " \n").wait()

        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("concord invite"))
    }

    @Test func anInvitationEndsAfterTwoWeeksUnlessSaidOtherwise() throws {
        let leader = try Workplace()
        try leader.openEngagement()
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        func days(_ arguments: String...) throws -> Int64? {
            let invited = try leader.json(["invite", "--role", "observer"] + arguments)
            let time = invited["expires"]?.plain.flatMap { Timestamp($0) }
            return time.map { ($0.milliseconds - now + 43_200_000) / 86_400_000 }
        }

        #expect(try days() == 14)
        #expect(try days("--expires", "30d") == 30)
        #expect(try days("--expires", "never") == nil)
        #expect(
            try leader.concord("invite", "--role", "observer", "--expires", "soon").status == 64
        )
        #expect(try leader.concord("invite", "--role", "observer", "--uses", "0").status == 64)
        for time in ["0000-01-01T00:00:00Z", "2014-03-02T09:15:00+01:00"] {
            let past = try leader.concord("invite", "--role", "observer", "--expires", time)
            #expect(past.status == 64 && past.errors.contains("Nobody could join"))
        }
        let listed = try leader.json("invite", "list")["invitations"]?.arrayValue ?? []
        #expect(listed.count { $0["expires"] != nil } == 2)
    }

    @Test func anInvitationIsListedAndWithdrawn() throws {
        let server = try TestServer()
        let leader = try Workplace()
        try leader.openEngagement(server: server.url)
        let code = try #require(
            try leader.json("invite", "--role", "auditor", "--name", "Ruth")["code"]?.plain
        )
        try leader.json("invite", "--role", "observer", "--name", "Pia")
        #expect(try statuses(leader) == ["Pia": "open", "Ruth": "open"])

        #expect(try leader.concord("invite", "withdraw", "Rudi").status == 66)
        try leader.json("invite", "withdraw", "Ruth", "--reason", "the code was lost")
        try leader.json("sync")

        #expect(try statuses(leader) == ["Pia": "open", "Ruth": "withdrawn"])
        #expect(try leader.concord("invite", "withdraw", "Ruth").status == 1)
        let late = try Workplace()
        #expect(try late.start(["join", "--json"], input: code).wait().status == 65)
        #expect(try late.json("list")["engagements"] == [])
    }

    private func statuses(_ place: Workplace) throws -> [String: String] {
        var statuses: [String: String] = [:]
        for item in try place.json("invite", "list")["invitations"]?.arrayValue ?? [] {
            statuses[item["name"]?.plain ?? ""] = item["status"]?.plain
        }
        return statuses
    }
}
