import ConcordDiff
import ConcordEncoding

/// Shapes of texts: typing at one place, half-seen chains, splices without effect, long texts.
extension HostileShape {
    static let texts = [
        touchingRuns, alternatingRuns, textPingPong, onePerDiff, twins, voidSplices, unknownSplices,
        typed, decided, longTexts,
    ]

    /// Two devices that type at one place, a save for each character.
    private static let touchingRuns = HostileShape(name: "touching runs", size: 1500) { count in
        let team = try HostileTeam()
        return try twoRuns(team, count) { _ in 1 }
    }

    /// The same, one of them at alternating ends, so that the runs do not join.
    private static let alternatingRuns = HostileShape(name: "alternating runs", size: 1500) {
        count in
        let team = try HostileTeam()
        return try twoRuns(team, count) { $0.isMultiple(of: 2) ? 1 : 1 + $0 / 2 }
    }

    /// Two chains of splices, each of which has seen half of the other.
    private static let textPingPong = HostileShape(name: "ping-pong", size: 1000) { count in
        let team = try HostileTeam()
        let diffs = try pingPong(team, count) { .splice(1, $0.isMultiple(of: 2) ? "x" : "y") }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.splice(0, "z")]),
            edit: .statement
        )
    }

    /// Two diffs of N splices each.
    private static let onePerDiff = HostileShape(name: "splices of one diff", size: 3000) { count in
        let team = try HostileTeam()
        let one = (0..<count).map { _ in Operation.splice(1, "x") }
        let other = (0..<count).map { Operation.splice($0.isMultiple(of: 2) ? 1 : 0, "y") }
        let diffs = [
            try team.first.diff(one), try team.second.diff(other, seen: [team.start]),
        ]
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.splice(0, "z")]),
            edit: .statement
        )
    }

    /// Two devices that type the same.
    private static let twins = HostileShape(name: "equal splices", size: 1500) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            diffs.append(try team.first.diff([.splice(1 + number, "x")]))
            diffs.append(
                try team.second.diff(
                    [.splice(1 + number, "x")],
                    seen: number == 0 ? [team.start] : []
                )
            )
        }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.splice(0, "z")]),
            edit: .statement
        )
    }

    /// N splices of an observer, who may write nothing, and an auditor's edits at the same time.
    private static let voidSplices = HostileShape(name: "void splices", size: 2000) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            diffs.append(
                try team.observer.diff([.splice(1, "x")], seen: number == 0 ? [team.start] : [])
            )
            if number.isMultiple(of: 8) {
                diffs.append(
                    try team.second.diff([.splice(1, "y")], seen: number == 0 ? [team.start] : [])
                )
            }
        }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.splice(0, "z")]),
            edit: .statement
        )
    }

    /// N splices of a field that this version does not know.
    private static let unknownSplices = HostileShape(name: "unknown fields, spliced", size: 3000) {
        count in
        let team = try HostileTeam()
        var diffs = [try team.second.diff([.set("/note/x1", [:])], seen: [team.start])]
        for _ in 0..<count {
            diffs.append(try team.second.diff([.splice(0, "x", at: "/note/x1/zz")]))
        }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.splice(0, "z", at: "/note/x1/zz")])
        )
    }

    /// Nothing bad: one device types N characters.
    private static let typed = HostileShape(name: "typing", size: 3000) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            diffs.append(
                try team.second.diff(
                    [.splice(1 + number, "x")],
                    seen: number == 0 ? [team.start] : []
                )
            )
        }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.splice(0, "z")]),
            edit: .statement
        )
    }

    /// N people who each change the same word of a text of 800 kB.
    private static let longTexts = HostileShape(name: "sides of a long text", size: 12) { count in
        let team = try HostileTeam(more: count)
        let words = String(repeating: "word ", count: 40_000)
        for _ in 0..<4 { team.begin(try team.first.diff([.splice(0, words)])) }
        let start = team.start
        let diffs = try team.others.enumerated().map { number, device in
            try device.diff([.splice(5, "word\(number)", delete: 4)], seen: [start])
        }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.splice(5, "z", delete: 4)], seen: [start])
        )
    }

    /// N times two people replace the same word at once, and the leader takes what one of them wrote.
    private static let decided = HostileShape(name: "texts decided", size: 300) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        var last = team.start
        for number in 0..<count {
            let one = try team.first.diff([.splice(0, "x", delete: 1)], seen: [last])
            let other = try team.second.diff([.splice(0, "y", delete: 1)], seen: [last])
            let sides = [team.first.reference, team.second.reference].sorted()
            // Of what both typed at one place one letter goes: whose it is follows from the chains' order.
            let takes = Operation(
                .splice(at: number % 2, delete: 1, insert: ""),
                at: cell("/finding/x1/statement"),
                over: sides,
                reason: "r"
            )
            let decides = try team.leader.diff([takes], seen: [one.id, other.id])
            diffs += [one, other, decides]
            last = decides.id
        }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.splice(0, "z")], seen: [last]),
            edit: .statement
        )
    }

    /// Two devices that type N characters each at one place of a text, one save for each.
    private static func twoRuns(
        _ team: HostileTeam,
        _ count: Int,
        place: (Int) -> Int
    ) throws -> HostileWork {
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            diffs.append(try team.first.diff([.splice(place(number), "x")]))
            diffs.append(
                try team.second.diff(
                    [.splice(place(number), "y")],
                    seen: number == 0 ? [team.start] : []
                )
            )
        }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.splice(0, "z")]),
            edit: .statement
        )
    }
}
