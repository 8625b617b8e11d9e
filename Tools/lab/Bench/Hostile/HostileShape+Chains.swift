import ConcordDiff
import ConcordEncoding

/// Shapes of the graph: heads, forks, long chains of references.
extension HostileShape {
    static let chains = [heads, mergedHeads, nestedForks, manyOver, manyWithout, plainChain]

    /// N forks of one chain that nobody has seen: anyone who saves next has N heads.
    private static let heads = HostileShape(name: "heads", size: 1500) { count in
        let team = try HostileTeam()
        return try HostileWork(team, try flatForks(team, count))
    }

    /// The same, joined by a colleague's merge diffs of as many parents as a diff can name.
    private static let mergedHeads = HostileShape(name: "merged heads", size: 1500) { count in
        let team = try HostileTeam()
        var diffs = try flatForks(team, count)
        let heads = diffs.dropFirst().map(\.id)
        for first in stride(from: 0, to: heads.count, by: DiffLimits.parents - 1) {
            let seen = heads[first..<min(first + DiffLimits.parents - 1, heads.count)]
            diffs.append(try team.first.diff([], seen: Array(seen)))
        }
        return try HostileWork(team, diffs)
    }

    /// N diffs behind one.
    private static func flatForks(_ team: HostileTeam, _ count: Int) throws -> [UnverifiedDiff] {
        let root = try team.second.diff([.set("/note/n", [:])], seen: [team.start])
        var diffs = [root]
        for number in 0..<count {
            diffs.append(
                try team.second.fork([.set("/note/n\(number)", [:])], after: root.id, seq: 2)
            )
        }
        team.second.goOn(from: diffs[1])
        return diffs
    }

    /// N branches, each of which leaves the one before behind its first own diff.
    private static let nestedForks = HostileShape(name: "forks", size: 1000) { count in
        let team = try HostileTeam()
        let device = team.second
        var diffs = [try device.diff([.set("/note/n", [:])], seen: [team.start])]
        let more = try device.fork([.set("/note/m", [:])], after: diffs[0].id, seq: 2)
        for number in 0..<count {
            let (tip, seq) = (device.tip, device.seq)
            diffs.append(
                try device.fork([.set("/note/a\(number)", [:])], after: tip, seq: seq + 1)
            )
            diffs.append(try device.diff([.set("/note/b\(number)", [:])]))
        }
        return try HostileWork(team, diffs, more: more)
    }

    /// N writes of one field, each of which names the thousand before it.
    private static let manyOver = HostileShape(name: "lists of over", size: 60) { count in
        let team = try HostileTeam()
        var named: [WriteReference] = []
        for _ in 0..<1000 {
            team.begin(try team.first.diff([.set("/finding/x1/unit", "A")]))
            named.append(team.first.reference)
        }
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let set = Operation.set("/finding/x1/unit", .string("U\(number)"), over: named)
            diffs.append(try team.second.diff([set], seen: number == 0 ? [team.start] : []))
        }
        return try HostileWork(team, diffs)
    }

    /// N edits of a text, each of which leaves a thousand void splices out by name.
    private static let manyWithout = HostileShape(name: "lists of without", size: 60) { count in
        let team = try HostileTeam()
        var named: [WriteReference] = []
        for number in 0..<1000 {
            team.begin(
                try team.observer.diff([.splice(0, "x")], seen: number == 0 ? [team.start] : [])
            )
            named.append(team.observer.reference)
        }
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            diffs.append(
                try team.second.diff(
                    [.splice(number, "y")],
                    seen: number == 0 ? [team.start] : [],
                    without: named
                )
            )
        }
        return try HostileWork(team, diffs, edit: .statement)
    }

    /// Nothing bad: N edits of one field, each on top of the one before.
    private static let plainChain = HostileShape(name: "a plain chain", size: 3000) { count in
        let team = try HostileTeam()
        var over = team.raised
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let set = Operation.set("/finding/x1/unit", .string("U\(number)"), over: [over])
            diffs.append(try team.first.diff([set]))
            over = team.first.reference
        }
        return try HostileWork(team, diffs)
    }
}
