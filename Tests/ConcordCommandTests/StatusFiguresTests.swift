import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Foundation
import Testing

/// What `concord status` keeps beside a replica.
@Suite struct StatusFiguresTests {
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

    @Test func whatChangedIsCountedAgain() throws {
        let place = try workplace(findings: 210)

        #expect(try totals(place) == "210 findings, 0 nonconformities")
        #expect(FileManager.default.fileExists(atPath: try place.replica() + ".figures"))

        try place.save { edit in
            let first: WireText = "01900000-0000-7000-8000-100000000000"
            edit.hide(kind: "finding", id: first)
        }
        #expect(try totals(place) == "209 findings, 0 nonconformities")
        #expect(try totals(place) == "209 findings, 0 nonconformities")
    }

    @Test func aFileThatCannotBeReadIsAsGoodAsNone() throws {
        let place = try workplace(findings: 21)
        let file = try place.replica() + ".figures"

        for text in ["", "{", String(repeating: "x", count: 50_000)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            #expect(try totals(place) == "21 findings, 0 nonconformities", "\(text.prefix(20))")
        }
    }
}
