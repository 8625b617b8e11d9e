import ConcordEncoding
import Foundation
import Testing

/// Two people who give one finding another title at the same time: whole titles compete, and what is
/// shown is always one that somebody wrote.
@Suite(.serialized) struct TitleTests {
    private static let base = "Training records missing for 3 of 12"
    private static let theirs = "Training records missing for 4 of 12"
    private static let own = "Records of training missing for 3 of 12"

    /// A leader and an auditor who have changed the title of A-01 at the same time, in words that do
    /// not touch.
    private func dispute(_ server: TestServer) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        try auditor.json("finding", "add", "--title", Self.base, "--criterion", "20000-1:9.2=minor")
        try TestTeam.sync(leader, auditor)
        try auditor.json("finding", "edit", "A-01", "--title", Self.theirs)
        try leader.json("finding", "edit", "A-01", "--title", Self.own)
        try TestTeam.sync(leader, auditor)
        return (leader, auditor)
    }

    /// What a command prints, its lines and columns joined.
    private func text(_ place: Workplace, _ arguments: String...) throws -> String {
        let outcome = try place.start(arguments).wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The one conflict that a place has, with its sides.
    private func conflict(_ place: Workplace) throws -> JSON {
        let all = try place.json("conflicts", "show")["conflicts"]?.arrayValue ?? []
        #expect(all.count == 1)
        return try #require(all.first)
    }

    private func sides(_ conflict: JSON) -> Set<String> {
        Set(conflict["candidates"]?.arrayValue?.compactMap { $0["value"]?.plain } ?? [])
    }

    @Test func twoTitlesAtOnceAreAConflictOfWholeValues() throws {
        let server = try TestServer()
        let (leader, auditor) = try dispute(server)

        for place in [leader, auditor] {
            let found = try conflict(place)
            #expect(found["kind"] == "values")
            #expect(found["about"] == "title")
            #expect(found["commonText"] == nil)
            #expect(sides(found) == [Self.theirs, Self.own])
            for side in found["candidates"]?.arrayValue ?? [] {
                #expect(side["before"] == ["candidates": [], "shown": .string(Self.base)])
                #expect(side["changes"] == nil)
            }
        }
    }

    @Test func listsShowAndReportShowATitleThatSomebodyWrote() throws {
        let server = try TestServer()
        let (leader, auditor) = try dispute(server)
        let shown = try #require(try leader.json("finding", "show", "A-01")["title"]?.plain)
        #expect([Self.theirs, Self.own].contains(shown))

        for place in [leader, auditor] {
            #expect(try place.json("finding", "show", "A-01")["title"]?.plain == shown)
            #expect(try text(place, "finding", "list").contains("! " + shown))
            #expect(try text(place, "finding", "show", "A-01").contains("A-01 " + shown))
            #expect(try text(place, "conflicts").contains(shown))
            try place.json("report", "--output", place.path("r.html"))
            let report = try String(contentsOfFile: place.path("r.html"), encoding: .utf8)
            #expect(report.contains(shown))
            #expect(!report.contains("Records of training missing for 4 of 12"))
        }
        let blame = try text(leader, "blame", "A-01", "title")
        #expect(blame.contains("in conflict with") && blame.contains("replaced: " + Self.base))
        let state = try leader.json("state", "--digest")["digest"]
        #expect(try auditor.json("state", "--digest")["digest"] == state)
    }

    @Test func anEditReplacesItsAuthorsOwnTitleAlone() throws {
        let server = try TestServer()
        let (leader, auditor) = try dispute(server)

        try auditor.json("finding", "edit", "A-01", "--title", "Training records missing")
        try TestTeam.sync(leader, auditor)

        #expect(sides(try conflict(leader)) == ["Training records missing", Self.own])
        try leader.json("finding", "edit", "A-01", "--title", "Training records missing")
        try TestTeam.sync(leader, auditor)
        #expect(try auditor.json("conflicts")["conflicts"] == [])
    }

    @Test func aTitleIsTakenAndWhoeverWasOverruledHearsOfIt() throws {
        let server = try TestServer()
        let (leader, auditor) = try dispute(server)
        let found = try conflict(leader)
        let values = found["candidates"]?.arrayValue?.map { $0["value"]?.plain } ?? []
        let number = try #require(values.firstIndex(of: Self.own)) + 1

        try leader.json("resolve", "A-01", "--take", "\(number)", "--reason", "counted again")
        try TestTeam.sync(leader, auditor)

        for place in [leader, auditor] {
            #expect(try place.json("conflicts")["conflicts"] == [])
            #expect(try place.json("finding", "show", "A-01")["title"]?.plain == Self.own)
        }
        let item = try auditor.json("inbox")["items"]?.arrayValue?.first
        #expect(item?["kind"] == "resolved")
        #expect(item?["mine"]?["value"]?.plain == Self.theirs)
        #expect(item?["by"]?["reason"] == "counted again")
    }

    @Test func aTitleOfOnesOwnDecidesToo() throws {
        let server = try TestServer()
        let (leader, auditor) = try dispute(server)

        let nothing = try leader.concord("resolve", "A-01", "--value", " ", "--reason", "none")
        #expect(nothing.status == 65 && nothing.errors.contains("the title is empty"))
        try leader.json("resolve", "A-01", "--value", "- a third", "--reason", "shorter")
        try TestTeam.sync(leader, auditor)

        #expect(try auditor.json("finding", "show", "A-01")["title"] == "- a third")
        #expect(try auditor.json("conflicts")["conflicts"] == [])
    }

    @Test func aTitleIsTakenBackAsAWhole() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", Self.base)
        let first = try place.json("finding", "edit", "L-01", "--title", Self.theirs)["write"]
        try place.json("finding", "edit", "L-01", "--title", Self.own)

        #expect(try text(place, "undo").contains("title: \(Self.own) -> \(Self.theirs)"))

        #expect(try place.json("finding", "show", "L-01")["title"]?.plain == Self.theirs)
        try place.json("redo")
        #expect(try place.json("finding", "show", "L-01")["title"]?.plain == Self.own)
        let before = try place.json("show", "L-01", "--at", try #require(first?.plain))
        #expect(before["fields"]?["title"]?.plain == Self.theirs)
    }

    @Test func titlesAndAConfirmationAtOnceAreAConflict() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        try auditor.json("finding", "add", "--title", Self.base, "--criterion", "20000-1:9.2=ofi")
        try auditor.json("finding", "submit", "A-01")
        try TestTeam.sync(leader, auditor)

        try leader.json("finding", "confirm", "A-01")
        try auditor.json("finding", "edit", "A-01", "--title", Self.theirs)
        try TestTeam.sync(leader, auditor)

        let found = try conflict(leader)
        #expect(found["kind"] == "confirmed-edited")
        #expect(try leader.json("finding", "show", "A-01")["state"] == "submitted")
        #expect(try text(leader, "conflicts", "show").contains("set the title to"))
    }
}
