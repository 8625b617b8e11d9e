import ConcordDiff
import ConcordEncoding
import ConcordModel

// Merged and confirmed findings, what is cited, and what one writes twice.
extension Histories {
    private static let leaders: KeyValuePairs<String, Role> = ["ben": .auditor, "gus": .lead]

    /// Findings f1, f2 … of ben's, submitted, each with a criterion of its own.
    private static func findings(_ world: World, _ count: Int) throws {
        for number in 1...count {
            let id = "f\(number)"
            try world["ben"].save(
                .add("finding/\(id)", ["state": "draft", "title": "Logs"]),
                .add(
                    "criterion/c\(number)",
                    ["finding": .string(id), "standard": "s", "clause": "8", "grade": "minor"]
                )
            )
            try world["ben"].save(.set("finding/\(id)/state", "submitted"))
        }
    }

    /// Findings of ben's, each with the same clause and piece of evidence, so that merges leave nothing behind.
    private static func twins(_ world: World, _ count: Int) throws {
        for number in 1...count {
            let id: WireText = "f\(number)"
            let fields: JSONObject = [
                "finding": .string(id), "standard": "s", "clause": "8", "grade": "minor",
            ]
            try world["ben"].save(
                .add("finding/\(id)", ["state": "draft", "evidence": ["e": true]]),
                .add("criterion/\(twin(number))", fields)
            )
            try world["ben"].save(.set("finding/\(id)/state", "submitted"))
        }
    }

    private static func twin(_ number: Int) -> WireText {
        DerivedID.criterion(finding: "f\(number)", standard: "s", clause: "8")
    }

    /// The changes of a merge.
    static func merge(_ one: String, into other: String) -> [Change] {
        [
            .set("finding/\(one)/state", "merged"),
            .set("finding/\(one)/duplicateOf", .string(other)),
        ]
    }

