import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting

extension Histories {
    /// Whose a record is, and who leads: what may change while diffs have no place in the log.
    static let ownership: [(name: String, make: @Sendable () throws -> History)] = [
        (
            "a criterion that two add",
            {
                try History(
                    "a criterion that two add",
                    auditors,
                    acts: { world in
                        let fields: JSONObject = ["standard": "s", "clause": "8"]
                        let one = try world["ben"].save(.add("criterion/c1", fields))
                        let two = try world["cem"].save(.add("criterion/c1", fields))
                        try world["ben"].receive(two)
                        try world["cem"].receive(one)
                        return [
                            one, two, try world["ben"].save(.set("criterion/c1/grade", "minor")),
                            try world["cem"].save(.set("criterion/c1/grade", "major")),
                        ]
                    }
                )
            }
        ),
        (
            "what somebody in training takes out",
            {
                try History(
                    "what somebody in training takes out",
                    auditors,
                    inTraining: ["ben": ["s"]],
                    setup: {
                        try $0["ben"].save(
                            .add("finding/f1", [:]),
                            .add("criterion/c1", ["finding": "f1", "standard": "s", "clause": "8"])
                        )
                    },
                    acts: { world in
                        func hides(_ record: String) -> Change {
                            .raw(Operation(.remove, at: Actor.path(record)))
                        }
                        let grade = try world["cem"].save(.add("criterion/c1", ["clause": "8"]))
                        let before = try world["ben"].save(hides("criterion/c1"))
                        try world["ben"].receive(grade)
                        return [
                            grade, before, try world["ben"].save(hides("criterion/c1")),
                            try world["ben"].save(hides("finding/f1")),
                            try world.ada.save(.set("criterion/c1/grade", "major")),
                        ]
                    }
                )
            }
        ),
        (
            "a criterion that two claim for their findings",
            {
                try History(
                    "a criterion that two claim for their findings",
                    auditors,
                    setup: { try $0.ada.save(.add("criterion/c1", ["standard": "s"])) },
                    acts: { world in
                        let one = try world["ben"].save(
                            .add("finding/f1", [:]),
                            .set("criterion/c1/finding", "f1")
                        )
                        let two = try world["cem"].save(
                            .add("finding/f2", [:]),
                            .set("criterion/c1/finding", "f2")
                        )
                        try world["ben"].receive(two)
                        try world["cem"].receive(one)
                        return [
                            one, two, try world["ben"].save(.set("criterion/c1/grade", "minor")),
                            try world["cem"].save(.set("criterion/c1/grade", "major")),
                        ]
                    }
                )
            }
        ),
        (
            "a finding that somebody adds again",
            {
                try History(
                    "a finding that somebody adds again",
                    auditors,
                    acts: { world in
                        let one = try world["ben"].save(.add("finding/f1", [:]))
                        let gone = try world.ada.save(.set("member/ben/status", "revoked"))
                        try world["cem"].receive(one)
                        let again = try world["cem"].save(
                            .add("finding/f1", ["confirmedBy": "cem", "raisedBy": "ben"])
                        )
                        return [
                            one, gone, again,
                            try world["cem"].save(
                                .set("finding/f1/state", "withdrawn", reason: "twice")
                            ),
                        ]
                    }
                )
            }
        ),
        (
            "leaders who resign",
            {
                try History(
                    "leaders who resign",
                    ["gus": .lead],
                    acts: { world in
                        let one = try world.ada.save(.set("member/ada/role", "auditor"))
                        let two = try world["gus"].save(.set("member/gus/role", "observer"))
                        try world["gus"].receive(one)
                        return [
                            one, two, try world["gus"].save(.add("finding/f1", [:])),
                            try world["gus"].save(.set("member/ada/status", "revoked")),
                        ]
                    }
                )
            }
        ),
        (
            "a device beside another",
            {
                try History(
                    "a device beside another",
                    ["ben": .auditor],
                    setup: { try $0.ada.save(.add("finding/f1", [:])) },
                    acts: { world in
                        let join = try world.join("hal", beside: "ben")
                        // A join behind the revocation of who admits it would be no evidence.
                        try world.ada.receive(join)
                        let gone = try world.ada.save(
                            .set("device/\(world["ben"].author)/status", "revoked")
                        )
                        try world["ben"].receive(join)
                        return [
                            join, gone, try world["hal"].save(.set("finding/f1/unit", "IT")),
                            try world["ben"].save(.set("finding/f1/site", "S1")),
                        ]
                    }
                )
            }
        ),
    ]
}

extension World {
    /// A further device of a member joins, admitted by one that the member has.
    func join(_ name: String, beside sibling: String) throws -> VerifiedDiff {
        let actor = try newcomer(name)
        let member = self[sibling].member
        let message = JoinProof.message(
            engagement: log[0].id,
            member: WireText(member),
            author: actor.author
        )
        let proof = HashSigner(as: self[sibling].author).signature(over: message)
        return try actor.save(
            .add(
                "device/\(actor.author)",
                [
                    "by": .string(self[sibling].author.text), "member": .string(member),
                    "proof": .string(Base64URL.encode(proof)),
                ]
            )
        )
    }
}
