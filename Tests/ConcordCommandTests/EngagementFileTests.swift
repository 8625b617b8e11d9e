import ConcordEncoding
import Foundation
import Testing

/// The file that opens an engagement is read as people write it, and refused with all its faults.
@Suite struct EngagementFileTests {
    private func new(_ text: String, _ place: Workplace) throws -> Outcome {
        try place.concord("new", "--from", place.write(text, to: "in.json"), "--json")
    }

    private func changed(_ old: String, _ new: String) -> String {
        Engagements.small.replacingOccurrences(of: old, with: new)
    }

    @Test func aByteOrderMarkIsNoContent() throws {
        let outcome = try new("\u{FEFF}" + Engagements.small, Workplace())

        #expect(outcome.status == 0)
    }

    @Test func decimalsBecomeTexts() throws {
        let place = try Workplace()

        let outcome = try new(
            changed(
                "{\"planDueDays\": 30}",
                "{\"rate\": 2.50, \"planDueDays\": 30, \"a\": \"1.5 \\\" 2.5\"}"
            ),
            place
        )

        #expect(outcome.status == 0)
        let policies = try place.json("state")["state"]?["responsePolicy"]?.objectValue ?? [:]
        let policy = try #require(policies.values.first)
        #expect(policy["rate"] == "2.50")
        #expect(policy["planDueDays"] == 30)
        #expect(policy["a"] == "1.5 \" 2.5")
    }

    @Test func numbersOfPeopleMayBeWrittenAsPeopleWriteThem() throws {
        for written in ["140", "\"140\"", "{\"9001\": 140, \"20000-1\": \"140\"}"] {
            let place = try Workplace()

            let outcome = try new(
                changed(
                    "{\"name\": \"Client\",",
                    "{\"name\": \"Client\", \"effectivePersonnel\": \(written),"
                ),
                place
            )

            #expect(outcome.status == 0, "\(outcome.errors)")
            let clients = try place.json("state")["state"]?["organization"]?.objectValue ?? [:]
            #expect(
                clients.values.first?["effectivePersonnel"]
                    == ["iso-9001-2008": 140, "iso-iec-20000-1-2011": 140]
            )
        }
    }

    @Test(arguments: [
        ("\"role\": \"observer\"", "\"role\": \"obsrver\"", "obsrver"),
        ("\"checklist\":", "\"checklits\":", "checklist"),
        ("\"units\": [\"U1\"], \"sites\"", "\"units\": [\"U9\"], \"sites\"", "U9"),
        ("\"sites\": [\"s1\"],", "\"sites\": [\"s9\"],", "s9"),
        ("\"auditors\": [\"p1\"]", "\"auditors\": [\"p9\"]", "p9"),
        ("\"question\": \"Valid revisions?\"", "\"question\": \" \"", "question"),
        ("\"justification\": \"All results can be checked.\"", "\"note\": \"x\"", "justification"),
        ("\"kind\": \"surveillance\"", "\"mode\": \"mixed\"", "integrated"),
        ("\"kind\": \"surveillance\"", "\"objectives\": \"conformity\"", "objectives"),
        ("\"kind\": \"surveillance\"", "\"from\": \"10. March\"", "2026-03-02"),
        ("\"people\": 3", "\"people\": \"many\"", "people"),
        ("\"id\": \"p2\"", "\"id\": \"p1\"", "p1"),
        ("\"title\": \"Change\"", "\"titel\": \"Change\"", "titel"),
    ])
    func whatMeansNothingIsRefusedWithItsPlace(_ old: String, _ new: String, _ said: String) throws
    {
        let place = try Workplace()

        let outcome = try self.new(changed(old, new), place)

        #expect(outcome.status == 65)
        #expect(outcome.errors.contains(said), "\(outcome.errors)")
        #expect(try place.json("list")["engagements"] == [])
    }

    @Test func allFaultsAreToldAtOnce() throws {
        let text = changed("\"role\": \"observer\"", "\"role\": \"obsrver\"")
            .replacingOccurrences(of: "\"checklist\":", with: "\"checklits\":")
            .replacingOccurrences(of: "\"auditors\": [\"p1\"]", with: "\"auditors\": [\"p9\"]")
            .replacingOccurrences(of: "\"clause\": \"9.2\"", with: "\"clause\": \"9.22\"")
        let place = try Workplace()

        let outcome = try new(text, place)
        let details = try outcome.failure["details"]?.arrayValue?.compactMap(\.plain) ?? []
        let people = try place.concord("new", "--from", place.path("in.json"))

        #expect(details.count == 4)
        for said in ["obsrver", "checklits", "p9", "9.22"] {
            #expect(details.contains { $0.contains(said) }, "\(said)")
            #expect(people.errors.contains(said), "\(said)")
        }
    }

    @Test func ofThousandsOfFaultsTheFirstAreTold() throws {
        let names = (0..<3000).map { "\"unknown\($0)\": 1, " }.joined()
        let place = try Workplace()

        let outcome = try new(changed("\"checklist\":", names + "\"checklist\":"), place)
        let details = try outcome.failure["details"]?.arrayValue?.compactMap(\.plain) ?? []

        #expect(details.count == 51)
        #expect(details.last == "… and 2950 more")
        #expect(outcome.errors.contains("3000 faults"))
    }

    @Test func namesOfOnesOwnArePassedOn() throws {
        let place = try Workplace()

        let outcome = try new(changed("\"team\":", "\"x-notes\": [{\"a\": 1}], \"team\":"), place)

        #expect(outcome.status == 0)
        #expect(try place.json("state")["state"]?["x-note"]?.objectValue?.isEmpty == false)
    }
}
