import ConcordEncoding
import ConcordModel
import Testing

@testable import ConcordReports

struct HTMLReportTests {
    @Test(arguments: [
        "<script>alert(1)</script>", "\" onload=\"x", "' onload='x", "</style><b>", "<!--", "&lt;",
    ])
    func noTextOfARecordBecomesMarkup(text: String) {
        // The same first letter, so that lists that are sorted by text keep their order.
        let plain = structure(HTMLReport.render(ReportFixture.hostile("A plain text")))

        let html = HTMLReport.render(ReportFixture.hostile("A\(text)"))

        let tags = structure(html)
        let difference = zip(tags, plain).first { $0 != $1 }
        #expect(difference == nil && tags.count == plain.count, "\(difference ?? ("", ""))")
        #expect(!html.contains(text) || text == "&lt;")
    }

    @Test func markupBehindACombiningMarkIsEscapedToo() {
        for mark in ["\u{301}", "\u{200D}", "\u{FE0F}"] {
            for scalar in ["<", ">", "\"", "'", "&"] {
                let escaped = HTMLEscaping().escapeText(scalar + mark)

                #expect(!escaped.unicodeScalars.starts(with: (scalar + mark).unicodeScalars))
                #expect(escaped.unicodeScalars.contains(";"))
            }
        }
        let html = HTMLReport.render(ReportFixture.hostile("\"\u{301} onclick=x"))
        #expect(!html.unicodeScalars.contains("\u{301}") || !scalars(html).contains("\"\u{301}"))
    }

    @Test func controlCharactersDoNotReachTheFile() {
        let html = HTMLReport.render(ReportFixture.hostile("a\u{0}b\u{1B}c\u{85}d"))

        #expect(!html.unicodeScalars.contains { $0 == "\u{0}" || $0 == "\u{1B}" || $0 == "\u{85}" })
        #expect(html.contains("a\u{2400}b\u{241B}c&lt;U+0085&gt;d"))
    }

    @Test func everyFindingOfTheSampleIsListedOnceAsARecord() throws {
        let input = try ReportFixture.sample()

        let html = HTMLReport.render(input)

        #expect(!input.audit.findings.isEmpty)
        for finding in input.audit.findings {
            let title = HTMLEscaping().escapeText(finding.title?.string ?? "")
            #expect(html.components(of: "<article id=\"finding-\(finding.id)\"") == 2)
            #expect(html.contains("<h3>\(title)</h3>"))
        }
    }

    @Test func whatIsOnlyProposedStandsBesideItsFinding() throws {
        var input = try ReportFixture.sample()
        let finding = try #require(input.audit.findings.first)
        let criterion = try #require(finding.criteria.first { $0.reference != nil })
        input.proposals = [ReportProposal(record: criterion.id, field: "grade", person: "Tomas")]

        let html = HTMLReport.render(input)

        let clause = try #require(criterion.reference?.clause)
        #expect(html.contains("Proposed, and not decided yet: \(finding.label) against "))
        #expect(html.contains(" \(clause): grade, by Tomas</p>"))
        #expect(!HTMLReport.render(try ReportFixture.sample()).contains("Proposed, and not"))
    }

    @Test func bothStandardsHaveTheirCountsCoverageAndConclusion() throws {
        let input = try ReportFixture.sample()

        let html = HTMLReport.render(input)

        for (index, standard) in input.audit.standards.enumerated() {
            let catalogue = try #require(input.catalogues[standard])
            #expect(html.contains("<h2>\(catalogue.edition)</h2>"))
            #expect(html.contains("id=\"conclusion-std-\(index)\""))
            #expect(html.contains("\(catalogue.auditableLeaves.count) clauses, 0 in the plan"))
            for leaf in catalogue.auditableLeaves {
                let title = HTMLEscaping().escapeText(leaf.title.string)
                #expect(html.contains("<p><b>\(leaf.number)</b> \(title)</p>"))
            }
        }
    }

    @Test func equalInputsGiveEqualBytes() throws {
        let first = HTMLReport.render(try ReportFixture.sample())
        let second = HTMLReport.render(try ReportFixture.sample())

        #expect(Array(first.utf8) == Array(second.utf8))
    }

