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
    /// Of decisions, those that leave the text as it is: they have the same result.
    private let idle: Set<Int>

    /// Concurrent events that decide about the same write: those with the same result do not touch.
    init(deciding events: [Int], idle: Set<Int>, _ stretch: TextStretch) {
        self.events = events
        self.idle = idle
        ancestry = stretch.ancestry
        twins = stretch.twins
        chains = ancestry.chains(of: events)
    }

    init(
        _ part: [Int],
        _ sequence: TextCharacters,
        row: Int,
        _ rows: TextRows,
        _ stretch: TextStretch
    ) {
        var found: Set<Int> = []
        for index in part {
            for place in sequence.pieces[index].touchers {
                let event = sequence.touchers[place]
                if rows.row(of: event) == row { found.insert(event) }
            }
        }
        events = found.sorted()
        idle = []
        ancestry = stretch.ancestry
        twins = stretch.twins
        chains = ancestry.chains(of: events)
    }

    /// What a list of events names of it.
    private struct Settled {
        let all: Set<Int>
        let chains: [[Int]]
        /// The idle ones among it.
        let idle: [[Int]]
    }

    /// The events that touch one with which nobody who had seen both has named them.
    func openEvents(_ settlers: TextSettlers) -> [Int] {
        guard chains.count > 1 else { return [] }
        let members = Set(events)
        let idleChains = ancestry.chains(of: idle.sorted())
        var named: [Int: Settled] = [:]
        return events.filter { event in
            let isIdle = idle.contains(event)
            let same = isIdle ? [] : twins.same(as: event).filter { members.contains($0) }
            var open = concurrent(with: event, in: chains) - same.count
            if isIdle { open -= concurrent(with: event, in: idleChains) }
            guard open > 0, let list = settlers.list(naming: event) else { return open > 0 }
            let settled = named[list] ?? settled(by: list, settlers, among: members)
            named[list] = settled
            open -= concurrent(with: event, in: settled.chains)
            open += same.count { settled.all.contains($0) }
            if isIdle { open += concurrent(with: event, in: settled.idle) }
            return open > 0
        }
    }

    private func settled(
        by list: Int,
        _ settlers: TextSettlers,
        among members: Set<Int>
    ) -> Settled {
        let all = settlers.named(by: list).intersection(members)
        return Settled(
            all: all,
            chains: ancestry.chains(of: all.sorted()),
            idle: ancestry.chains(of: all.intersection(idle).sorted())
        )
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
