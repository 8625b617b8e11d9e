import ConcordEncoding
import ConcordModel
import Testing

@Suite("What members are called")
struct MemberLabelsTests {
    private func person(
        _ id: WireText,
        _ name: WireText?,
        _ letter: WireText?,
        key: WireText? = nil
    ) -> MemberLabels.Person {
        MemberLabels.Person(id: id, name: name, letter: letter, key: key ?? "key-of-\(id)")
    }

    @Test func whatIsUniqueIsShownAsItIs() {
        let labels = MemberLabels([person("m1", "Ada", "A"), person("m2", "Ben", "B")])

        #expect(labels.name(of: "m1") == "Ada")
        #expect(labels.letter(of: "m2") == "B")
        #expect(labels.number("B-07", raisedBy: "m2") == "B-07")
        #expect(labels.name(of: "m3") == nil)
    }

    @Test func theLaterOfTwoWithOneLetterGetsADigit() {
        let labels = MemberLabels([
            person("m1", "Ada", "B"), person("m2", "Ben", "B2"), person("m3", "Cem", "B"),
            person("m4", "Dot", "B"), person("m5", "Eva", "B2"),
        ])

        let letters = (1...5).map { labels.letter(of: "m\($0)") }
        #expect(letters == ["B", "B2", "B3", "B4", "B22"])
        #expect(labels.number("B-07", raisedBy: "m1") == "B-07")
        #expect(labels.number("B-07", raisedBy: "m3") == "B3-07")
        #expect(labels.number("B2-07", raisedBy: "m5") == "B22-07")
    }

    @Test func aNumberThatSaysNothingOfItsLetterStays() {
        let labels = MemberLabels([person("m1", "Ada", "B"), person("m2", "Ben", "B")])

        #expect(labels.number("F-12", raisedBy: "m2") == "F-12")
        #expect(labels.number("BX-12", raisedBy: "m2") == "BX-12")
        #expect(labels.number("B-12", raisedBy: nil) == "B-12")
        #expect(labels.number("B-12", raisedBy: "m9") == "B-12")
    }

    @Test func aNameOfTwoIsShownWithItsLetter() {
        let labels = MemberLabels([
            person("m1", "Ada", "A"), person("m2", "ADA ", "B"), person("m3", "Cem", "C"),
        ])

        #expect(labels.name(of: "m1") == "Ada (A)")
        #expect(labels.name(of: "m2") == "ADA  (B)")
        #expect(labels.name(of: "m3") == "Cem")
    }

    @Test func namesThatDifferInSpellingAloneAreOne() {
        let labels = MemberLabels([
            person("m1", "Ren\u{E9}", "A"), person("m2", "Rene\u{301}", "B"),
        ])

        #expect(labels.name(of: "m1") == "Ren\u{E9} (A)")
        #expect(labels.name(of: "m2") == "Rene\u{301} (B)")
    }

    @Test func whereLettersDoNotHelpTheKeyDoes() {
        let labels = MemberLabels([
            person("m1", "Ada", nil, key: "qqqqqqqqq"), person("m2", "Ada", nil, key: "wwwwwwwww"),
        ])

        #expect(labels.name(of: "m1") == "Ada (qqqqqqqq)")
        #expect(labels.name(of: "m2") == "Ada (wwwwwwww)")
    }

    @Test func nobodyTakesALabelByTheirName() {
        let labels = MemberLabels([
            person("m1", "Ada (B)", "A", key: "qqqqqqqqq"),
            person("m2", "Ada", "B", key: "wwwwwwwww"),
            person("m3", "Ada", "C"),
        ])

        #expect(labels.name(of: "m1") == "Ada (B)")
        #expect(labels.name(of: "m2") == "Ada (B) (wwwwwwww)")
        #expect(labels.name(of: "m3") == "Ada (C)")
    }

