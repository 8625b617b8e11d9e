import ConcordDiff
import ConcordEncoding
import ConcordModel

extension Histories {
    static let verdicts: [(name: String, make: @Sendable () throws -> History)] = [
        (
            "revocation",
            {
                try History(
                    "revocation",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: {
                        world in
                        let early = try world["ben"].save(.set("finding/f1/unit", "IT"))
                        let gone = try world.ada.save(.set("member/ben/status", "revoked"))
                        try world["cem"].receive(early)
                        return [
                            early, gone, try world["ben"].save(.set("finding/f1/unit", "HR")),
                            try world["cem"].save(.set("finding/f1/unit", "QA")),
                            try world.ada.save(.set("member/ben/status", "active")),
                        ]
                    }
                )
            }
        ),
        (
            "roles",
            {
                try History(
                    "roles",
                    ["ben": .auditor, "gus": .lead],
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: { world in
                        let down = try world.ada.save(.set("member/ben/role", "observer"))
                        let up = try world["gus"].save(.set("member/ben/role", "lead"))
                        return [
                            down, up, try world["ben"].save(.set("finding/f1/unit", "IT")),
                            try world["ben"].save(.set("member/gus/role", "guide")),
                            try world["gus"].save(.set("finding/f1/unit", "HR")),
                        ]
                    }
                )
            }
        ),
        (
            "leaders revoke each other",
            {
                try History(
                    "leaders revoke each other",
                    ["ben": .auditor, "gus": .lead],
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: { world in
                        let one = try world["gus"].save(.set("member/ada/status", "revoked"))
                        let two = try world.ada.save(.set("member/gus/status", "revoked"))
                        return [
                            one, two, try world["gus"].save(.set("finding/f1/unit", "IT")),
                            try world.ada.save(.set("finding/f1/unit", "HR")),
                            try world["ben"].save(.set("finding/f1/unit", "QA")),
                        ]
                    }
                )
            }
        ),
        (
            "admission",
            {
                try History(
                    "admission",
                    ["ben": .auditor, "fay": .observer],
                    setup: { try $0.ada.save(.add("finding/f1", ["state": "draft"])) },
                    acts: { world in
                        let void = try world["fay"].save(
                            .set("finding/f1/unit", "IT"),
                            .set("finding/f1/state", "withdrawn"),
                            .add("finding/f2", ["unit": "HR"]),
                            .set("finding/f1/site", 7)
                        )
                        try world.ada.receive(void)
                        let edit = try world["ben"].save(.set("finding/f1/unit", "QA"))
                        try world["ben"].receive(void)
                        return [
                            void, edit, try world.ada.save(.admit(void)),
                            try world["ben"].save(.set("finding/f2/unit", "MH")),
                            try world["fay"].save(.set("finding/f1/unit", "CO")),
                        ]
                    }
                )
            }
        ),
        (
            "an admission whose giver is revoked",
            {
                try History(
                    "an admission whose giver is revoked",
                    ["fay": .observer, "gus": .lead],
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: { world in
                        let void = try world["fay"].save(
                            .set("finding/f1/unit", "IT"),
                            .set("finding/f1/raisedBy", "fay")
                        )
                        try world["gus"].receive(void)
                        let admitted = try world["gus"].save(.admit(void))
                        let revoked = try world.ada.save(.set("member/gus/status", "revoked"))
                        try world.ada.receive(void)
                        return [
                            void, admitted, revoked, try world.ada.save(.admit(void)),
                            try world.ada.save(.set("finding/f1/raisedBy", "ada")),
                        ]
                    }
                )
            }
        ),
        (
            "surplus joins",
            {
                try History(
                    "surplus joins",
                    ["ben": .auditor],
                    setup: { try $0.invite("spare", as: .auditor) },
                    acts: {
                        world in
                        let first = try world.join("hal", on: "spare")
                        let second = try world.join("jon", on: "spare")
                        return [
                            first, second,
                            try world["hal"].save(.add("finding/f1", ["unit": "IT"])),
                            try world["jon"].save(.add("finding/f2", ["unit": "HR"])),
                        ]
                    }
                )
            }
        ),
        (
            "an invitation withdrawn",
            {
                try History(
                    "an invitation withdrawn",
                    ["ben": .auditor],
                    setup: { try $0.invite("spare", as: .auditor, uses: 2) },
                    acts: { world in
                        let first = try world.join("hal", on: "spare")
                        let end = try world.ada.save(.set("invitation/spare/status", "withdrawn"))
                        let second = try world.join("jon", on: "spare")
                        return [
                            first, end, second,
                            try world["hal"].save(.add("finding/f1", ["unit": "IT"])),
                            try world["jon"].save(.add("finding/f2", ["unit": "HR"])),
                        ]
                    }
                )
            }
        ),
        (
            "over that names the unseen",
            {
                try History(
                    "over that names the unseen",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: { world in
                        let path = Actor.path("finding/f1/unit")
                        let one = try world["ben"].save(.set("finding/f1/unit", "IT"))
                        let named = Operation(.add("HR"), at: path, over: [one.reference])
                        let two = try world["cem"].save(.raw(named), .set("finding/f1/site", "S1"))
                        try world.ada.receive(one, two)
                        return [
                            one, two, try world.ada.save(.set("finding/f1/unit", "QA")),
                            try world["ben"].save(.set("finding/f1/unit", "MH")),
                            try world["cem"].save(.set("finding/f1/unit", "CO")),
                        ]
                    }
                )
            }
        ),
        (
            "solving without right",
            {
                try History(
                    "solving without right",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: { world in
                        let one = try world["ben"].save(.set("finding/f1/unit", "IT"))
                        let two = try world.ada.save(.set("finding/f1/unit", "HR"))
                        try world["cem"].receive(one, two)
                        try world["ben"].receive(two)
                        return [
                            one, two, try world["cem"].save(.set("finding/f1/unit", "QA")),
                            try world["ben"].save(.set("finding/f1/unit", "HR")),
                            try world.ada.save(.set("finding/f1/unit", "MH")),
                        ]
                    }
                )
            }
        ),
    ]

