import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Shapes of cells and records: writes that nothing replaces, removals, members, what belongs together.
extension HostileShape {
    static let records = [
        setMembers, removals, endings, ownedRecords, withoutOver, withoutOverByTwo, crossedWrites,
        unknownWhole, onceClaims, conflicts, citations,
    ]

    /// N members of one set, concurrent with a removal of the record.
    private static let setMembers = HostileShape(name: "set members", size: 8000) { count in
        let team = try HostileTeam()
        var diffs = [try team.first.diff([Operation(.remove, at: cell("/finding/x1"))])]
        for first in stride(from: 0, to: count, by: 4000) {
            let members = (first..<min(first + 4000, count)).map { number in
                Operation.set("/finding/x1/relatedTo/k\(number)", true)
            }
            diffs.append(try team.second.diff(members, seen: first == 0 ? [team.start] : []))
        }
        return try HostileWork(team, diffs, more: team.second.diff([.set("/finding/x1/unit", "A")]))
    }

    /// N removals of a record against N writes to it.
    private static let removals = HostileShape(name: "removals and writes", size: 1500) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            diffs.append(try team.first.diff([Operation(.remove, at: cell("/finding/x1"))]))
            diffs.append(
                try team.second.diff(
                    [.set("/finding/x1/site", .string("s\(number)"))],
                    seen: number == 0 ? [team.start] : []
                )
            )
        }
        return try HostileWork(team, diffs, more: team.second.diff([.set("/finding/x1/unit", "A")]))
    }

    /// N steps that end a finding's life, and come back, against N writes to it.
    private static let endings = HostileShape(name: "endings and writes", size: 1500) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let state: JSON = number.isMultiple(of: 2) ? "withdrawn" : "draft"
            let step = Operation.set("/finding/x1/state", state, reason: "r")
            diffs.append(
                try team.leader.diff([step], seen: number == 0 ? [team.start] : [])
            )
            diffs.append(
                try team.second.diff(
                    [.set("/finding/x1/site", .string("s\(number)"))],
                    seen: number == 0 ? [team.start] : []
                )
            )
        }
        return try HostileWork(team, diffs, more: team.second.diff([.set("/finding/x1/unit", "A")]))
    }

    /// N criteria of a finding that was removed meanwhile.
    private static let ownedRecords = HostileShape(name: "criteria", size: 3000) { count in
        let team = try HostileTeam()
        var diffs = [try team.first.diff([Operation(.remove, at: cell("/finding/x1"))])]
        for first in stride(from: 0, to: count, by: 1000) {
            let criteria = (first..<min(first + 1000, count)).map { number in
                let id = DerivedID.criterion(finding: "x1", standard: "s", clause: "\(number)")
                return Operation.set(
                    "/criterion/\(id)",
                    [
                        "clause": .string("\(number)"), "finding": "x1", "grade": "minor",
                        "standard": "s",
                    ]
                )
            }
            diffs.append(try team.second.diff(criteria, seen: first == 0 ? [team.start] : []))
        }
        return try HostileWork(team, diffs, more: team.second.diff([.set("/finding/x1/unit", "A")]))
    }

    /// N writes of one field in a chain, none of which names another.
    private static let withoutOver = HostileShape(name: "writes without over", size: 3000) {
        count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let set = Operation.set("/finding/x1/unit", .string("U\(number)"))
            diffs.append(try team.second.diff([set], seen: number == 0 ? [team.start] : []))
        }
        return try HostileWork(team, diffs)
    }

    /// The same by 32 devices at once.
    private static let withoutOverByTwo = HostileShape(
        name: "writes without over by many",
        size: 3000
    ) { count in
        let team = try HostileTeam(more: 32)
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let set = Operation.set("/finding/x1/unit", .string("U\(number)"))
            let device = team.others[number % team.others.count]
            diffs.append(try device.diff([set], seen: device.seq == 0 ? [team.start] : []))
        }
        return try HostileWork(team, diffs)
    }

    /// Two chains of writes of one field, each of which has seen half of the other.
    private static let crossedWrites = HostileShape(name: "crossed writes", size: 1500) { count in
        let team = try HostileTeam()
        let path = "/finding/x1/unit"
        let diffs = try pingPong(team, count) { .set(path, .string("U\($0)")) }
        return try HostileWork(team, diffs)
    }

    /// N writes of a field that this version does not know, as a whole.
    private static let unknownWhole = HostileShape(name: "unknown fields, whole", size: 3000) {
        count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let set = Operation.set("/note/x1/zz", [.integer(Int64(number)), "x"])
            diffs.append(
                try team.second.diff(
                    number == 0 ? [.set("/note/x1", [:]), set] : [set],
                    seen: number == 0 ? [team.start] : []
                )
            )
        }
        return try HostileWork(team, diffs, more: team.second.diff([.set("/note/x1/zz", "y")]))
    }

    /// N claims of what is written once, by two devices.
    private static let onceClaims = HostileShape(name: "once", size: 1500) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            for (device, name) in [(team.first, "a"), (team.second, "b")] {
                let set = Operation.set("/evidence/e1/mediaType", .string("\(name)\(number)"))
                let isFirst = number == 0
                diffs.append(
                    try device.diff(
                        isFirst ? [.set("/evidence/e1", [:]), set] : [set],
                        seen: isFirst ? [team.start] : []
                    )
                )
            }
        }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.set("/evidence/e1/mediaType", "text/plain")])
        )
    }

    /// N conflicts of a field each.
    private static let conflicts = HostileShape(name: "many conflicts", size: 1500) { count in
        let team = try HostileTeam()
        for number in 0..<count {
            let finding: JSON = ["draftNumber": .string("P1-\(number)"), "unit": "IT"]
            team.begin(try team.first.diff([.set("/finding/f\(number)", finding)]))
        }
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            for (device, unit) in [(team.first, "HR"), (team.second, "FIN")] {
                let set = Operation.set("/finding/f\(number)/unit", .string(unit))
                diffs.append(try device.diff([set], seen: device.seq == 0 ? [team.start] : []))
            }
        }
        return try HostileWork(team, diffs)
    }

    /// N findings that cite a piece of evidence which was removed meanwhile.
    private static let citations = HostileShape(name: "citations", size: 1500) { count in
        let team = try HostileTeam()
        team.begin(try team.first.diff([.set("/evidence/e1", ["title": "E"])]))
        var diffs = [try team.first.diff([Operation(.remove, at: cell("/evidence/e1"))])]
        for number in 0..<count {
            let finding: JSON = ["evidence": ["e1": true], "unit": "IT"]
            diffs.append(
                try team.second.diff(
                    [.set("/finding/f\(number)", finding)],
                    seen: number == 0 ? [team.start] : []
                )
            )
        }
        return try HostileWork(
            team,
            diffs,
            more: team.second.diff([.set("/evidence/e1/source", "desk")])
        )
    }

    /// Two chains of N diffs, each of which has seen the first half of the other one so far.
    static func pingPong(
        _ team: HostileTeam,
        _ count: Int,
        _ operation: (Int) -> Operation
    ) throws -> [UnverifiedDiff] {
        var first: [UnverifiedDiff] = []
        var second: [UnverifiedDiff] = []
        for number in 0..<count {
            let seen = number / 2 < second.count ? [second[number / 2].id] : []
            first.append(try team.first.diff([operation(2 * number)], seen: seen))
            second.append(
                try team.second.diff(
                    [operation(2 * number + 1)],
                    seen: number == 0 ? [team.start] : [first[number / 2].id]
                )
            )
        }
        return zip(first, second).flatMap { [$0, $1] }
    }
}