    @Test func fileNeedsNothingFromElsewhere() throws {
        let html = HTMLReport.render(try ReportFixture.sample())

        for word in ["<script", "<link", "<img", "<iframe", "@import", "url(", "src=", "{{", "}}"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("<meta charset=\"utf-8\">"))
        #expect(html.contains("@media print"))
        #expect(html.hasSuffix("</html>\n"))
    }

    @Test func noTextTurnsWhatStandsBesideIt() {
        let html = HTMLReport.render(ReportFixture.hostile("\u{202E}turned\u{2066}"))
        let hebrew = HTMLReport.render(ReportFixture.hostile("שלום"))

        #expect(!html.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{2066}" })
        #expect(html.contains("&lt;U+202E&gt;turned&lt;U+2066&gt;"))
        #expect(hebrew.contains("\u{2068}שלום\u{2069}"))
        #expect(hebrew.contains("unicode-bidi: isolate"))
    }

    @Test func openConflictIsShownOnTheCoverAndAtItsFinding() throws {
        var input = try ReportFixture.sample()
        let finding = try #require(input.audit.findings.first)
        let criterion = try #require(finding.criteria.first)
        input.people = ["m1": "Ines Carrow"]
        input.conflicts = [
            ReportConflict(
                record: criterion.id,
                field: "grade",
                kind: "ask",
                candidates: [
                    .init(
                        value: "major",
                        person: "m1",
                        device: "laptop",
                        time: "2014-06-04T10:40:00+02:00"
                    ),
                    .init(value: "ofi", person: "Ruth", device: "phone", time: "?"),
                ]
            )
        ]

        let html = HTMLReport.render(input)

        #expect(html.contains("1 open conflict: what is shown is provisional"))
        #expect(html.components(of: "<b>Open conflict</b>") == 3)
        #expect(html.contains("<p class=\"value\">Major nonconformity</p>"))
        #expect(html.contains("Ines Carrow · laptop · 4 June 2014, 10:40"))
        #expect(html.contains("contested-mark"))
        #expect(
            !HTMLReport.render(try ReportFixture.sample()).contains("class=\"contested-mark\"")
        )
    }

    @Test func emptyStateMakesAReportToo() {
        let html = HTMLReport.render(ReportFixture.input([:]))

        #expect(html.contains("Unnamed organization"))
        #expect(html.contains("There are none."))
    }

    /// Ids of records stand in anchors and links.
    @Test func noIdOfARecordBecomesMarkup() throws {
        func html(_ id: WireText) -> String {
            HTMLReport.render(
                ReportFixture.input([
                    "engagement": ["e": ["standards": ["iso-9001-2008": true]]],
                    "finding": [
                        id: [
                            "title": "T", "state": "confirmed", "unit": .string(id),
                            "site": .string(id), "raisedBy": .string(id),
                            "contributors": [id: true], "relatedTo": [id: true, "\(id)2": true],
                            "repeats": .string(id), "evidence": [id: true],
                        ]
                    ],
                    "criterion": [
                        id: [
                            "finding": .string(id), "standard": "iso-9001-2008", "clause": "8.3",
                            "grade": "minor",
                        ]
                    ],
                    "evidence": [id: ["title": "V", "capturedBy": .string(id)]],
                    "action": [id: ["finding": .string(id), "owner": .string(id)]],
                ])
            )
        }
        let plain = structure(html("id"))

        for id: WireText in ["\"><i>", "'x", "<b>", "&lt;", "\"onload=\"x"] {
            let hostile = html(id)
            #expect(structure(hostile) == plain, "\(id)")
            #expect(!hostile.contains("finding-\(id)\"") || id == "'x", "\(id)")
        }
    }

    @Test func aReportIsADraftUntilItIsSigned() {
        func html(_ state: JSON) -> String {
            HTMLReport.render(ReportFixture.input(["engagement": ["e": ["state": state]]]))
        }

        #expect(html("inReview").contains("<span class=\"draft\">Draft</span>"))
        for state in ["signed", "closed"] {
            #expect(!html(.string(state)).contains("<span class=\"draft\">"))
        }
    }

    @Test func aRecommendationThatTheFactsDoNotAllowIsMarked() {
        func html(_ recommendation: JSON, grade: JSON) -> String {
            HTMLReport.render(
                ReportFixture.input([
                    "engagement": ["e": ["standards": ["iso-9001-2008": true]]],
                    "finding": ["f": ["title": "T", "state": "confirmed"]],
                    "criterion": [
                        "c": [
                            "finding": "f", "standard": "iso-9001-2008", "clause": "8.3",
                            "grade": grade,
                        ]
                    ],
                    "conclusion": [
                        "k": ["standard": "iso-9001-2008", "recommendation": recommendation]
                    ],
                ])
            )
        }
        let words = "do not allow this"

        #expect(html("certify", grade: "major").contains(words))
        #expect(!html("certify", grade: "observation").contains(words))
    }

    @Test func plannedClausesThatNobodyReachedAreNamed() throws {
        let html = HTMLReport.render(
            ReportFixture.input([
                "engagement": ["e": ["standards": ["iso-9001-2008": true], "state": "inReview"]],
                "planSlot": ["p": ["title": "T", "clauses": ["iso-9001-2008 8.3": true]]],
                "conclusion": ["k": ["standard": "iso-9001-2008"]],
            ])
        )

        #expect(html.contains("<dt>Clauses without a record</dt>"))
        #expect(html.contains("<span class=\"status\">\(CoverageStatus.notReached.title)</span>"))
    }

    @Test func anAnswerSaysWhoVerifiedItAndThatItIsClosed() {
        func html(_ state: JSON) -> String {
            HTMLReport.render(
                ReportFixture.input([
                    "engagement": ["e": ["standards": ["iso-9001-2008": true]]],
                    "member": ["m": ["name": "Ines Carrow", "role": "lead"]],
                    "finding": ["f": ["title": "T", "state": "issued", "ncNumber": "NC-1"]],
                    "criterion": [
                        "c": [
                            "finding": "f", "standard": "iso-9001-2008", "clause": "8.3",
                            "grade": "minor",
                        ]
                    ],
                    "action": [
                        "a": [
                            "finding": "f", "state": state, "correction": "Mended.",
                            "verifiedBy": "m", "verifiedAt": "2014-07-01T10:00:00+02:00",
                            "verificationMethod": "on site", "effective": true,
                        ]
                    ],
                ])
            )
        }

        #expect(html("closed").contains("<span class=\"step closed\">Closed</span>"))
        #expect(!html("planned").contains("<span class=\"step closed\">"))
        #expect(
            html("closed").contains("Effective, on site, by Ines Carrow, 1 July 2014, 10:00</dd>")
        )
    }

    @Test func datesAreWrittenAsPeopleDo() {
        #expect(ReportDate.range("2014-12-30", "2015-01-02") == "30 December 2014 – 2 January 2015")
        #expect(ReportDate.range("2014-06-03", "2015-06-05") == "3 June 2014 – 5 June 2015")
        #expect(ReportDate.range("2014-06-03", "2014-06-05") == "3–5 June 2014")
        #expect(ReportDate.range("2014-06-30", "2014-07-01") == "30 June 2014 – 1 July 2014")
        #expect(ReportDate.range("2014-06-03", nil) == "3 June 2014")
        #expect(ReportDate.moment("2014-06-03T09:05:00+02:00") == "3 June 2014, 09:05")
        #expect(ReportDate.moment("soon") == "soon")
        #expect(ReportDate.day("2014-13-03") == "2014-13-03")
    }

    /// The tags of a file with their attributes' names, without any text.
    private func structure(_ html: String) -> [String] {
        var tags: [String] = []
        for part in scalars(html).split(separator: "<").dropFirst() {
            let tag = part.prefix { $0 != ">" }
            var outside = ""
            var isQuoted = false
            for character in tag {
                if character == "\"" { isQuoted.toggle() }
                if !isQuoted { outside.append(character) }
            }
            tags.append(outside)
        }
        return tags
    }

    /// The text with each scalar as a character of its own.
    private func scalars(_ text: String) -> String {
        text.unicodeScalars.map { String($0) }.joined(separator: "")
    }
}

extension String {
    /// How many parts another text splits it into.
    fileprivate func components(of separator: String) -> Int {
        var count = 1
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
