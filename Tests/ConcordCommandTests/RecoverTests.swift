import ConcordEncoding
import Foundation
import Testing

/// The leader's device is lost; the paper with the recovery key is not.
@Suite(.serialized) struct RecoverTests {
    @Test func aColleagueBecomesLeaderAndSoDoesWhoJoinsByTheCode() throws {
        let server = try TestServer()
        let leader = try Workplace()
        let opened = try leader.openEngagement(server: server.url)
        let key = try #require(opened["recoveryKey"]?.plain)
        let code = try #require(opened["recoveryCode"]?.plain)
        let invited = try leader.json("invite", "--role", "auditor", "--name", "Ruth")
        try leader.json("sync")
        let ruth = try Workplace()
        try ruth.json("join", try #require(invited["code"]?.plain))

        let wrong = try ruth.start(["recover"], input: "\(String(key.reversed()))\n").wait()
        #expect(wrong.status == 65 && wrong.errors.contains("recovery key"))
        let recovered = try ruth.start(["recover", "--json"], input: " \(key) \n").wait()
        #expect(recovered.status == 0, "\(recovered.errors)")
        #expect(try recovered.json["name"] == "Ruth")
        try ruth.json("sync")
        #expect(try role("Ruth", on: ruth) == "lead")

        let new = try Workplace()
        let joined = try new.start(["join", "--name", "Ines", "--json"], input: code + "\n").wait()
        #expect(joined.status == 0, "\(joined.errors)")
        #expect(try joined.json["role"] == "lead")
        try new.json("member", "revoke", "Lea Der", "--reason", "The laptop was stolen")
        try new.json("sync")
        try ruth.json("sync")
        #expect(try role("Ines", on: ruth) == "lead")

        try ruth.json("recover", "--end", "--reason", "The paper was lost")
        let late = try ruth.start(["recover"], input: key + "\n").wait()
        #expect(late.status == 65 && late.errors.contains("ended"))
    }

    private func role(_ name: String, on place: Workplace) throws -> String? {
        try place.json("member", "list")["members"]?.arrayValue?
            .first { $0["name"]?.plain == name }?["role"]?.plain
    }
}
