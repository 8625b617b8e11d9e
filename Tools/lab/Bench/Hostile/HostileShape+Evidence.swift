import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Shapes of evidence on which something depends: confirmed findings, and edits of their evidence at the
/// same time or later.
extension HostileShape {
    static let rests: [HostileShape] = [restsBeside, restsBeneath, restsOnMuch]

    /// N findings that cite one piece of evidence and are confirmed, at the same time as N changes
    /// of it.
    private static let restsBeside = HostileShape(name: "confirmed beside evidence", size: 500) {
        count in
        let team = try HostileTeam()
        let start = try team.submit(count, citing: ["e1"])
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let seen = number == 0 ? [start] : []
            let step = Operation.set("/finding/f\(number)/state", "confirmed")
            diffs.append(try team.leader.diff([step], seen: seen))
            let edit = Operation.set("/evidence/e1/source", .string("s\(number)"))
            diffs.append(try team.second.diff([edit], seen: seen))
        }
        return try HostileWork(team, diffs)
    }

    /// N findings that cite one piece of evidence and were confirmed and returned, and N changes of it by somebody
    /// who knows of all that.
    private static let restsBeneath = HostileShape(name: "evidence of returned ones", size: 500) {
        count in
        let team = try HostileTeam()
        let start = try team.submit(count, citing: ["e1"])
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let path = "/finding/f\(number)/state"
            let seen = number == 0 ? [start] : []
            diffs.append(try team.leader.diff([.set(path, "confirmed")], seen: seen))
            diffs.append(try team.leader.diff([.set(path, "submitted", reason: "r")]))
        }
        let returned = diffs[diffs.count - 1].id
        for number in 0..<count {
            let edit = Operation.set("/evidence/e1/source", .string("s\(number)"))
            diffs.append(try team.second.diff([edit], seen: number == 0 ? [returned] : []))
        }
        return try HostileWork(team, diffs)
    }

    /// A finding that cites N pieces of evidence and is confirmed N times, at the same time as a
    /// change of each.
    private static let restsOnMuch = HostileShape(name: "confirmed with much evidence", size: 500) {
        count in
        let team = try HostileTeam()
        let start = try team.submit(1, citing: (0..<count).map { "e\($0)" })
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let seen = number == 0 ? [start] : []
            let step = Operation.set("/finding/f0/state", "confirmed")
            diffs.append(try team.leader.diff([step], seen: seen))
            let edit = Operation.set("/evidence/e\(number)/source", "s")
            diffs.append(try team.second.diff([edit], seen: seen))
        }
        return try HostileWork(team, diffs)
    }
}

extension HostileTeam {
    /// Raises findings that cite some evidence, and submits them, before anything is measured; answers the last diff.
    fileprivate func submit(_ count: Int, citing evidence: [String]) throws -> DiffID {
        for id in evidence {
            begin(try first.diff([.set("/evidence/\(id)", ["source": "s", "kind": "photo"])]))
        }
        try raise(0...count - 1)
        for number in 0..<count {
            for id in evidence {
                begin(try first.diff([.set("/finding/f\(number)/evidence/\(id)", true)]))
            }
            begin(try first.diff([.set("/finding/f\(number)/state", "submitted")]))
        }
        return start
    }
}