    static let orders: [(name: String, make: @Sendable () throws -> History)] = [
        (
            "a fork",
            {
                try History(
                    "a fork",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: { world in
                        let clone = world.clone("ben", as: "ben's clone")
                        let one = try world["ben"].save(.set("finding/f1/unit", "IT"))
                        let two = try clone.save(.set("finding/f1/site", "S1"))
                        try world["cem"].receive(two)
                        return [
                            one, two, try world["ben"].save(.set("finding/f1/unit", "HR")),
                            try clone.save(.set("finding/f1/site", "S2")),
                            try world["cem"].save(.set("finding/f1/site", "S3")),
                        ]
                    }
                )
            }
        ),
        (
            "three branches",
            {
                try History(
                    "three branches",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: {
                        world in
                        let clone = world.clone("ben", as: "ben's clone")
                        let one = try world["ben"].save(.set("finding/f1/unit", "IT"))
                        let third = world.clone("ben", as: "ben's third")
                        let two = try clone.save(.set("finding/f1/unit", "HR"))
                        let three = try third.save(.set("finding/f1/site", "S1"))
                        let four = try world["ben"].save(.set("finding/f1/site", "S2"))
                        try world.ada.receive(one, two)
                        return [
                            one, two, three, four,
                            try world.ada.save(.set("finding/f1/unit", "QA")),
                        ]
                    }
                )
            }
        ),
        (
            "a chain begun twice",
            {
                try History(
                    "a chain begun twice",
                    ["ben": .auditor],
                    setup: { try $0.invite("spare", as: .auditor, uses: 2) },
                    acts: { world in
                        let first = try world.join("hal", on: "spare")
                        let edit = try world["hal"].save(.add("finding/f1", [:]))
                        let begun = try world.join("hal", on: "spare")
                        return [
                            first, edit, try world.ada.save(.set("member/ben/role", "lead")),
                            try world["ben"].save(.add("finding/f3", [:])),
                        ] + (begun.id == first.id ? [] : [begun])
                    }
                )
            }
        ),
        (
            "a fork and a revocation",
            {
                try History(
                    "a fork and a revocation",
                    auditors,
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: { world in
                        let clone = world.clone("ben", as: "ben's clone")
                        let one = try world["ben"].save(.set("finding/f1/unit", "IT"))
                        let two = try clone.save(.set("finding/f1/unit", "HR"))
                        let gone = try world.ada.save(.set("member/ben/status", "revoked"))
                        try world.ada.receive(two)
                        return [
                            one, two, gone, try world.ada.save(.admit(two)),
                            try world["cem"].save(.set("finding/f1/unit", "QA")),
                        ]
                    }
                )
            }
        ),
    ]
}
