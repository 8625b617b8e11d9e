/// Events of one long row that inserted or deleted something between the same two characters of its ground:
/// those of them that are concurrent touch.
///
/// Which of them are open is counted chain by chain, since of a chain those that are concurrent with an
/// event stand together.
struct TextRegion {
    private let events: [Int]
    private let chains: [[Int]]
    private let ancestry: TextAncestry
    private let twins: TextTwins

    init(
        _ part: [Int],
        _ sequence: TextMerge.Characters,
        row: Int,
        _ rows: TextRows,
        _ stretch: TextMerge.Stretch
    ) {
        var found: Set<Int> = []
        for index in part {
            for place in sequence.pieces[index].touchers {
                let event = sequence.touchers[place]
                if rows.row(of: event) == row { found.insert(event) }
            }
        }
        events = found.sorted()
        ancestry = stretch.ancestry
        twins = stretch.twins
        chains = ancestry.chains(of: events)
    }

    /// The events that touch one with which nobody who had seen both has named them.
    func openEvents(_ settlers: TextSettlers) -> [Int] {
        guard chains.count > 1 else { return [] }
        let members = Set(events)
        var named: [Int: (all: Set<Int>, chains: [[Int]])] = [:]
        return events.filter { event in
            var open = concurrent(with: event, in: chains)
            let same = twins.same(as: event).filter { members.contains($0) }
            open -= same.count
            guard open > 0, let list = settlers.list(naming: event) else { return open > 0 }
            let settled: (all: Set<Int>, chains: [[Int]])
            if let known = named[list] {
                settled = known
            } else {
                let all = settlers.named(by: list).intersection(members)
                settled = (all, ancestry.chains(of: all.sorted()))
                named[list] = settled
            }
            open -= concurrent(with: event, in: settled.chains)
            open += same.count { settled.all.contains($0) }
            return open > 0
        }
    }

    /// How many events of some chains are concurrent with one.
    private func concurrent(with event: Int, in chains: [[Int]]) -> Int {
        chains.reduce(0) { count, chain in
            guard let first = chain.first, ancestry.chain(of: first) != ancestry.chain(of: event)
            else { return count }
            let unseen = chain.partition { !ancestry.hasSeen(event, $0) }
            let seeing = chain.partition { ancestry.hasSeen($0, event) }
            return count + max(0, seeing - unseen)
        }
    }
}
