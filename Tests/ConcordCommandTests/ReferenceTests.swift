import ConcordEncoding
import Foundation
import Testing

/// What a command names is there, or the nearest is said.
@Suite(.serialized) struct ReferenceTests {
    private func place() throws -> Workplace {
        let place = try Workplace()
        try place.openEngagement()
        return place
    }

    @Test func aConflictIsNotSettledForWhatIsNotThere() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        try auditor.json("finding", "add", "--title", "T", "--criterion", "20000-1:9.2=minor")
        try TestTeam.sync(leader, auditor)
        for (place, unit, site) in [(leader, "U1", "s1"), (auditor, "U2", "")] {
            try place.json("finding", "edit", "A-01", "--unit", unit, "--site", site)
        }
        try leader.json("finding", "edit", "A-01", "--process", "9.2", "--repeats", "NC-01")
        try auditor.json("finding", "edit", "A-01", "--process", "9.1", "--repeats", "NC-02")
        try TestTeam.sync(leader, auditor)
        let conflicts = try leader.json("conflicts")["conflicts"]?.arrayValue ?? []
        func name(_ field: String) throws -> String {
            try #require(
                conflicts.first { $0["path"]?.plain?.hasSuffix("/\(field)") ?? false }?["name"]?
                    .plain
            )
        }

        for (field, value, near) in [
            ("unit", "U9", "U1 (Hosting)"), ("unit", "Hostin", "Did you mean U1 (Hosting)?"),
            ("process", "9.99", "9.2"), ("repeats", "nothing at all!", "A-01"),
        ] {
            let refused = try leader.concord(
                "resolve",
                try name(field),
                "--value",
                value,
                "--reason",
                "typed"
            )
            #expect(refused.status == 65, "\(field): \(refused.output)")
            #expect(refused.errors.contains(near), "\(field): \(refused.errors)")
        }
        try leader.json("resolve", try name("unit"), "--value", "desk", "--reason", "their list")
        #expect(try leader.json("finding", "show", "A-01")["unit"] == "U2")
    }

    @Test func aValueIsNoAnswerToWhetherSomethingStays() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        try auditor.json("finding", "add", "--title", "T", "--criterion", "20000-1:9.2=minor")
        try TestTeam.sync(leader, auditor)
        try leader.json("finding", "edit", "A-01", "--remove-criterion", "20000-1:9.2")
        try auditor.json("finding", "edit", "A-01", "--criterion", "20000-1:9.2=major")
        try TestTeam.sync(leader, auditor)

        let refused = try leader.concord("resolve", "A-01", "--value", "x", "--reason", "typed")

        #expect(refused.status == 64)
        #expect(refused.errors.contains("Use --keep, --remove or --take N."), "\(refused.errors)")
    }

    /// Every flag that has an opposite, asked of the program so that none is forgotten.
    @Test func aFlagAndItsOppositeAreAUsageError() throws {
        let dump = try Workplace().concord("--experimental-dump-help").json["command"]
        var pairs: [(words: [String], name: String)] = []
        func look(_ command: JSON, _ words: [String]) {
            let arguments = command["arguments"]?.arrayValue ?? []
            let names = arguments.flatMap { $0["names"]?.arrayValue ?? [] }
                .compactMap { $0["name"]?.plain }
            let takesWord = arguments.contains { $0["kind"] == "positional" }
            for name in names where names.contains("no-\(name)") {
                pairs.append((words + (takesWord ? ["x"] : []), name))
            }
            for below in command["subcommands"]?.arrayValue ?? [] {
                look(below, words + [below["commandName"]?.plain ?? "?"])
            }
        }
        look(try #require(dump), [])
        #expect(!pairs.isEmpty)

        for (words, name) in pairs {
            for order in [["--\(name)", "--no-\(name)"], ["--no-\(name)", "--\(name)"]] {
                let outcome = try Workplace().start(words + order).wait()
                #expect(outcome.status == 64, "\(words) \(order)")
                #expect(outcome.errors.contains("already been set"), "\(outcome.errors)")
            }
        }
    }

    @Test func aNameThatIsNearIsSaid() throws {
        let place = try place()
        try place.json("finding", "add", "--title", "Fire door", "--unit", "U1")
        try place.json("evidence", "add", "--kind", "photo", "--title", "Blocked door")

        for (arguments, near) in [
            (["finding", "show", "L-02"], "L-01 (Fire door)"),
            (["show", "Blocked"], "(Blocked door)"),
            (["evidence", "show", "Blockd door"], "Block"),
            (["member", "revoke", "Lea", "--reason", "x"], "Lea Der"),
            (["blame", "L-01", "unt"], "Did you mean unit"),
            (
                ["finding", "add", "--title", "T", "--criterion", "9001:8.4=minr"],
                "Did you mean minor"
            ),
            (["member", "role", "Lea Der", "audtor"], "Did you mean auditor"),
            (["finding", "list", "--state", "drft"], "Did you mean draft"),
            (["checklist", "answer", "1", "conformng"], "Did you mean conforming"),
            (["engagement", "--step", "planAproved"], "Did you mean planApproved"),
            (["invite", "--name", "Audi"], "Did you mean Audi Tor"),
            (
                ["conclusion", "edit", "9001", "--recommendation", "certfy"],
                "Did you mean certify"
            ), (["status", "-e", "audit-8"], "Did you mean audit-7"),
        ] {
            let outcome = try place.start(arguments).wait()
            #expect(outcome.status != 0, "\(arguments)")
            #expect(outcome.errors.contains(near), "\(arguments): \(outcome.errors)")
        }
    }

    @Test func anInvitationIsWithdrawnByTheFirstName() throws {
        let place = try place()
        try place.json("invite", "--name", "Audi Tor")
        try place.json("invite", "--name", "Obs Erver")

        try place.json("invite", "withdraw", "Audi", "--reason", "sent to a wrong address")

        let all = try place.json("invite", "list")["invitations"]?.arrayValue ?? []
        let withdrawn = all.filter { $0["status"] == "withdrawn" }
        #expect(withdrawn.compactMap { $0["name"]?.plain } == ["Audi Tor"])
    }
}
