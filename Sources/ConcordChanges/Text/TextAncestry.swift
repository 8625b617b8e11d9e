/// Which events of a stretch had seen which, answered at once.
///
/// Events of one agent form a chain as long as each has seen the one before it; a fork begins a
/// new chain. An event knows, for each chain, how far it had seen it: all that is needed, since
/// whoever has seen an event has seen the chain up to it.
struct TextAncestry {
    private let start: Int
    private var chainOf: [Int32] = []
    private var placeOf: [Int32] = []
    private var seen: [[Int32]] = []
    private var chainLengths: [Int32] = []

    /// Looks at the events of a range; what stands before it all of them have seen.
    init(_ events: [TextEvent], in range: Range<Int>) {
        start = range.lowerBound
        var tips: [Int: [Int32]] = [:]
        var lengths: [Int32] = []
        for index in range {
            var vector = [Int32](repeating: 0, count: lengths.count)
            for parent in events[index].parents where parent >= start {
                for (chain, length) in seen[parent - start].enumerated() {
                    vector[chain] = max(vector[chain], length)
                }
            }
            let agent = events[index].agent
            let own = tips[agent, default: []].first { vector[Int($0)] == lengths[Int($0)] }
            let chain: Int32
            if let own {
                chain = own
            } else {
                chain = Int32(lengths.count)
                lengths.append(0)
                vector.append(0)
                tips[agent, default: []].append(chain)
            }
            lengths[Int(chain)] += 1
            vector[Int(chain)] = lengths[Int(chain)]
            chainOf.append(chain)
            placeOf.append(lengths[Int(chain)])
            seen.append(vector)
        }
        chainLengths = lengths
    }

    /// Whether the author of `event` had seen `other`; an event has not seen itself.
    func hasSeen(_ event: Int, _ other: Int) -> Bool {
        guard event != other, event >= start else { return false }
        guard other >= start else { return true }
        let vector = seen[event - start]
        let chain = Int(chainOf[other - start])
        return chain < vector.count && vector[chain] >= placeOf[other - start]
    }

    /// Whether neither of two events had seen the other.
    func areConcurrent(_ first: Int, _ second: Int) -> Bool {
        first != second && !hasSeen(first, second) && !hasSeen(second, first)
    }

    /// The number of the chain that an event is on.
    func chain(of event: Int) -> Int { Int(chainOf[event - start]) }

    /// Some events, ascending, by the chains they are on.
    func chains(of events: some Sequence<Int>) -> [[Int]] {
        var chains: [Int: [Int]] = [:]
        for event in events { chains[chain(of: event), default: []].append(event) }
        return chains.sorted { $0.key < $1.key }.map(\.value)
    }

    /// How many chains there are.
    var chainCount: Int { chainLengths.count }

    /// How much of each chain was seen by an event, or by what was before it; chains beyond the end were not.
    func version(of event: Int, withItself: Bool) -> [Int32] {
        var version = seen[event - start]
        if !withItself { version[chain(of: event)] -= 1 }
        return version
    }
}
