import ConcordEncoding
import Testing

@Suite("The canonical form of RFC 8785")
struct CanonicalFormTests {
    private func canonical(_ text: String) throws -> String {
        try JSON(parsing: Array(text.utf8)).canonicalText
    }

    @Test func keysAreSortedByTheirUTF16CodeUnits() throws {
        let text = #"""
            {"\uF8FF":1, "é":2, "\uD834\uDD1E":3, "2":4, "":5, "\u0085":6, "€":7, "\n":8, "10":9}
            """#

        let value = try JSON(parsing: Array(text.utf8))

        #expect(
            value.objectValue?.keys == [
                "", "\n", "10", "2", "\u{85}", "é", "€", "\u{1D11E}", "\u{F8FF}",
            ]
        )
        #expect(value.objectValue?.values == [5, 8, 9, 4, 6, 2, 7, 3, 1])
    }

    @Test func onlyTheShortestEscapesAreWritten() throws {
        let text = #""\u0008\u0009\u000A\u000C\u000D\u0022\u005C\u002f\u001F\u0000\u007f\u20ac""#

        let expected = #""\b\t\n\f\r\"\\/\u001f\u0000"# + "\u{7F}€\""
        #expect(try canonical(text) == expected)
    }

    @Test func whiteSpaceVanishes() throws {
        #expect(
            try canonical(" [ 1 ,\t{ \"a\" : null\r\n} , [ ] , { } ]\n") == #"[1,{"a":null},[],{}]"#
        )
    }

    @Test(arguments: [
        "0", "1", "-1", "10", "9007199254740991", "-9007199254740991", "true", "false", "null",
        "\"\"", "[]", "{}",
    ])
    func scalarsAndEmptyContainersStandAsTheyAre(_ text: String) throws {
        #expect(try JSON(canonicalBytes: Array(text.utf8), limits: .diff).canonicalText == text)
    }

    @Test func stringsInTwoNormalFormsAreTwoValues() throws {
        let composed: JSON = "\u{E9}"
        let decomposed: JSON = "e\u{301}"
        let both: JSONObject = ["\u{E9}": 1, "e\u{301}": 2]

        #expect(composed != decomposed)
        #expect(both.count == 2)
        #expect(both["e\u{301}"] == 2)
        #expect(try JSON(parsing: both.canonicalBytes) == .object(both))
    }

    @Test func literalsMakeValues() {
        let value: JSON = ["a": [1, "two", true, .null], "b": ["c": -3]]

        #expect(value.canonicalText == #"{"a":[1,"two",true,null],"b":{"c":-3}}"#)
        #expect(value["b"]?["c"]?.integerValue == -3)
        #expect(value["a"]?.arrayValue?[1].stringValue == "two")
        #expect(value["a"]?.arrayValue?[2].boolValue == true)
        #expect(value["a"]?.arrayValue?[3].isNull == true)
        #expect(value["c"] == nil)
    }

    @Test func settingAndRemovingMembersKeepsTheOrder() {
        var object = JSONObject()
        for key in ["m", "c", "x", "a"] { object[WireText(key)] = .string(key) }
        object["c"] = nil
        object["x"] = 1
        object["absent"] = nil

        #expect(object.keys == ["a", "m", "x"])
        #expect(object.map { $0.value } == ["a", "m", 1])
        #expect(!object.isEmpty)
    }
}
