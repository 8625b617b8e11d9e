import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Shapes of many who meet in one place, and of one place to which somebody comes again and again.
extension HostileShape {
    static let meetings: [HostileShape] = [
        membersAgain, recordsAgain, unknownFields, gradesByMany, proposalsByMany, steps, stepsApart,
        evidence, manyTexts, criteriaContested, resolutions, confirmedEdits, confirmedApart,
        proposedCriteria, endedAndEdited, endingsRestated,
    ]

    /// N additions and removals of one member, by two devices.
    private static let membersAgain = HostileShape(name: "one member in and out", size: 1500) {
        count in
        let team = try HostileTeam()
        let path = "/finding/x1/relatedTo/k1"
        let diffs = try apart(team, count) { number, device in
            [
                device == (number % 2)
                    ? .set(path, true) : Operation(.remove, at: cell(path))
            ]
        }
        return try HostileWork(team, diffs)
    }

    /// N additions of one record by each of two devices, with an edit each.
    private static let recordsAgain = HostileShape(name: "records added again", size: 1000) {
        count in
        let team = try HostileTeam()
        let diffs = try apart(team, count) { number, device in
            [
                .set("/finding/y1", [:]),
                .set("/finding/y1/site", .string("s\(device)\(number)")),
            ]
        }
        return try HostileWork(team, diffs)
    }

    /// N fields of a finding that this version does not know, each written by two devices.
    private static let unknownFields = HostileShape(name: "many unknown fields", size: 1500) {
        count in
        let team = try HostileTeam()
        let diffs = try apart(team, count) { number, device in
            [.set("/finding/x1/zz\(number)", .string("\(device)"))]
        }
        return try HostileWork(team, diffs)
    }

    /// N people who grade one criterion, none of whom knows of the others.
    private static let gradesByMany = HostileShape(name: "grades by many", size: 500) { count in
        let team = try HostileTeam(more: count)
        let id = try team.cite("4.1")
        let start = team.start
        let diffs = try team.others.enumerated().map { number, device in
            let grade: JSON = number.isMultiple(of: 2) ? "major" : "observation"
            return try device.diff([.set("/criterion/\(id)/grade", grade)], seen: [start])
        }
        return try HostileWork(team, diffs)
    }

    /// N people who propose something for one slot of the plan.
    private static let proposalsByMany = HostileShape(name: "proposals by many", size: 500) {
        count in
        let team = try HostileTeam(more: count)
        let slot: JSON = ["title": "Opening"]
        team.begin(try team.leader.diff([.set("/planSlot/p1", slot)], seen: [team.start]))
        let start = team.start
        let diffs = try team.others.enumerated().map { number, device in
            let value = JSON.string("2026-01-01T\(number)")
            return try device.diff([.set("/planSlot/p1/from", value)], seen: [start])
        }
        return try HostileWork(team, diffs)
    }