    static let findings: [(name: String, make: @Sendable () throws -> History)] = [
        (
            "own writes without over",
            {
                try History(
                    "own writes without over",
                    ["ben": .auditor, "dot": .inTraining],
                    inTraining: ["dot": ["s"]],
                    setup: { try findings($0, 1) },
                    acts: { world in
                        func grade(_ value: JSON) -> Change {
                            let path = Actor.path("criterion/c1/grade")
                            return .raw(Operation(.add(value), at: path))
                        }
                        let one = try world["dot"].save(grade("major"))
                        let two = try world["ben"].save(grade("ofi"))
                        try world["dot"].receive(two)
                        let three = try world["dot"].save(grade("observation"))
                        try world["ben"].receive(one, three)
                        return [
                            one, two, three, try world["ben"].save(grade("minor")),
                            try world.ada.save(.set("criterion/c1/grade", "major")),
                        ]
                    }
                )
            }
        ),
        (
            "merges both ways",
            {
                try History(
                    "merges both ways",
                    leaders,
                    setup: { try twins($0, 2) },
                    acts: { world in
                        let one = try world.ada.save(merge("f1", into: "f2"))
                        let two = try world["gus"].save(merge("f2", into: "f1"))
                        try world["ben"].receive(one, two)
                        let three = try world["ben"].save(
                            .set("finding/f2/state", "merged"),
                            .set("finding/f2/unit", "IT")
                        )
                        try world.ada.receive(two, three)
                        return [
                            one, two, three,
                            try world.ada.save(.set("finding/f1/state", "merged")),
                            try world["gus"].save(.set("finding/f2/state", "submitted")),
                        ]
                    }
                )
            }
        ),
        (
            "said in what was ended",
            {
                try History(
                    "said in what was ended",
                    leaders,
                    setup: { try findings($0, 2) },
                    acts: { world in
                        let merge = try world.ada.save(merge("f1", into: "f2"))
                        try world["gus"].receive(merge)
                        let end = try world["gus"].save(
                            .set("finding/f2/state", "withdrawn", reason: "no")
                        )
                        try world["ben"].receive(merge)
                        let said = try world["ben"].save(
                            .set("criterion/c1/grade", "major"),
                            .set("finding/f1/unit", "HR")
                        )
                        try world.ada.receive(end, said)
                        return [
                            merge, end, said,
                            try world["ben"].save(.put("finding/f2/evidence/v")),
                            try world.ada.save(.set("finding/f1/state", "submitted")),
                        ]
                    }
                )
            }
        ),
        (
            "merges in a circle",
            {
                try History(
                    "merges in a circle",
                    leaders,
                    setup: { try twins($0, 3) },
                    acts: { world in
                        let one = try world.ada.save(merge("f1", into: "f2"))
                        try world["gus"].receive(one)
                        let two = try world["gus"].save(merge("f2", into: "f3"))
                        try world["ben"].receive(one, two)
                        let three = try world["ben"].save(merge("f3", into: "f1"))
                        try world.ada.receive(two, three)
                        try world["gus"].receive(three)
                        return [
                            one, two, three,
                            try world.ada.save(.set("finding/f1/state", "submitted")),
                            try world["gus"].save(
                                .set("finding/f3/state", "withdrawn", reason: "no"),
                                .set("finding/f2/duplicateOf", "f2")
                            ),
                        ]
                    }
                )
            }
        ),
        (
            "merges into what ends",
            {
                try History(
                    "merges into what ends",
                    leaders,
                    setup: { try twins($0, 3) },
                    acts: { world in
                        let one = try world.ada.save(merge("f1", into: "f2"))
                        try world["gus"].receive(one)
                        let two = try world["gus"].save(
                            .set("finding/f2/state", "withdrawn", reason: "no")
                        )
                        try world["ben"].receive(one, two)
                        let three = try world["ben"].save(merge("f3", into: "f1"))
                        return [
                            one, two, three,
                            try world.ada.save(.set("finding/f2/unit", "IT")),
                            try world["gus"].save(.set("finding/f2/state", "draft")),
                        ]
                    }
                )
            }
        ),
        (
            "merges into what is hidden",
            {
                try History(
                    "merges into what is hidden",
                    leaders,
                    setup: { try twins($0, 2) },
                    acts: { world in
                        let one = try world.ada.save(merge("f1", into: "f2"))
                        let two = try world["gus"].save(.hide("finding/f2"))
                        try world["ben"].receive(one, two)
                        try world.ada.receive(two)
                        return [
                            one, two, try world["ben"].save(.hide("finding/f2")),
                            try world.ada.save(.set("finding/f1/duplicateOf", nil)),
                            try world["gus"].save(.restore("finding/f2")),
                        ]
                    }
                )
            }
        ),
        (
            "merges and their contents",
            {
                try History(
                    "merges and their contents",
                    leaders,
                    setup: { try twins($0, 2) },
                    acts: { world in
                        let one = try world.ada.save(merge("f1", into: "f2"))
                        let two = try world["gus"].save(.take("finding/f2/evidence/e"))
                        try world["ben"].receive(one)
                        let three = try world["ben"].save(
                            .set("criterion/\(twin(2))/grade", "ofi")
                        )
                        try world["gus"].receive(one, three)
                        return [
                            one, two, three,
                            try world["gus"].save(.put("finding/f2/evidence/e")),
                            try world["gus"].save(.hide("criterion/\(twin(1))")),
                        ]
                    }
                )
            }
        ),
        (
            "confirmed here, graded there",
            {
                try History(
                    "confirmed here, graded there",
                    leaders,
                    setup: { try findings($0, 1) },
                    acts: { world in
                        let one = try world.ada.save(.set("finding/f1/state", "confirmed"))
                        let two = try world["ben"].save(.set("criterion/c1/grade", "major"))
                        try world["gus"].receive(one, two)
                        let three = try world["gus"].save(.set("finding/f1/state", "confirmed"))
                        try world["ben"].receive(one, three)
                        return [
                            one, two, three,
                            try world["ben"].save(
                                .set("criterion/c1/grade", "ofi"),
                                .set("finding/f1/unit", "IT")
                            ),
                            try world.ada.save(
                                .type("finding/f1/statement", at: 0, "Old "),
                                .set("finding/f1/title", "Old logs")
                            ),
                        ]
                    }
                )
            }
        ),
        (
            "proposed beside a confirmation",
            {
                try History(
                    "proposed beside a confirmation",
                    leaders,
                    setup: { world in
                        try findings(world, 1)
                        try world.syncAll()
                        try world.ada.save(.set("finding/f1/state", "confirmed"))
                    },
                    acts: { world in
                        let fields: JSONObject = [
                            "finding": "f1", "standard": "s", "clause": "9", "grade": "major",
                        ]
                        let one = try world["ben"].save(.add("criterion/d1", fields))
                        let two = try world["ben"].save(
                            .hide("criterion/c1"),
                            .type("finding/f1/statement", at: 0, "Old "),
                            .set("finding/f1/title", "Old logs")
                        )
                        let three = try world["gus"].save(.set("criterion/c1/grade", "major"))
                        try world.ada.receive(one, two)
                        return [
                            one, two, three, try world.ada.save(.restore("criterion/d1")),
                            try world["gus"].save(.hide("criterion/d1")),
                        ]
                    }
                )
            }
        ),
        (
            "cited here, hidden there",
            {
                try History(
                    "cited here, hidden there",
                    auditors,
                    setup: { world in
                        try world["ben"].save(.add("evidence/e1", ["kind": "photo"]))
                        try world["ben"].save(.add("finding/f1", [:]))
                    },
                    acts: { world in
                        let one = try world["ben"].save(.hide("evidence/e1"))
                        let two = try world["cem"].save(.put("finding/f1/evidence/e1"))
                        try world.ada.receive(one, two)
                        return [
                            one, two, try world["cem"].save(.take("finding/f1/evidence/e1")),
                            try world.ada.save(.hide("evidence/e1")),
                            try world["ben"].save(.restore("evidence/e1")),
                        ]
                    }
                )
            }
        ),
    ]
}
