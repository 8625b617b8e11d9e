import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Shapes of what merged findings raise, of merges that are said again, and of those that wait for one target.
extension HostileShape {
    static let contents: [HostileShape] = [
        mergesRestated, circleEdited, mergedCriteria, confirmedCriteria, mergedSteps,
        targetCriteria,
        targetWithdrawn, targetEnded,
    ]

    /// A chain of N merges, the first of which is said again N times.
    private static let mergesRestated = HostileShape(name: "merges restated", size: 500) { count in
        let team = try HostileTeam()
        var diffs = try chain(team, count, closes: false)
        for _ in 0..<count { diffs.append(try team.leader.diff(merge("f0", into: "f1"))) }
        return try HostileWork(team, diffs)
    }

    /// A circle of N merges, and N steps of a finding on it.
    private static let circleEdited = HostileShape(name: "circle of merges, steps", size: 500) {
        count in
        let team = try HostileTeam()
        var diffs = try chain(team, count, closes: true)
        for number in 0..<count {
            let state: JSON = number.isMultiple(of: 2) ? "draft" : "merged"
            diffs.append(try team.leader.diff([.set("/finding/f1/state", state, reason: "r")]))
        }
        return try HostileWork(team, diffs)
    }

    /// A merged finding with N criteria, each of which is in its target too, and N edits of it.
    private static let mergedCriteria = HostileShape(name: "merged with criteria", size: 300) {
        count in
        let team = try HostileTeam()
        try team.cite(count, in: ["f0", "x1"])
        var diffs = [try team.leader.diff(merge("f0", into: "x1"), seen: [team.start])]
        let merged = diffs[0].id
        for number in 0..<count {
            let grade: JSON = number.isMultiple(of: 3) ? "major" : "minor"
            let set = Operation.set("/criterion/\(criterion(number, of: "f0"))/grade", grade)
            diffs.append(try team.first.diff([set], seen: number == 0 ? [merged] : []))
        }
        return try HostileWork(team, diffs)
    }

    /// The same of a finding that was confirmed before, so that edits of it are proposals.
    private static let confirmedCriteria = HostileShape(
        name: "confirmed and merged with criteria",
        size: 300
    ) { count in
        let team = try HostileTeam()
        try team.cite(count, in: ["f0", "x1"])
        team.begin(try team.first.diff([.set("/finding/f0/state", "submitted")]))
        team.begin(
            try team.leader.diff([.set("/finding/f0/state", "confirmed")], seen: [team.start])
        )
        var diffs = [try team.leader.diff(merge("f0", into: "x1"))]
        let merged = diffs[0].id
        for number in 0..<count {
            let grade: JSON = number.isMultiple(of: 3) ? "major" : "minor"
            let set = Operation.set("/criterion/\(criterion(number, of: "f0"))/grade", grade)
            diffs.append(try team.first.diff([set], seen: number == 0 ? [merged] : []))
        }
        return try HostileWork(team, diffs)
    }

    /// A finding with N criteria that its auditor merges into another one and unmerges, N times.
    private static let mergedSteps = HostileShape(name: "criteria merged again", size: 300) {
        count in
        let team = try HostileTeam()
        try team.cite(count, in: ["f0", "x1"])
        let diffs = try (0..<count).map { number in
            try team.first.diff(
                number.isMultiple(of: 2)
                    ? merge("f0", into: "x1") : [.set("/finding/f0/state", "draft")]
            )
        }
        return try HostileWork(team, diffs)
    }

    /// N findings with a criterion each that are merged into one that has it too, whose grade changes N times.
    private static let targetCriteria = HostileShape(name: "criterion of a target", size: 300) {
        count in
        let team = try HostileTeam()
        try team.cite(1, in: ["x1"] + (0..<count).map { "f\($0)" })
        var diffs: [UnverifiedDiff] = []
        let start = team.start
        for number in 0..<count {
            let seen = number == 0 ? [start] : []
            diffs.append(try team.leader.diff(merge("f\(number)", into: "x1"), seen: seen))
        }
        for number in 0..<count {
            let grade: JSON = number.isMultiple(of: 2) ? "observation" : "major"
            let set = Operation.set("/criterion/\(criterion(0, of: "x1"))/grade", grade)
            diffs.append(try team.second.diff([set], seen: number == 0 ? [start] : []))
        }
        return try HostileWork(team, diffs)
    }

    /// N findings that are merged into one which was withdrawn meanwhile, N times over.
    private static let targetWithdrawn = HostileShape(name: "target withdrawn", size: 500) {
        count in
        let team = try HostileTeam()
        try team.raise(0...count - 1)
        var diffs: [UnverifiedDiff] = []
        let start = team.start
        for number in 0..<count {
            let seen = number == 0 ? [start] : []
            diffs.append(try team.leader.diff(merge("f\(number)", into: "x1"), seen: seen))
            let step = Operation.set("/finding/x1/state", "withdrawn", reason: "r")
            diffs.append(try team.first.diff([step]))
        }
        return try HostileWork(team, diffs)
    }

    /// N findings that are merged into one, which is hidden and added again N times.
    private static let targetEnded = HostileShape(name: "target hidden and added", size: 500) {
        count in
        let team = try HostileTeam()
        try team.raise(0...count - 1)
        var diffs: [UnverifiedDiff] = []
        let start = team.start
        for number in 0..<count {
            let seen = number == 0 ? [start] : []
            diffs.append(try team.leader.diff(merge("f\(number)", into: "x1"), seen: seen))
            diffs.append(
                try team.first.diff([
                    number.isMultiple(of: 2)
                        ? Operation(.remove, at: cell("/finding/x1")) : .set("/finding/x1", [:])
                ])
            )
        }
        return try HostileWork(team, diffs)
    }

    /// N findings, each merged into the next, and the last into the first or into one more.
    private static func chain(
        _ team: HostileTeam,
        _ count: Int,
        closes: Bool
    ) throws -> [UnverifiedDiff] {
        try team.raise(0...count)
        return try (0..<count).map { number in
            let seen = number == 0 ? [team.start] : []
            let target = closes ? (number + 1) % count : number + 1
            return try team.leader.diff(merge("f\(number)", into: "f\(target)"), seen: seen)
        }
    }
}

private func criterion(_ number: Int, of finding: String) -> WireText {
    DerivedID.criterion(
        finding: WireText(finding),
        standard: "iso-9001-2008",
        clause: WireText("\(number)")
    )
}

extension HostileTeam {
    /// Raises findings, all but `x1`, with the same criteria each, before anything is measured.
    fileprivate func cite(_ count: Int, in findings: [String]) throws {
        for finding in findings {
            if finding != "x1" {
                let fields: JSON = ["draftNumber": .string("P1-\(finding)"), "state": "draft"]
                begin(try first.diff([.set("/finding/\(finding)", fields)]))
            }
            let criteria = (0..<count).map { number in
                Operation.set(
                    "/criterion/\(criterion(number, of: finding))",
                    [
                        "clause": .string("\(number)"), "finding": .string(finding),
                        "grade": "minor",
                        "standard": "iso-9001-2008",
                    ]
                )
            }
            begin(try first.diff(criteria))
        }
    }
}
