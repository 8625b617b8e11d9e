/// Which events of a stretch had seen which, answered at once.
///
/// Events of one agent form a chain as long as each has seen the one before it; a fork begins a
/// new chain. An event knows, for each chain, how far it had seen it: all that is needed, since
/// anyone who has seen an event has seen the chain up to it. What goes on from the event before it on its
/// chain alone has seen as much of all others, and shares what that one knows.
package struct TextAncestry {
    private let start: Int
    private var chainOf: [Int32] = []
    private var placeOf: [Int32] = []
    /// For each event, which of the vectors it shares; what that says of its own chain does not count.
    private var vectorOf: [Int32] = []
    private var vectors: [SeenVector] = []
    private var chainLengths: [Int32] = []
    private var tips: [Int: [Int32]] = [:]

    /// Looks at the events of a range; what stands before it all of them have seen.
    package init(_ events: [TextEvent], in range: Range<Int>) {
        start = range.lowerBound
        chainOf.reserveCapacity(range.count)
        placeOf.reserveCapacity(range.count)
        vectorOf.reserveCapacity(range.count)
        for index in range {
            let agent = events[index].agent
            if !goOn(from: events[index].parents, by: agent) {
                append(events[index].parents, by: agent)
            }
        }
    }

    /// Adds an event that had seen nothing but the one before it on the only chain of its agent; returns false
    /// if it is none.
    private mutating func goOn(from parents: [Int], by agent: Int) -> Bool {
        guard parents.count == 1, parents[0] >= start, let chains = tips[agent], chains.count == 1
        else { return false }
        let (parent, chain) = (parents[0] - start, chains[0])
        guard chainOf[parent] == chain, placeOf[parent] == chainLengths[Int(chain)] else {
            return false
        }
        chainLengths[Int(chain)] += 1
        chainOf.append(chain)
        placeOf.append(chainLengths[Int(chain)])
        vectorOf.append(vectorOf[parent])
        return true
    }

    private mutating func append(_ parents: [Int], by agent: Int) {
        var vector = SeenVector()
        for parent in parents where parent >= start {
            let before = vectors[Int(vectorOf[parent - start])]
            if vector.isEmpty { vector = before } else { vector.formUnion(before) }
            vector.insert(place(of: parent))
        }
        let own = tips[agent, default: []].first {
            vector.newest(of: Int($0)) == Int(chainLengths[Int($0)])
        }
        let chain = own ?? Int32(chainLengths.count)
        if own == nil {
            chainLengths.append(0)
            tips[agent, default: []].append(chain)
        }
        chainLengths[Int(chain)] += 1
        chainOf.append(chain)
        placeOf.append(chainLengths[Int(chain)])
        vectorOf.append(Int32(vectors.count))
        vectors.append(vector)
    }

    /// Whether the author of `event` had seen `other`; an event has not seen itself.
    package func hasSeen(_ event: Int, _ other: Int) -> Bool {
        guard event != other, event >= start else { return false }
        guard other >= start else { return true }
        let chain = chainOf[other - start]
        let place = placeOf[other - start]
        if chain == chainOf[event - start] { return placeOf[event - start] >= place }
        return vectors[Int(vectorOf[event - start])].newest(of: Int(chain)) >= Int(place)
    }

    /// How far an event's author knew a chain, the event itself included.
    func newest(of chain: Int, knownTo event: Int) -> Int {
        if Int(chainOf[event - start]) == chain { return Int(placeOf[event - start]) }
        return vectors[Int(vectorOf[event - start])].newest(of: chain)
    }

    /// Where an event stands on its chain.
    func place(of event: Int) -> BranchSeq {
        BranchSeq(branch: Int(chainOf[event - start]), seq: Int(placeOf[event - start]))
    }

    /// Whether neither of two events had seen the other.
    func areConcurrent(_ first: Int, _ second: Int) -> Bool {
        first != second && !hasSeen(first, second) && !hasSeen(second, first)
    }

    /// The number of the chain that an event is on.
    func chain(of event: Int) -> Int { Int(chainOf[event - start]) }

    /// Some events, ascending, by the chains they are on.
    func chains(of events: some Sequence<Int>) -> [[Int]] {
        var chains: [(number: Int, events: [Int])] = []
        var places: [Int: Int] = [:]
        var place = -1
        for event in events {
            let number = chain(of: event)
            // Events of one chain mostly follow each other.
            if place < 0 || chains[place].number != number {
                place = places[number] ?? chains.count
                if place == chains.count {
                    places[number] = place
                    chains.append((number, []))
                }
            }
            chains[place].events.append(event)
        }
        return chains.sorted { $0.number < $1.number }.map(\.events)
    }

    /// The number of what an event knows of all chains but its own; events that share it are of one chain.
    func vector(of event: Int) -> Int { Int(vectorOf[event - start]) }

    /// How many of these there are.
    var vectorCount: Int { vectors.count }

    /// How many chains there are.
    var chainCount: Int { chainLengths.count }

    /// How much of each of the first chains was seen by an event, or by what was before it; chains beyond the
    /// end were not.
    func version(of event: Int, withItself: Bool) -> [Int32] {
        var version = vectors[Int(vectorOf[event - start])].first
        let own = chain(of: event)
        if own >= version.count {
            version += [Int32](repeating: 0, count: own + 1 - version.count)
        }
        version[own] = placeOf[event - start] - (withItself ? 0 : 1)
        return version
    }
}
