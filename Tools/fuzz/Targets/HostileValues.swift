import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Names and values that have stopped programs before, and plausible ones.
enum HostileValues {
    /// Strings that Swift calls equal, that terminals obey, that end too early, that are long.
    static let strings: [WireText] = [
        "", "x", "é", "e\u{301}", "K", "\u{212A}", "Å", "A\u{30A}", "\u{212B}", "\0", "a\0b",
        "\r\n", "\n",
        "\u{1B}[2J", "\u{202E}abc", "~", "/", "a/b~c", "\u{FFFD}", "🇩🇪", "👩‍👩‍👧", "\u{300}\u{301}", "ß",
        "ſ",
        "null", "true", "0", "-1", "9007199254740991", "2026-02-30", "9999-12-31T23:59:59Z",
        "__proto__",
        WireText(String(repeating: "long ", count: 100)),
        WireText(String(repeating: "\u{301}", count: 50)),
    ]

    /// Ids of records; most histories stay with the first few, so that writes meet.
    static let records: [WireText] = [
        "r1", "r2", "r3", "é", "e\u{301}", "K", "\u{212A}", "\0", "a/b~c", "engagement",
    ]

    /// Kinds, known and unknown.
    static let kinds: [WireText] =
        ["finding", "finding", "criterion", "evidence", "note", "é", "e\u{301}", "planSlot"]
        + Schema.kinds.map(\.name)

    /// Members of sets.
    static let members: [WireText] = [
        "r1", "r2", "é", "e\u{301}", "K", "\u{212A}", "a/b", "\0", "",
    ]

    private static let standards: [WireText] = ["iso-9001-2008", "iso-iec-20000-1-2011", "é"]

    private static let times: [WireText] = [
        "2026-03-01T09:00:00+01:00", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "2026-03-01",
        "é",
    ]

    /// A value for a field of a kind.
    static func value(_ input: inout FuzzInput, field: Field?, depth: Int = 0) -> JSON {
        if let field, !input.happens(onceIn: 6) { return plausible(&input, field) }
        switch input.number(below: 9) {
        case 0: return .null
        case 1: return .bool(true)
        case 2: return .integer(9_007_199_254_740_991)
        case 3: return .integer(-9_007_199_254_740_991)
        case 4: return .integer(Int64(input.byte()) - 3)
        case 5 where depth < 3:
            return .array(
                (0..<input.number(below: 4)).map { _ in
                    value(&input, field: nil, depth: depth + 1)
                }
            )
        case 6 where depth < 3:
            var object: JSONObject = [:]
            for _ in 0..<input.number(below: 4) {
                // Keys within a value are ASCII.
                let key: WireText = input.pick([
                    "a", "b", "r1", "from", "to", "name", "members", "kind",
                ])
                object[key] = value(&input, field: nil, depth: depth + 1)
            }
            return .object(object)
        default: return .string(input.pick(strings))
        }
    }

    private static func plausible(_ input: inout FuzzInput, _ field: Field) -> JSON {
        switch field.rule {
        case .state(let cycle): return .string(input.pick(cycle.states))
        case .mostSevere(let order): return .string(input.pick(order))
        case .set: return ["r1": true, "r2": true, "iso-9001-2008": true]
        case .text: return .string(input.pick(["ab", "a longer text", "é"]))
        default: break
        }
        switch field.name {
        case "finding", "duplicateOf", "member", "redactionOf", "repeats", "seal":
            return .string(input.pick(records))
        case "role": return .string(input.pick(Role.allCases.map { WireText($0.rawValue) }))
        case "standard": return .string(input.pick(standards))
        case "clause": return .string(input.pick(["4.2.3", "8.1", "", "é", "4.2.3.4.5"]))
        case "from", "to", "capturedAt", "expires", "due", "evidenceDate":
            return .string(input.pick(times))
        case "status": return .string(input.pick(["active", "revoked", "open", "withdrawn"]))
        default: return .string(input.pick(["A", "B", "é", "e\u{301}"]))
        }
    }
}