    @Test func aStateDocumentIsLabelled() {
        let labels = MemberLabels([person("m1", "Ada", "B"), person("m2", "Ada", "B")])
        let state: JSONObject = [
            "member": [
                "m1": ["letter": "B", "name": "Ada"], "m2": ["letter": "B", "name": "Ada"],
            ],
            "finding": [
                "f1": ["draftNumber": "B-01", "raisedBy": "m1"],
                "f2": ["draftNumber": "B-01", "raisedBy": "m2"], "f3": ["draftNumber": "B-02"],
            ],
        ]

        let shown = labels.labelling(state)

        #expect(
            JSON.object(shown) == [
                "member": [
                    "m1": ["letter": "B", "name": "Ada (B)"],
                    "m2": ["letter": "B2", "name": "Ada (B2)"],
                ],
                "finding": [
                    "f1": ["draftNumber": "B-01", "raisedBy": "m1"],
                    "f2": ["draftNumber": "B2-01", "raisedBy": "m2"],
                    "f3": ["draftNumber": "B-02"],
                ],
            ]
        )
    }

    @Test func aNumberStandsForOneFinding() {
        let labels = MemberLabels([person("m1", "Lea", "L"), person("m2", "Ben", "B")])
        let state: JSONObject = [
            "finding": [
                "f-aaaaaa": ["draftNumber": "L-01", "raisedBy": "m2"],
                "f-bbbbbb": ["draftNumber": "L-01"],
                "f-cccccc": ["draftNumber": "L-01", "raisedBy": "m1"],
                "f-dddddd": ["draftNumber": "L-01", "raisedBy": "m1"],
                "f-eeeeee": ["draftNumber": "B-01", "raisedBy": "m2"],
            ]
        ]

        let shown = labels.labelling(state)["finding"]?.objectValue ?? [:]

        let numbers = shown.map { $0.value["draftNumber"]?.stringValue ?? "" }.sorted()
        #expect(numbers == ["B-01", "L-01", "L-01/aaaaaa", "L-01/bbbbbb", "L-01/dddddd"])
        #expect(shown["f-cccccc"]?["draftNumber"] == "L-01")
    }

    @Test(arguments: [
        "t\u{43E}mas", "\u{FF54}omas", "TOMAS\u{A0}", "tom\u{3B1}s", "toma\u{17F}", "tomas\u{2060}",
        "tomas\u{3164}", "t\u{34F}omas", "\u{1D57}omas", "\u{1D42D}omas", "\u{422}\u{41E}MAS",
    ]) func whoseNameLooksLikeAnothersIsToldFromThem(name: String) {
        let labels = MemberLabels([
            person("m1", "tomas", "A"), person("m2", WireText(name), "B"),
        ])

        #expect(labels.name(of: "m1") == "tomas (A)")
        #expect(labels.name(of: "m2") == WireText("\(name) (B)"))
    }

    @Test func namesOfOtherScriptsAreTheirOwn() {
        let labels = MemberLabels([
            person("m1", "\u{420}\u{43E}\u{437}\u{430}", "A"), person("m2", "Rosa", "B"),
            person("m3", "\u{39D}\u{3AF}\u{3BA}\u{3BF}\u{3C2}", "C"), person("m4", "Nikos", "D"),
        ])

        #expect(labels.name(of: "m1") == "\u{420}\u{43E}\u{437}\u{430}")
        #expect(labels.name(of: "m2") == "Rosa")
        #expect(labels.name(of: "m3") == "\u{39D}\u{3AF}\u{3BA}\u{3BF}\u{3C2}")
    }

    @Test func aLetterIsOneThatAnybodyCanType() {
        let labels = MemberLabels([
            person("m1", "Ada", "B"), person("m2", "Ben", "B\u{301}"), person("m3", "Cem", "B "),
            person("m4", "Dot", "B\u{410}"), person("m5", "Eva", "\u{410}"),
            person("m6", "Fay", "b"),
            person("m7", "Gus", "Ba3f"), person("m8", "Hal", "Bbbbbbbbbbbbbbbb"),
        ])

        let letters = (1...8).map { labels.letter(of: "m\($0)") }
        #expect(letters == ["B", "B2", "B3", "B4", nil, nil, "Ba3f", "Bbbbbbbb"])
        #expect(labels.number("B\u{301}-07", raisedBy: "m2") == "B2-07")
    }

    @Test(arguments: [
        "\u{410}-01", "A\u{2010}01", "\u{FF21}-01", "A-01\u{200B}", "A-O1", "A-01 ", "A-0\u{661}",
        "a-01",
        "(A-01)", "A-01/f1f1f1", "A-1\u{301}", "A-",
    ]) func whatOnlyLooksLikeANumberIsShownWithItsID(number: String) {
        let labels = MemberLabels([person("m1", "Ada", "A"), person("m2", "Ben", "B")])
        let state: JSONObject = [
            "finding": [
                "f-aaaaaa": ["draftNumber": .string(WireText(number)), "raisedBy": "m1"],
                "f-bbbbbb": ["draftNumber": "A-01", "raisedBy": "m1"],
            ]
        ]

        let shown = labels.labelling(state)["finding"]

        #expect(shown?["f-aaaaaa"]?["draftNumber"]?.stringValue == WireText("\(number)/aaaaaa"))
        #expect(shown?["f-bbbbbb"]?["draftNumber"] == "A-01")
    }

    @Test func aMemberWithoutANameIsCalledByTheirID() {
        let labels = MemberLabels([person("m1", nil, "A"), person("m2", " ", "B")])

        #expect(labels.name(of: "m1") == "m1")
        #expect(labels.name(of: "m2") == "m2")
    }
}
