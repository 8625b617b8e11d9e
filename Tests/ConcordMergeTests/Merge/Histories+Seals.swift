import ConcordDiff
import ConcordEncoding
import ConcordModel

extension Histories {
    static let seals: [(name: String, make: @Sendable () throws -> History)] = [
        (
            "a seal and a late edit",
            {
                try History(
                    "a seal and a late edit",
                    auditors,
                    setup: {
                        try $0.ada.save(.add("finding/f1", ["unit": "IT", "state": "draft"]))
                    },
                    acts: { world in
                        let late = try world["ben"].save(.set("finding/f1/unit", "HR"))
                        let seal = try world.ada.save(
                            .seal("s1"),
                            .set("finding/f1/number", "F-01")
                        )
                        let open = try world.ada.save(.reopen("s1"))
                        try world.ada.receive(late)
                        try world["cem"].receive(seal)
                        return [
                            late, seal, open, try world.ada.save(.admit(late)),
                            try world["cem"].save(
                                .set("finding/f1/unit", "QA"),
                                .add("action/a1", ["finding": "f1"]),
                                .add("evidence/e9", ["kind": "record"])
                            ),
                        ]
                    }
                )
            }
        ),
        (
            "a seal that has not seen everything",
            {
                try History(
                    "a seal that has not seen everything",
                    ["ben": .auditor, "fay": .observer],
                    setup: { try $0.ada.save(.add("finding/f1", ["unit": "IT"])) },
                    acts: { world in
                        let edit = try world["ben"].save(.set("finding/f1/site", "S1"))
                        let void = try world["fay"].save(.set("finding/f1/site", "S2"))
                        let seal = try world.ada.save(
                            .seal("s1"),
                            .set("finding/f1/number", "F-01")
                        )
                        try world["ben"].receive(seal)
                        try world.ada.receive(edit)
                        return [
                            edit, void, seal, try world["ben"].save(.set("finding/f1/unit", "HR")),
                            try world.ada.save(.seal("s2"), .set("finding/f1/number", "F-02")),
                        ]
                    }
                )
            }
        ),
        (
            "two leaders seal",
            {
                try History(
                    "two leaders seal",
                    ["ben": .auditor, "gus": .lead],
                    setup: { try $0.ada.save(.add("finding/f1", ["unit": "IT"])) },
                    acts: { world in
                        let one = try world.ada.save(.seal("s1"), .set("finding/f1/number", "F-1"))
                        let two = try world["gus"].save(
                            .seal("s2"),
                            .set("finding/f1/number", "F-2")
                        )
                        try world.ada.receive(two)
                        try world["ben"].receive(one)
                        return [
                            one, two, try world.ada.save(.reopen("s1"), .reopen("s2")),
                            try world["ben"].save(.set("finding/f1/unit", "HR")),
                            try world["gus"].save(.set("member/ada/status", "revoked")),
                        ]
                    }
                )
            }
        ),
        (
            "what a seal gives and what goes on",
            {
                try History(
                    "what a seal gives and what goes on",
                    ["ben": .auditor, "dot": .auditeeRep],
                    setup: { world in
                        try world.ada.save(
                            .add("finding/f1", ["state": "draft"]),
                            .add("evidence/e1", ["kind": "record"])
                        )
                        try world.ada.save(.set("finding/f1/state", "submitted"))
                        try world.ada.save(.set("finding/f1/state", "confirmed"))
                    },
                    acts: { world in
                        let seal = try world.ada.save(
                            .set("finding/f1/state", "issued"),
                            .seal("s1"),
                            .set("engagement/e/state", "signed")
                        )
                        let alone = try world["ben"].save(
                            .set("finding/f1/state", "issued"),
                            .set("evidence/e1/kind", "photo")
                        )
                        try world["dot"].receive(seal)
                        return [
                            seal, alone,
                            try world["dot"].save(.add("action/a1", ["finding": "f1"])),
                            try world.ada.save(
                                .set("engagement/e/state", "closed"),
                                .add("finding/f2", [:])
                            ),
                            try world.ada.save(.reopen("s1"), .set("finding/f1/unit", "IT")),
                        ]
                    }
                )
            }
        ),
        (
            "an admission after a seal",
            {
                try History(
                    "an admission after a seal",
                    ["ben": .auditor, "fay": .observer],
                    setup: { try $0.ada.save(.add("finding/f1", ["unit": "IT"])) },
                    acts: { world in
                        let void = try world["fay"].save(.set("finding/f1/unit", "HR"))
                        let seal = try world.ada.save(.seal("s1"))
                        try world.ada.receive(void)
                        let early = try world.ada.save(.admit(void))
                        let open = try world.ada.save(.reopen("s1"))
                        return [void, seal, early, open, try world.ada.save(.admit(void))]
                    }
                )
            }
        ),
    ]
}
