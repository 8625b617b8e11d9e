import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Shapes that mix two ways of making work, so that what one leaves behind is looked at again for the other.
extension HostileShape {
    static let mixes = [waitingMerges, admissionsAndWrites, admittedSplices, evidenceTwice]

    /// N findings that the leader merges into one while it is withdrawn, and N edits of that one.
    private static let waitingMerges = HostileShape(name: "waiting merges and edits", size: 500) {
        count in
        let team = try HostileTeam()
        for number in 0..<count {
            let finding: JSON = ["draftNumber": .string("P1-\(number)"), "state": "draft"]
            team.begin(try team.first.diff([.set("/finding/f\(number)", finding)]))
        }
        let start = team.start
        let withdrawn = Operation.set("/finding/x1/state", "withdrawn", reason: "r")
        var diffs = [try team.first.diff([withdrawn])]
        for number in 0..<count {
            let merge: [Operation] = [
                .set("/finding/f\(number)/duplicateOf", "x1"),
                .set("/finding/f\(number)/state", "merged"),
            ]
            diffs.append(try team.leader.diff(merge, seen: number == 0 ? [start] : []))
            let edit = Operation.set("/finding/x1/site", .string("s\(number)"))
            diffs.append(try team.second.diff([edit], seen: number == 0 ? [start] : []))
        }
        return try HostileWork(team, diffs)
    }

    /// N void writes that the leader admits one by one, and an effective write of the same field between
    /// any two admissions.
    private static let admissionsAndWrites = HostileShape(
        name: "admissions between writes",
        size: 1000
    ) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let seen = number == 0 ? [team.start] : []
            let set = Operation.set("/finding/x1/site", .string("s\(number)"))
            let written = try team.observer.diff([set], seen: seen)
            diffs += [written, try team.second.diff([set], seen: seen)]
            diffs.append(try team.leader.diff([admission(of: written)], seen: [written.id]))
        }
        return try HostileWork(team, diffs)
    }

    /// N void splices of one text that the leader admits one by one.
    private static let admittedSplices = HostileShape(name: "admitted splices", size: 750) {
        count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let splice = Operation.splice(1, "x")
            let seen = number == 0 ? [team.start] : []
            let written = try team.observer.diff([splice], seen: seen)
            diffs.append(written)
            diffs.append(try team.leader.diff([admission(of: written)], seen: [written.id]))
        }
        return try HostileWork(team, diffs, edit: .statement)
    }

    /// N items of evidence that one device puts into a finding and takes out, while another puts them in.
    private static let evidenceTwice = HostileShape(name: "evidence in and out", size: 1000) {
        count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let path = "/finding/x1/evidence/e\(number)"
            let seen = number == 0 ? [team.start] : []
            diffs.append(try team.first.diff([.set(path, true)], seen: seen))
            diffs.append(try team.first.diff([Operation(.remove, at: cell(path))]))
            diffs.append(try team.second.diff([.set(path, true)], seen: seen))
        }
        return try HostileWork(team, diffs)
    }

    private static func admission(of diff: UnverifiedDiff) -> Operation {
        let name = diff.id.base64url
        return .set(
            "/admission/\(DerivedID.admission(of: WireText(name)))",
            ["diff": .string(name)]
        )
    }
}
