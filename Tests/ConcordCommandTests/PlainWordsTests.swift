import ConcordEncoding
import Testing

/// Whose the words of a text are, and refusals that name things as people do.
@Suite(.serialized) struct PlainWordsTests {
    private func add(_ place: Workplace, _ criterion: String, _ statement: String) throws {
        try place.json(
            "finding",
            "add",
            "--title",
            "Plans",
            "--criterion",
            criterion,
            "--statement",
            statement
        )
    }

    private func team(
        _ server: TestServer
    ) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        return (leader, auditor)
    }

    /// Resolves a conflict by taking the candidate of somebody.
    private func take(_ name: String, in place: Workplace) throws {
        let conflict = try place.json("conflicts")["conflicts"]?.arrayValue?.first
        let side = conflict?["candidates"]?.arrayValue?.first { $0["name"]?.plain == name }
        let number = try #require(side?["number"]?.integerValue)
        try place.json(
            [
                "resolve", try #require(conflict?["name"]?.plain), "--take", "\(number)",
                "--reason", "r",
            ]
        )
    }

    /// The words of the statement of a finding, by the person whose they are.
    private func words(_ finding: String, in place: Workplace) throws -> [String: String] {
        let cell = try place.json("blame", finding, "statement")["cells"]?.arrayValue?.first
        var words: [String: String] = [:]
        for stretch in cell?["stretches"]?.arrayValue ?? [] {
            words[stretch["name"]?.plain ?? "", default: ""] += stretch["text"]?.plain ?? ""
        }
        return words
    }

    @Test func theWordsOfATakenTextAreOfThoseWhoWroteThemThere() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try add(auditor, "9001:8.4=minor", "Eight of fifteen new changes were never reviewed.")
        try add(leader, "9001:8.4=minor", "Two plans were not tested.")
        try TestTeam.sync(leader, auditor)

        try auditor.json("finding", "edit", "A-01", "--statement", "Audi whole text here.")
        try leader.json("finding", "edit", "A-01", "--statement", "Lea other whole words.")
        try TestTeam.sync(leader, auditor)
        try take("Audi Tor", in: leader)
        #expect(try words("A-01", in: leader) == ["Audi Tor": "Audi whole text here."])

        try auditor.json(
            ["finding", "edit", "L-01", "--statement", "Three plans were not tested in May."]
        )
        try leader.json("finding", "edit", "L-01", "--statement", "Some plans had no test.")
        try TestTeam.sync(leader, auditor)
        try take("Audi Tor", in: leader)
        for place in [leader, auditor] {
            try TestTeam.sync(leader, auditor)
            let words = try words("L-01", in: place)
            #expect(words["Audi Tor"]?.contains("Three") == true, "\(words)")
            #expect(words["Audi Tor"]?.contains("in May") == true, "\(words)")
            #expect(words["Lea Der"]?.contains("plans were not tested") == true, "\(words)")
        }

        // Who writes on has their own words, and the others keep theirs.
        try leader.json(
            ["finding", "edit", "L-01", "--statement", "Three plans were not tested in late May."]
        )
        let later = try words("L-01", in: leader)
        #expect(later["Lea Der"]?.contains("late") == true, "\(later)")
        #expect(later["Audi Tor"]?.contains("May") == true, "\(later)")
    }

    @Test func findingsDoNotRepeatEachOtherInACircle() throws {
        let server = try TestServer()
        let (leader, _) = try team(server)
        for _ in 0..<3 { try add(leader, "9001:8.4=minor", "No list was shown.") }
        try leader.json("finding", "edit", "L-01", "--repeats", "L-02")
        try leader.json("finding", "edit", "L-02", "--repeats", "L-03")

        for (last, first) in [
            ("L-02", "L-01"), ("L-03", "L-01"), ("L-03", "L-02"), ("L-01", "L-01"),
        ] {
            let refused = try leader.concord("finding", "edit", last, "--repeats", first)
            #expect(refused.status == 65, "\(refused.errors)")
            #expect(refused.errors.contains("\(last) cannot repeat"), "\(refused.errors)")
        }
        try leader.json("finding", "edit", "L-01", "--repeats", "L-03")
    }

    @Test func refusalsNameClausesAndConflicts() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try add(auditor, "9001:8.4=minor", "No list was shown.")
        try add(auditor, "9001:8.4=ofi", "No plan was shown.")
        let differing = try auditor.concord(
            "finding",
            "merge",
            "A-02",
            "--into",
            "A-01",
            "--reason",
            "same"
        )
        #expect(differing.errors.contains("ISO 9001:2008 8.4"), "\(differing.errors)")
        try TestTeam.sync(leader, auditor)
        try leader.json("finding", "edit", "A-01", "--criterion", "9001:8.4=major")
        try auditor.json("finding", "edit", "A-01", "--criterion", "9001:8.4=ofi")
        try TestTeam.sync(leader, auditor)

        let name = try leader.json("conflicts")["conflicts"]?.arrayValue?.first?["name"]?.plain
        let refused = try leader.concord(
            "finding",
            "edit",
            "A-01",
            "--remove-criterion",
            "9001:8.4"
        )
        #expect(refused.status == 1)
        #expect(refused.errors.contains("grade against ISO 9001:2008 8.4"), "\(refused.errors)")
        #expect(refused.errors.contains(try #require(name)), "\(refused.errors)")
        #expect(!refused.errors.contains("/criterion/"), "\(refused.errors)")
    }

    @Test func whatAFindingCanBecomeIsListedWithCommas() throws {
        let server = try TestServer()
        let (leader, _) = try team(server)
        try add(leader, "9001:8.4=minor", "No list was shown.")

        let refused = try leader.concord("finding", "confirm", "L-01").errors
        #expect(refused.contains("submitted, withdrawn or merged"), "\(refused)")
    }

    @Test func aRestoredFindingIsNamedWithItsClauses() throws {
        let server = try TestServer()
        let (leader, _) = try team(server)
        try add(leader, "9001:8.4=minor", "No list was shown.")
        try leader.json("undo")

        let redone = try leader.concord("redo").output
        #expect(redone.contains("restored, with 9001 8.4 minor"), "\(redone)")
    }

    @Test func anAcceptedAdditionIsSaidToBeAdded() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try add(auditor, "9001:8.4=minor", "No list was shown.")
        try auditor.json(
            ["evidence", "add", "--finding", "A-01", "--kind", "record", "--title", "Log"]
        )
        try auditor.json("finding", "submit", "A-01")
        try TestTeam.sync(leader, auditor)
        try leader.json("finding", "confirm", "A-01")
        try TestTeam.sync(leader, auditor)
        try auditor.json("finding", "edit", "A-01", "--criterion", "9001:8.5.2=minor")
        try TestTeam.sync(leader, auditor)

        let conflicts = try leader.json("conflicts")["conflicts"]?.arrayValue ?? []
        let added = conflicts.first { $0["about"]?.plain?.hasPrefix("the criterion") ?? false }
        let name = try #require(added?["name"]?.plain)
        let outcome = try leader.concord("resolve", name, "--take", "1", "--reason", "agreed")
        #expect(outcome.output.contains("8.5.2: added"), "\(outcome.output)")
    }
}
