import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Shapes of merges: findings that count in another one, in chains, circles and stars.
extension HostileShape {
    static let merges: [HostileShape] = [
        mergeChain, mergeChainBack, mergeCircle, mergeStar, mergeStarAtOnce, mergeStarSteps,
        mergesTakenBack, mergedAndEdited,
    ]

    /// N findings, each merged into the next, the last of which was withdrawn meanwhile.
    private static let mergeChain = HostileShape(name: "merges in a chain", size: 1500) { count in
        let team = try HostileTeam()
        try team.raise(0...count)
        let withdrawn = Operation.set("/finding/f\(count)/state", "withdrawn", reason: "r")
        var diffs = [try team.first.diff([withdrawn])]
        for number in 0..<count {
            let seen = number == 0 ? [team.start] : []
            diffs.append(
                try team.leader.diff(merge("f\(number)", into: "f\(number + 1)"), seen: seen)
            )
        }
        return try HostileWork(team, diffs)
    }

    /// The same from the end, and a step back of the first one each time.
    private static let mergeChainBack = HostileShape(name: "merges from the end", size: 1500) {
        count in
        let team = try HostileTeam()
        try team.raise(0...count)
        let diffs = try (0..<count).reversed().map { number in
            let seen = number == count - 1 ? [team.start] : []
            return try team.leader.diff(
                merge("f\(number)", into: "f\(number + 1)"),
                seen: seen
            )
        }
        return try HostileWork(team, diffs)
    }

    /// N findings, each merged into the next, and the last into the first.
    private static let mergeCircle = HostileShape(name: "merges in a circle", size: 1000) { count in
        let team = try HostileTeam()
        try team.raise(0...count - 1)
        let diffs = try (0..<count).map { number in
            let seen = number == 0 ? [team.start] : []
            return try team.leader.diff(
                merge("f\(number)", into: "f\((number + 1) % count)"),
                seen: seen
            )
        }
        return try HostileWork(team, diffs)
    }

    /// N findings that are merged into one.
    private static let mergeStar = HostileShape(name: "merges into one", size: 1500) { count in
        let team = try HostileTeam()
        try team.raise(0...count - 1)
        let diffs = try (0..<count).map { number in
            let seen = number == 0 ? [team.start] : []
            return try team.leader.diff(merge("f\(number)", into: "x1"), seen: seen)
        }
        return try HostileWork(team, diffs)
    }

    /// The same in two diffs: one raises them, one merges them.
    private static let mergeStarAtOnce = HostileShape(name: "merges of one diff", size: 1500) {
        count in
        let team = try HostileTeam()
        let raised = (0..<count).map { number in
            Operation.set(
                "/finding/f\(number)",
                ["draftNumber": .string("P0-\(number)"), "state": "draft"]
            )
        }
        let merges = (0..<count).flatMap { merge("f\($0)", into: "x1") }
        let diffs = [
            try team.leader.diff(raised, seen: [team.start]), try team.leader.diff(merges),
        ]
        return try HostileWork(team, diffs)
    }

    /// N findings that are merged into one, and N steps of that one.
    private static let mergeStarSteps = HostileShape(name: "merges and steps", size: 1000) {
        count in
        let team = try HostileTeam()
        try team.raise(0...count - 1)
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let seen = number == 0 ? [team.start] : []
            diffs.append(try team.leader.diff(merge("f\(number)", into: "x1"), seen: seen))
            let state: JSON = number.isMultiple(of: 2) ? "withdrawn" : "draft"
            let step = Operation.set("/finding/x1/state", state, reason: "r")
            diffs.append(try team.first.diff([step]))
        }
        return try HostileWork(team, diffs)
    }

    /// N findings of a chain of merges that are undone one by one.
    private static let mergesTakenBack = HostileShape(name: "merges taken back", size: 1000) {
        count in
        let team = try HostileTeam()
        try team.raise(0...count)
        var diffs = try (0..<count).map { number in
            let seen = number == 0 ? [team.start] : []
            return try team.leader.diff(
                merge("f\(number)", into: "f\(number + 1)"),
                seen: seen
            )
        }
        for number in 0..<count {
            diffs.append(try team.leader.diff([.set("/finding/f\(number)/state", "draft")]))
        }
        return try HostileWork(team, diffs)
    }

    /// A finding in a long chain of merges, and N edits of it.
    private static let mergedAndEdited = HostileShape(name: "merges and edits", size: 1000) {
        count in
        let team = try HostileTeam()
        try team.raise(0...count)
        var diffs = try (0..<count).map { number in
            let seen = number == 0 ? [team.start] : []
            return try team.leader.diff(
                merge("f\(number)", into: "f\(number + 1)"),
                seen: seen
            )
        }
        for number in 0..<count {
            let edit = Operation.set("/finding/f1/site", .string("s\(number)"))
            diffs.append(
                try team.second.diff([edit], seen: number == 0 ? [diffs[count - 1].id] : [])
            )
        }
        return try HostileWork(team, diffs)
    }

    static func merge(_ finding: String, into target: String) -> [Operation] {
        [
            .set("/finding/\(finding)/duplicateOf", .string(target)),
            .set("/finding/\(finding)/state", "merged"),
        ]
    }
}

extension HostileTeam {
    /// Findings `f0`, `f1` … that the auditor raised before.
    func raise(_ numbers: ClosedRange<Int>) throws {
        for number in numbers {
            let finding: JSON = [
                "draftNumber": .string("P1-\(number)"), "state": "draft", "statement": "ab",
            ]
            begin(try first.diff([.set("/finding/f\(number)", finding)]))
        }
    }
}
