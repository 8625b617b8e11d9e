import ConcordEncoding
import Foundation
import Testing

/// What is said on the command line is understood as it was meant, or refused with words.
@Suite struct CommandLineTests {
    private func place() throws -> Workplace {
        let place = try Workplace()
        try place.openEngagement()
        return place
    }

    @Test func bytesThatAreNotUTF8AreRefusedAndNothingIsSaved() throws {
        let place = try place()
        let concord = Bundle.main.bundleURL.appendingPathComponent("concord").path

        let outcome = try RunningProgram(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", #"exec "$0" finding add --title "$(printf 'Pr\374fung')""#, concord],
            environment: place.environment(),
            folder: place.folder,
            owner: place
        ).wait()

        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("UTF-8"))
        #expect(try place.json("finding", "list")["findings"] == [])
    }

    @Test func aValueThatIsGivenTwiceIsRefused() throws {
        let place = try place()

        let title = try place.concord("finding", "add", "--title", "one", "--title", "two")
        let mixed = try place.concord("finding", "add", "--title=one", "--title", "two")
        let many = try place.concord(
            "finding",
            "add",
            "--title",
            "T",
            "--criterion",
            "20000-1:9.2=minor",
            "--criterion",
            "20000-1:9.1=minor"
        )
        let value = try place.concord("finding", "add", "--title", "--title")

        #expect(title.status == 64)
        #expect(title.errors.contains("--title"))
        #expect(mixed.status == 64)
        #expect(many.status == 0)
        #expect(value.status == 0)
        #expect(try place.json("finding", "list")["findings"]?.arrayValue?.count == 2)
    }

    @Test(arguments: [
        ["--json", "findings"], ["finding", "show", "--json"], ["new", "--json"],
        ["status", "--json", "--time", "yesterday"], ["status", "--no-such", "--json"],
        ["finding", "add", "--json", "--title", " "], ["--json", "help", "nothing"],
    ])
    func aWrongCommandLineIsToldInJSONWhereJSONIsAskedFor(_ arguments: [String]) throws {
        let outcome = try Workplace().start(arguments).wait()

        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(try outcome.failure["code"]?.plain?.isEmpty == false)
        #expect(try outcome.failure["message"]?.plain?.isEmpty == false)
    }

    @Test func optionsMayStandBeforeTheCommand() throws {
        let place = try Workplace()
        try place.openEngagement(name: "one")
        try place.openEngagement(name: "two")

        #expect(try place.concord("-e", "two", "status").output.contains("two.concord"))
        #expect(try place.concord("--engagement=one", "finding", "list").status == 0)
        let json = try place.concord("--json", "-e", "one", "member", "list")
        #expect(try json.json["members"]?.arrayValue?.isEmpty == false)
    }

    @Test func valuesThatMeanNothingAreRefusedWithWhatThereIs() throws {
        let place = try place()
        func refusal(_ arguments: String...) throws -> String {
            let outcome = try place.start(arguments).wait()
            #expect(outcome.status == 65, "\(arguments)")
            return outcome.errors
        }

        #expect(try refusal("finding", "add", "--title", "T", "--unit", "U7").contains("U1"))
        #expect(try refusal("finding", "add", "--title", "T", "--site", "s2").contains("s1"))
        #expect(
            try refusal("evidence", "add", "--kind", "foto", "--title", "T").contains("photo")
        )
        #expect(
            try refusal("evidence", "add", "--kind", "photo", "--title", "T", "--date", "10. March")
                .contains("2026-03-02")
        )
        #expect(
            try refusal("conclusion", "edit", "9001", "--follow-up", "someday").contains("none")
        )
        let included = ["finding", "add", "--title", "T", "--included-requirement", "foo"]
        #expect(try place.start(included).wait().errors.contains("STANDARD:CLAUSE@ROUTE"))
        #expect(try place.json("finding", "list")["findings"] == [])
    }

    @Test func whatCannotBeANameIsRefused() throws {
        let place = try Workplace()
        let new = [
            "new", "--standard", "iso-9001-2008", "--leader", "Lea", "--organization", "O",
        ]

        for wrong in [
            ["--letter", ""], ["--letter", "a"], ["--name", String(repeating: "x", count: 260)],
            ["--name", "a\nb"], ["--name", "../x"], ["--leader", "  "],
        ] {
            let arguments =
                wrong[0] == "--leader"
                ? ["new", "--standard", "iso-9001-2008"] + wrong : new + wrong
            #expect(try place.start(arguments).wait().status == 64, "\(wrong)")
        }
        #expect(try place.json("list")["engagements"] == [])
        try place.json(new)
        #expect(try place.concord("finding", "add", "--title", "  ").status == 64)
        #expect(try place.concord("finding", "edit", "L-01", "--title", "").status == 64)
        #expect(
            try place.concord("evidence", "add", "--kind", "photo", "--title", " ").status == 64
        )
    }

    @Test func aFilteredListSaysWhatIsInIt() throws {
        let place = try place()
        #expect(try place.concord("finding", "list").output.contains("There are no findings yet"))
        try place.json("finding", "add", "--title", "A", "--criterion", "20000-1:9.2=minor")
        try place.json("finding", "add", "--title", "B", "--criterion", "9001:4.2.3=major")

        let contested = try place.concord("finding", "list", "--contested").output
        let one = try place.json("finding", "list", "--standard", "9001")

        #expect(contested.contains("No finding has an open conflict."))
        #expect(one["totals"]?["findings"] == 1)
        #expect(one["totals"]?["nonconformities"] == 1)
        #expect(try place.json("finding", "list")["totals"]?["nonconformities"] == 2)
    }

    @Test func aScriptReadsOneAndSeveralAlike() throws {
        let place = try place()
        try place.json("finding", "add", "--title", "A")
        try place.json("finding", "add", "--title", "B")

        let one = try place.json("finding", "show", "L-01")
        let two = try place.json("finding", "show", "L-01", "L-02")

        #expect(one["title"] == "A")
        #expect(one["findings"]?.arrayValue?.compactMap { $0["title"]?.plain } == ["A"])
        #expect(two["findings"]?.arrayValue?.compactMap { $0["title"]?.plain } == ["A", "B"])
    }

    @Test func everyCodeOfAFailureIsInOneSpelling() throws {
        let place = try place()
        let wrong = [
            ["finding", "show", "X"], ["join", "hello"], ["status", "-e", "x"],
            ["new", "--from", place.path("engagement.json")], ["blame", "X"],
            ["member", "role", "X", "lead"],
            ["conflicts", "show", "X"], ["show", "X", "--at", "99"], ["sync"],
        ]

        for arguments in wrong {
            let code = try place.start(arguments + ["--json"]).wait().failure["code"]?.plain
            let isKebab = code?.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }
            #expect(isKebab == true, "\(arguments): \(code ?? "none")")
        }
    }
}
