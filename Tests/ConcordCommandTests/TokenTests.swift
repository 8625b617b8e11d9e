import ConcordEncoding
import Foundation
import Testing

/// A server that lets only those open engagements who have a token of its operator.
@Suite(.serialized) struct TokenTests {
    private let standard = ["--standard", "iso-9001-2008", "--leader", "Lea Der", "--json"]

    @Test func aTokenOpensAnEngagementAndColleaguesNeedNone() throws {
        let server = try TestServer(["--new-engagements", "token"])
        let made = try server.administer("create", "--name", "Lea Der")
        let token = try #require(try made.json["token"]?.plain)
        let leader = try Workplace()
        let file = try leader.write(token + "\n", to: "token")

        let without = try leader.start(
            ["new", "--name", "a", "--server", server.url] + standard
        ).wait()
        #expect(without.status == 0)
        let closed = try leader.start(["sync", "--json"]).wait()
        #expect(closed.status != 0)
        #expect(try closed.failure["code"] == "engagements-closed")

        // It can be given afterwards, and is remembered.
        let opened = try leader.start(["sync", "--token", file, "--json"]).wait()
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(try leader.start(["sync"]).wait().status == 0)
        let invited = try leader.json("invite", "--role", "auditor", "--name", "Ruth")
        try leader.json("sync")
        let ruth = try Workplace()
        try ruth.json("join", try #require(invited["code"]?.plain))

        // Or with the new engagement, typed.
        let second = try Workplace()
        let typed = try second.start(
            ["new", "--token", "-", "--server", server.url] + standard,
            input: "  \(token)\n"
        ).wait()
        #expect(typed.status == 0, "\(typed.errors)")
        #expect(try second.start(["sync"]).wait().status == 0)
        let list = try server.administer("list")
        #expect(try list.json["engagements"]?.arrayValue?.count == 2)
    }

    @Test func aWrongTokenIsRefusedBeforeAnythingIsMade() throws {
        let place = try Workplace()
        let file = try place.write("concord-token-short\n", to: "token")

        let refused = try place.start(["new", "--token", file] + standard).wait()

        #expect(refused.status == 65)
        #expect(try place.json("list")["engagements"]?.arrayValue?.isEmpty == true)
    }
}