    /// N submissions of a finding, each returned.
    private static let steps = HostileShape(name: "submitted and returned", size: 1500) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        var last = team.start
        for _ in 0..<count {
            let submits = Operation.set("/finding/x1/state", "submitted")
            diffs.append(try team.first.diff([submits], seen: [last]))
            let returns = Operation.set("/finding/x1/state", "draft", reason: "r")
            diffs.append(try team.leader.diff([returns], seen: [diffs[diffs.count - 1].id]))
            last = diffs[diffs.count - 1].id
        }
        return try HostileWork(team, diffs)
    }

    /// N steps of a finding by each of two devices that know nothing of each other, and an edit at the same
    /// time as each.
    private static let stepsApart = HostileShape(name: "steps apart", size: 1000) { count in
        let team = try HostileTeam()
        let diffs = try apart(team, count) { number, device in
            let state: JSON = number.isMultiple(of: 2) ? "submitted" : "draft"
            return [
                .set("/finding/x1/state", state, reason: "r"),
                .set("/finding/x1/site", .string("s\(device)\(number)")),
            ]
        }
        return try HostileWork(team, diffs)
    }

    /// N items of evidence in one finding, half of which another device takes out again.
    private static let evidence = HostileShape(name: "much evidence", size: 1500) { count in
        let team = try HostileTeam()
        let diffs = try apart(team, count) { number, device in
            let path = "/finding/x1/evidence/e\(number)"
            return [
                .set("/evidence/e\(number)-\(device)", ["title": .string("E\(number)")]),
                device == 1 && number.isMultiple(of: 2)
                    ? Operation(.remove, at: cell(path)) : .set(path, true),
            ]
        }
        return try HostileWork(team, diffs)
    }

    /// N texts, into each of which two devices write one splice.
    private static let manyTexts = HostileShape(name: "many texts", size: 1000) { count in
        let team = try HostileTeam()
        try team.raise(0...count - 1)
        let diffs = try apart(team, count) { number, device in
            [.splice(1, "\(device)", at: "/finding/f\(number)/statement")]
        }
        return try HostileWork(team, diffs)
    }

    /// N criteria of one finding, over the grade of each of which two people disagree.
    private static let criteriaContested = HostileShape(name: "criteria contested", size: 1000) {
        count in
        let team = try HostileTeam()
        let ids = try (0..<count).map { try team.cite("\($0)") }
        let diffs = try apart(team, count) { number, device in
            [.set("/criterion/\(ids[number])/grade", device == 0 ? "major" : "observation")]
        }
        return try HostileWork(team, diffs)
    }

    /// N resolutions of a conflict, by two people in turns, each at the same time as another edit.
    private static let resolutions = HostileShape(name: "resolutions", size: 1000) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        var shown = [team.raised]
        var last = [team.start]
        for number in 0..<count {
            let decides = Operation.set(
                "/finding/x1/unit",
                .string("A\(number)"),
                over: shown,
                reason: "r"
            )
            diffs.append(try team.leader.diff([decides], seen: last))
            let decided = diffs[diffs.count - 1].id
            let edit = Operation.set("/finding/x1/unit", .string("B\(number)"))
            diffs.append(try team.second.diff([edit], seen: number == 0 ? [team.start] : []))
            shown = [team.leader.reference, team.second.reference]
            last = [decided, diffs[diffs.count - 1].id]
        }
        return try HostileWork(team, diffs)
    }

    /// A confirmed finding, of which an auditor asks for N changes.
    private static let confirmedEdits = HostileShape(name: "confirmed and edited", size: 1500) {
        count in
        let team = try HostileTeam()
        let confirmed = try team.confirm()
        let diffs = try (0..<count).map { number in
            let edit = Operation.set("/finding/x1/site", .string("s\(number)"))
            return try team.second.diff([edit], seen: number == 0 ? [confirmed] : [])
        }
        return try HostileWork(team, diffs)
    }

    /// N criteria that somebody proposes for a finding that was confirmed.
    private static let proposedCriteria = HostileShape(name: "criteria proposed", size: 1000) {
        count in
        let team = try HostileTeam()
        let confirmed = try team.confirm()
        let diffs = try (0..<count).map { number in
            let fields: JSONObject = [
                "finding": "x1", "standard": "s", "clause": .string("q\(number)"),
                "grade": "major",
            ]
            let add = Operation.set("/criterion/q\(number)", .object(fields))
            return try team.second.diff([add], seen: number == 0 ? [confirmed] : [])
        }
        return try HostileWork(team, diffs)
    }

    /// N confirmations, each undone, at the same time as N edits of what is confirmed.
    private static let confirmedApart = HostileShape(name: "confirmations and edits", size: 1000) {
        count in
        let team = try HostileTeam()
        _ = try team.confirm()
        var diffs: [UnverifiedDiff] = []
        let start = team.start
        for number in 0..<count {
            let state: JSON = number.isMultiple(of: 2) ? "draft" : "confirmed"
            var step = [Operation.set("/finding/x1/state", state, reason: "r")]
            if number % 2 == 1 {
                step.insert(.set("/finding/x1/state", "submitted"), at: 0)
                diffs.append(try team.leader.diff([step[0]]))
                step.removeFirst()
            }
            diffs.append(try team.leader.diff(step))
            let edit = Operation.set("/finding/x1/title", .string("T\(number)"))
            diffs.append(try team.second.diff([edit], seen: number == 0 ? [start] : []))
        }
        return try HostileWork(team, diffs)
    }

    /// A finding that was withdrawn and reopened N times, and last withdrawn at the same time as an edit; N
    /// edits by somebody who has seen all of that.
    private static let endedAndEdited = HostileShape(name: "ended, then edited", size: 1500) {
        count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        let start = team.start
        for number in 0...2 * (count / 2) {
            let state: JSON = number.isMultiple(of: 2) ? "withdrawn" : "draft"
            let step = Operation.set("/finding/x1/state", state, reason: "r")
            diffs.append(try team.leader.diff([step], seen: number == 0 ? [start] : []))
        }
        let ended = diffs[diffs.count - 1].id
        diffs.append(try team.first.diff([.set("/finding/x1/unit", "FIN")]))
        let edited = diffs[diffs.count - 1].id
        for number in 0..<count {
            let edit = Operation.set("/finding/x1/site", .string("s\(number)"))
            diffs.append(
                try team.second.diff([edit], seen: number == 0 ? [ended, edited] : [])
            )
        }
        return try HostileWork(team, diffs)
    }

    /// A finding that was withdrawn N times over, at the same time as N edits.
    private static let endingsRestated = HostileShape(name: "endings restated", size: 1000) {
        count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        let start = team.start
        for number in 0..<count {
            let seen = number == 0 ? [start] : []
            let step = Operation.set("/finding/x1/state", "withdrawn", reason: "r")
            diffs.append(try team.leader.diff([step], seen: seen))
            let edit = Operation.set("/finding/x1/site", .string("s\(number)"))
            diffs.append(try team.second.diff([edit], seen: seen))
        }
        return try HostileWork(team, diffs)
    }

    /// N diffs of each of two devices that know nothing of each other.
    private static func apart(
        _ team: HostileTeam,
        _ count: Int,
        _ operations: (_ number: Int, _ device: Int) -> [Operation]
    ) throws -> [UnverifiedDiff] {
        let start = team.start
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            for (place, device) in [team.first, team.second].enumerated() {
                let seen = number == 0 ? [start] : []
                diffs.append(try device.diff(operations(number, place), seen: seen))
            }
        }
        return diffs
    }
}

extension HostileTeam {
    /// Adds a criterion of the finding before anything is measured; answers its id.
    fileprivate func cite(_ clause: String) throws -> WireText {
        let id = DerivedID.criterion(
            finding: "x1",
            standard: "iso-9001-2008",
            clause: WireText(clause)
        )
        let criterion: JSON = [
            "clause": .string(clause), "finding": "x1", "grade": "minor",
            "standard": "iso-9001-2008",
        ]
        begin(try first.diff([.set("/criterion/\(id)", criterion)]))
        return id
    }

    /// Submits the finding and confirms it before anything is measured.
    fileprivate func confirm() throws -> DiffID {
        begin(try first.diff([.set("/finding/x1/state", "submitted")]))
        begin(try leader.diff([.set("/finding/x1/state", "confirmed")], seen: [start]))
        return start
    }
}
