import ConcordDiff
import ConcordEncoding
import ConcordModel

extension Histories {
    static let presences: [(name: String, make: @Sendable () throws -> History)] = [
        (
            "hidden and edited",
            {
                try History(
                    "hidden and edited",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", ["unit": "IT"])) },
                    acts: { world in
                        let gone = try world.ada.save(.hide("finding/f1"))
                        let edit = try world["cem"].save(.set("finding/f1/unit", "HR"))
                        try world["ben"].receive(gone)
                        return [
                            gone, edit, try world["ben"].save(.restore("finding/f1")),
                            try world["cem"].save(.set("finding/f1/site", "S1")),
                            try world.ada.save(.hide("finding/f1")),
                        ]
                    }
                )
            }
        ),
        (
            "hidden twice, one saw the edit",
            {
                try History(
                    "hidden twice, one saw the edit",
                    ["ben": .auditor, "gus": .lead],
                    setup: { try $0.ada.save(.add("finding/f1", ["unit": "IT"])) },
                    acts: { world in
                        let gone = try world.ada.save(.hide("finding/f1"))
                        let edit = try world["ben"].save(.set("finding/f1/unit", "HR"))
                        try world["gus"].receive(edit)
                        return [
                            gone, edit, try world["gus"].save(.hide("finding/f1")),
                            try world["ben"].save(.set("finding/f1/unit", "QA")),
                            try world.ada.save(.restore("finding/f1")),
                        ]
                    }
                )
            }
        ),
        (
            "owned records",
            {
                try History(
                    "owned records",
                    auditors,
                    setup: {
                        try $0["ben"].save(
                            .add("finding/f1", ["state": "draft"]),
                            .add("criterion/c1", ["finding": "f1", "standard": "s", "clause": "8"])
                        )
                    },
                    acts: { world in
                        let gone = try world.ada.save(.hide("finding/f1"))
                        return [
                            gone, try world["ben"].save(.hide("criterion/c1")),
                            try world["cem"].save(
                                .add(
                                    "criterion/c2",
                                    ["finding": "f1", "standard": "s", "clause": "9"]
                                )
                            ),
                            try world["ben"].save(.set("criterion/c1/grade", "minor")),
                            try world.ada.save(
                                .set("finding/f1/state", "withdrawn", reason: "none")
                            ),
                        ]
                    }
                )
            }
        ),
        (
            "added twice",
            {
                try History(
                    "added twice",
                    auditors,
                    acts: { world in
                        let one = try world["ben"].save(
                            .add(
                                "finding/f1",
                                ["unit": "IT", "title": "Logs", "statement": "Logs"]
                            )
                        )
                        let two = try world["cem"].save(
                            .add(
                                "finding/f1",
                                ["unit": "HR", "title": "Keys", "statement": "Keys"]
                            )
                        )
                        return [
                            one, two,
                            try world["ben"].save(
                                .add("finding/f1", ["site": "S1", "title": "x", "statement": "x"])
                            ),
                            try world.ada.save(.set("finding/f1/unit", "QA")),
                            try world["cem"].save(.hide("finding/f1")),
                        ]
                    }
                )
            }
        ),
    ]

    static let steps: [(name: String, make: @Sendable () throws -> History)] = [
        (
            "steps at once",
            {
                try History(
                    "steps at once",
                    auditors,
                    setup: {
                        try $0["ben"].save(.add("finding/f1", ["state": "draft"]))
                        try $0["ben"].save(.set("finding/f1/state", "submitted"))
                    },
                    acts: { world in
                        let path = "finding/f1/state"
                        let one = try world.ada.save(.set(path, "confirmed"))
                        let two = try world["cem"].save(.set(path, "draft", reason: "early"))
                        return [
                            one, two, try world["ben"].save(.set(path, "submitted")),
                            try world["cem"].save(.set(path, "submitted")),
                            try world.ada.save(.set(path, "confirmed")),
                        ]
                    }
                )
            }
        ),
        (
            "an ending and edits",
            {
                try History(
                    "an ending and edits",
                    auditors,
                    setup: { try $0["ben"].save(.add("finding/f1", ["state": "draft"])) },
                    acts: { world in
                        let path = "finding/f1/state"
                        let end = try world.ada.save(.set(path, "withdrawn", reason: "none"))
                        let edit = try world["cem"].save(.put("finding/f1/evidence/e2"))
                        try world["ben"].receive(end, edit)
                        return [
                            end, edit, try world["ben"].save(.set(path, "submitted")),
                            try world.ada.save(.set(path, "draft")),
                            try world["cem"].save(.set("finding/f1/unit", "IT")),
                        ]
                    }
                )
            }
        ),
        (
            "endings upon endings",
            {
                try History(
                    "endings upon endings",
                    ["ben": .auditor, "gus": .lead],
                    setup: {
                        try $0["ben"].save(.add("finding/f1", ["state": "draft"]))
                        try $0["ben"].save(.set("finding/f1/state", "submitted"))
                    },
                    acts: { world in
                        let path = "finding/f1/state"
                        let end = try world.ada.save(.set(path, "withdrawn", reason: "none"))
                        let same = try world["gus"].save(
                            .set(path, "withdrawn", reason: "none either")
                        )
                        try world["ben"].receive(end)
                        let again = try world["ben"].save(.set(path, "withdrawn", reason: "agreed"))
                        let edit = try world["gus"].save(.set("finding/f1/unit", "IT"))
                        try world.ada.receive(same, edit)
                        return [
                            end, same, again, edit, try world.ada.save(.set(path, "merged")),
                        ]
                    }
                )
            }
        ),
        (
            "an auditor's withdrawal, decided on again",
            {
                // The decision is no step of the role that owns it: nothing that it replaced may outrank it.
                try History(
                    "an auditor's withdrawal, decided on again",
                    auditors,
                    setup: {
                        try $0["ben"].save(.add("finding/f1", ["state": "draft"]))
                        try $0["ben"].save(.set("finding/f1/state", "submitted"))
                    },
                    acts: { world in
                        let path = "finding/f1/state"
                        let end = try world["ben"].save(.set(path, "withdrawn", reason: "none"))
                        let edit = try world["cem"].save(.set("finding/f1/unit", "IT"))
                        try world["ben"].receive(edit)
                        return [
                            end, edit,
                            try world["ben"].save(.set(path, "withdrawn", reason: "still none")),
                            try world.ada.save(.set("finding/f1/site", "S1")),
                        ]
                    }
                )
            }
        ),
        (
            "grades around a confirmation",
            {
                try History(
                    "grades around a confirmation",
                    auditors,
                    setup: {
                        try $0["ben"].save(
                            .add("finding/f1", ["state": "draft"]),
                            .add("criterion/c1", ["finding": "f1", "standard": "s", "clause": "8"])
                        )
                        try $0["ben"].save(.set("finding/f1/state", "submitted"))
                    },
                    acts: { world in
                        let done = try world.ada.save(.set("finding/f1/state", "confirmed"))
                        let grade = try world["ben"].save(.set("criterion/c1/grade", "minor"))
                        try world["ben"].receive(done)
                        return [
                            done, grade, try world["ben"].save(.set("criterion/c1/grade", "major")),
                            try world["cem"].save(.set("criterion/c1/grade", "ofi")),
                            try world.ada.save(.set("criterion/c1/grade", "observation")),
                        ]
                    }
                )
            }
        ),
    ]
}
