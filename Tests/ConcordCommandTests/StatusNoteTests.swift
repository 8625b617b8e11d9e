import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Foundation
import Testing

/// What `concord status` keeps beside a replica with many findings.
@Suite struct StatusNoteTests {
    /// A workplace with so many drafts.
    private func workplace(findings: Int) throws -> Workplace {
        let place = try Workplace()
        try place.openEngagement()
        try place.save { edit in
            for number in 0..<findings {
                let digits = String(100_000_000_000 + number)
                edit.add(
                    "finding",
                    id: WireText("01900000-0000-7000-8000-\(digits)"),
                    fields: ["draftNumber": .string(WireText("A-\(number)")), "title": "Untested"]
                )
            }
        }
        return place
    }

    private func totals(_ place: Workplace) throws -> String {
        let outcome = try place.concord("status")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let line = outcome.output.split(separator: "\n").first { $0.contains(" nonconformit") }
        return try #require(line).trimmingCharacters(in: .whitespaces)
    }

    @Test func whatIsKeptIsToldUntilSomethingChanges() throws {
        let place = try workplace(findings: 210)
        let note = try place.replica() + ".status"

        #expect(try totals(place) == "210 findings, 0 nonconformities")
        var kept = try String(contentsOfFile: note, encoding: .utf8)
        #expect(kept.contains("\"findings\":210"))

        // What stands there is told, so it was not computed again.
        kept = kept.replacingOccurrences(of: "\"findings\":210", with: "\"findings\":211")
        try Data(kept.utf8).write(to: URL(fileURLWithPath: note))
        #expect(try totals(place) == "211 findings, 0 nonconformities")

        try place.save { edit in
            let first: WireText = "01900000-0000-7000-8000-100000000000"
            edit.set(CellPath.finding(first, .title), to: "Tested")
        }
        #expect(try totals(place) == "210 findings, 0 nonconformities")
    }

    @Test func aNoteThatCannotBeReadIsAsGoodAsNone() throws {
        let place = try workplace(findings: 210)
        let note = try place.replica() + ".status"

        for text in ["", "{", "[]", "{\"stamp\":1}", String(repeating: "x", count: 5_000_000)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: note))
            #expect(try totals(place) == "210 findings, 0 nonconformities", "\(text.prefix(20))")
        }
    }

    @Test func ofFewFindingsNothingIsKept() throws {
        let place = try workplace(findings: 20)

        #expect(try totals(place) == "20 findings, 0 nonconformities")

        #expect(!FileManager.default.fileExists(atPath: try place.replica() + ".status"))
    }
}
