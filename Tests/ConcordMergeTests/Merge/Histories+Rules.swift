import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Histories of up to five diffs by three authors: one for each rule, and for what verdicts depend on.
enum Histories {
    static let all: [(name: String, make: @Sendable () throws -> History)] =
        rules + presences + steps + findings + verdicts + ownership + orders + seals

    static let auditors: KeyValuePairs<String, Role> = ["ben": .auditor, "cem": .auditor]

    static let rules: [(name: String, make: @Sendable () throws -> History)] = [
        (
            "newest",
            {
                try History(
                    "newest",
                    auditors,
                    setup: { try $0.ada.save(.add("evidence/e1", [:])) },
                    acts: {
                        world in
                        let path = "evidence/e1/place"
                        return [
                            try world["ben"].save(.set(path, "office")),
                            try world["ben"].save(.set(path, "cellar")),
                            try world["cem"].save(.set(path, "roof")),
                            try world["cem"].save(.set("evidence/e1/kind", "photo")),
                            try world.ada.save(.set(path, nil)),
                        ]
                    }
                )
            }
        ),
        (
            "ask",
            {
                try History(
                    "ask",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: {
                        world in
                        let path = "finding/f1/unit"
                        let one = try world["ben"].save(.set(path, "IT"))
                        let two = try world["cem"].save(.set(path, "HR"))
                        try world.ada.receive(one, two)
                        return [
                            one, two, try world.ada.save(.set(path, "QA", reason: "asked both")),
                            try world["ben"].save(.set(path, "MH")),
                            try world["cem"].save(.set("finding/f1/site", "S1")),
                        ]
                    }
                )
            }
        ),
        (
            "resolutions",
            {
                try History(
                    "resolutions",
                    ["ben": .auditor, "gus": .lead],
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: { world in
                        let path = "finding/f1/unit"
                        let one = try world["ben"].save(.set(path, "IT"))
                        let two = try world.ada.save(.set(path, "HR"))
                        try world.ada.receive(one)
                        try world["gus"].receive(one, two)
                        return [
                            one, two, try world.ada.save(.set(path, "IT")),
                            try world["gus"].save(.set(path, "HR")),
                            try world["ben"].save(.set(path, "HR")),
                        ]
                    }
                )
            }
        ),
        (
            "mostSevere",
            {
                try History(
                    "mostSevere",
                    ["ben": .auditor, "dot": .inTraining],
                    setup: {
                        try $0["ben"].save(
                            .add("finding/f1", [:]),
                            .add(
                                "criterion/c1",
                                ["finding": "f1", "standard": "iso-9001-2008", "clause": "8.4"]
                            )
                        )
                    },
                    acts: { world in
                        let path = "criterion/c1/grade"
                        let one = try world["ben"].save(.set(path, "minor"))
                        let two = try world["dot"].save(.set(path, "major"))
                        try world.ada.receive(one)
                        return [
                            one, two, try world.ada.save(.set(path, "observation")),
                            try world["dot"].save(.set(path, "ofi")),
                            try world["ben"].save(.set(path, "minor")),
                        ]
                    }
                )
            }
        ),
        (
            "set",
            {
                try History(
                    "set",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", ["evidence": ["e1": true]])) },
                    acts: { world in
                        let one = try world["ben"].save(
                            .take("finding/f1/evidence/e1"),
                            .put("finding/f1/evidence/e2")
                        )
                        let two = try world["cem"].save(.put("finding/f1/evidence/e1"))
                        try world.ada.receive(two)
                        return [
                            one, two, try world.ada.save(.take("finding/f1/evidence/e1")),
                            try world["ben"].save(.take("finding/f1/evidence/e2")),
                            try world["cem"].save(.put("finding/f1/evidence/e2")),
                        ]
                    }
                )
            }
        ),
        (
            "once",
            {
                try History(
                    "once",
                    auditors,
                    setup: { try $0.ada.save(.add("evidence/e1", [:])) },
                    acts: {
                        world in
                        let path = "evidence/e1/capturedBy"
                        let one = try world["ben"].save(.set(path, "ben"))
                        return [
                            one, try world["cem"].save(.set(path, "cem")),
                            try world["ben"].save(.set(path, "nobody")),
                            try world.ada.save(.set(path, "ada")),
                            try world["cem"].save(.set(path, "ben")),
                        ]
                    }
                )
            }
        ),
        (
            "once, and what belongs to whom",
            {
                // Which finding the criterion belongs to is written once: the log decides whether the
                // grade keeps the one or the other alive.
                try History(
                    "once, and what belongs to whom",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", [:]), .add("finding/f2", [:])) },
                    acts: { world in
                        let first = try world["ben"].save(.add("criterion/c1", ["finding": "f1"]))
                        let second = try world["cem"].save(.add("criterion/c1", ["finding": "f2"]))
                        let hidden = try world.ada.save(.hide("finding/f1"), .hide("finding/f2"))
                        return [
                            first, second, hidden,
                            try world["cem"].save(.set("criterion/c1/grade", "minor")),
                        ]
                    }
                )
            }
        ),
        (
            "text",
            {
                try History(
                    "text",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", ["statement": "Logs are kept."])) },
                    acts: { world in
                        let path = "finding/f1/statement"
                        let one = try world["ben"].save(.type(path, at: 9, "not "))
                        let two = try world["cem"].save(.type(path, at: 0, delete: 4, "Records"))
                        try world.ada.receive(one)
                        return [
                            one, two, try world.ada.save(.type(path, at: 9, "hardly ")),
                            try world["ben"].save(.type(path, at: 0, "Now: ")),
                            try world["cem"].save(.set("finding/f1/unit", "IT")),
                        ]
                    }
                )
            }
        ),
        (
            "proposals",
            {
                try History(
                    "proposals",
                    auditors,
                    setup: {
                        try $0.ada.save(
                            .add("planSlot/p1", ["title": "Opening", "clauses": ["4.1": true]])
                        )
                    },
                    acts: { world in
                        let one = try world["ben"].save(
                            .set("planSlot/p1/title", "Start"),
                            .take("planSlot/p1/clauses/4.1")
                        )
                        let two = try world["cem"].save(.set("planSlot/p1/title", "Welcome"))
                        try world.ada.receive(one)
                        return [
                            one, two, try world.ada.save(.set("planSlot/p1/title", "Start")),
                            try world["ben"].save(
                                .set("planSlot/p1/title", "Begin"),
                                .hide("planSlot/p1")
                            ),
                            try world["cem"].save(
                                .put("planSlot/p1/clauses/4.2"),
                                .add("planSlot/p2", [:])
                            ),
                        ]
                    }
                )
            }
        ),
        (
            "unknown kinds and fields",
            {
                try History(
                    "unknown kinds and fields",
                    auditors,
                    setup: { try $0.ada.save(.add("interview/i1", ["notes": "long"])) },
                    acts: { world in
                        let one = try world["ben"].save(
                            .set("interview/i1/grid", [[1, 2, 3], [4, 5, 6]])
                        )
                        let two = try world["cem"].save(.type("interview/i1/notes", at: 4, "er"))
                        return [
                            one, two, try world["ben"].save(.put("interview/i1/topics/backup")),
                            try world.ada.save(.set("interview/i1/person", "P. Doe")),
                            try world["cem"].save(.set("interview/i1/person", "Q. Roe")),
                        ]
                    }
                )
            }
        ),
    ]
}
