/// The rows of a stretch: effective events that are concurrent with each other, or linked by a row of
/// events each of which is concurrent with the next.
///
/// Of two rows the events of one had seen all of the other. So rows have an order, and what is concurrent
/// is always of one row.
package struct TextRows {
    /// Some of the effective events, in causal order.
    struct Row {
        var events: ArraySlice<Int>

        var count: Int { events.count }
        /// One more than its newest event.
        var upperBound: Int { (events.last ?? -1) + 1 }
    }

    /// With more splices a row is long: which pairs of it touch is not looked for.
    package static let pairsMax = 128

    /// In causal order.
    private(set) var all: [Row] = []
    private let ancestry: TextAncestry
    private let start: Int
    private var rowOf: [Int32]
    /// The effective events of each chain, ascending.
    private let chains: [[Int]]

    init(_ writing: [Int], in range: Range<Int>, _ ancestry: TextAncestry) {
        self.ancestry = ancestry
        start = range.lowerBound
        rowOf = Array(repeating: -1, count: range.count)
        chains = ancestry.chains(of: writing)
        var cuts = Set<Int>()
        var lowest = Int.max
        // Events that know the same of all other chains lack the same of them.
        var unseen = [Int](repeating: -1, count: ancestry.vectorCount)
        for (place, event) in writing.enumerated().reversed() {
            // A row ends after this event if all that follows had seen everything up to it.
            if lowest > event { cuts.insert(place) }
            let vector = ancestry.vector(of: event)
            if unseen[vector] < 0 { unseen[vector] = firstUnseen(by: event) }
            if unseen[vector] < event { lowest = min(lowest, unseen[vector]) }
        }
        var first = 0
        for place in writing.indices {
            rowOf[writing[place] - start] = Int32(all.count)
            guard cuts.contains(place) else { continue }
            all.append(Row(events: writing[first...place]))
            first = place + 1
        }
    }

    /// Which row an event is of; nil for one without effect.
    func row(of event: Int) -> Int? {
        let row = rowOf[event - start]
        return row < 0 ? nil : Int(row)
    }

    /// The first effective event of another chain that the author of an event had not seen.
    private func firstUnseen(by event: Int) -> Int {
        var first = Int.max
        let own = ancestry.chain(of: event)
        for chain in chains where chain.first.map({ ancestry.chain(of: $0) != own }) ?? false {
            let unseen = chain.partition { !ancestry.hasSeen(event, $0) }
            if unseen < chain.count { first = min(first, chain[unseen]) }
        }
        return first
    }

    /// From which row on some, and from which all, events had seen one without effect.
    func rowsThatSaw(_ event: Int) -> (some: Int, all: Int) {
        var some = all.count
        var last = -1
        for chain in chains {
            let seeing = chain.partition { ancestry.hasSeen($0, event) }
            if seeing < chain.count { some = min(some, row(of: chain[seeing]) ?? some) }
            if seeing > 0 { last = max(last, row(of: chain[seeing - 1]) ?? last) }
        }
        return (some, last + 1)
    }

    /// How many events of a row had seen another event.
    func count(in row: Int, thatSaw event: Int) -> Int {
        let events = all[row].events
        guard let first = events.first, let last = events.last else { return 0 }
        return chains.reduce(0) { count, chain in
            let seeing = chain.partition { ancestry.hasSeen($0, event) }
            let from = max(seeing, chain.partition { $0 >= first })
            let to = chain.partition { $0 > last }
            return count + max(0, to - from)
        }
    }
}

extension Array {
    /// The first place from which on something holds, found by halving: it holds of no element before
    /// that place and of all from there on.
    package func partition(_ holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
