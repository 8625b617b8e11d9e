/// Concurrent events that begin with the same splices on the same view.
///
/// Two people who correct the same slip in the same way have corrected it once: of equal splices on
/// equal views one shows, that of the event which ranks first by agent, sequence number and place.
/// The view of an author who has seen both shows it once as well, so his positions count it once.
/// Views are equal if the parents and what is left out are equal, twins counting as one.
struct TextTwins {
    private struct Key: Hashable {
        var parents: Set<Int>
        var without: Set<Int>
        var first: TextSplice
        var erasure: [UInt8]?
    }

    private struct Whole: Hashable {
        var key: Key
        var splices: [TextSplice]
    }

    private let events: [TextEvent]
    private let start: Int
    private var representatives: [Int] = []
    /// Events with the same first splice on equal views, in the order of their rank.
    private var groups: [[Int]] = []
    private var groupOf: [Int: Int] = [:]

    init(_ events: [TextEvent], in range: Range<Int>) {
        self.events = events
        start = range.lowerBound
        var found: [Key: [Int]] = [:]
        var wholes: [Whole: Int] = [:]
        for index in range {
            let event = events[index]
            guard let first = event.splices.first else {
                representatives.append(index)
                continue
            }
            let key = Key(
                parents: Set(event.parents.map { representative(of: $0) }),
                without: Set(event.without.map { representative(of: $0) }),
                first: first,
                erasure: event.erasure
            )
            let whole = Whole(key: key, splices: event.splices)
            representatives.append(wholes[whole, default: index])
            wholes[whole] = representatives[index - start]
            found[key, default: []].append(index)
        }
        for group in found.values where group.count > 1 {
            for event in group { groupOf[event] = groups.count }
            groups.append(group.sorted { ranks($0, before: $1) })
        }
        members = groupOf.keys.sorted()
    }

    /// The events that have twins, in causal order.
    private(set) var members: [Int] = []

    /// Whether there are none: then nothing here costs anything.
    var isEmpty: Bool { groups.isEmpty }

    /// How many of an event's first splices are shown by a twin that ranks before it and is in a
    /// view; the search ends with the first that shows them all.
    func splicesShownEarlier(than event: Int, where isInView: (Int) -> Bool) -> Int {
        guard let group = groupOf[event] else { return 0 }
        let all = events[event].splices.count
        var most = 0
        for twin in groups[group] {
            if twin == event || most == all { break }
            if isInView(twin) { most = max(most, shared(twin, event)) }
        }
        return most
    }

    /// Whether two events are twins throughout.
    func areSame(_ first: Int, _ second: Int) -> Bool {
        first != second && representative(of: first) == representative(of: second)
    }

    /// The events that are twins of one throughout.
    func same(as event: Int) -> [Int] { mates(of: event).filter { areSame($0, event) } }

    /// The events that begin as one does, itself among them; none where it has no twins.
    func mates(of event: Int) -> [Int] { groupOf[event].map { groups[$0] } ?? [] }

    private func representative(of event: Int) -> Int {
        event < start ? event : representatives[event - start]
    }

    private func ranks(_ first: Int, before second: Int) -> Bool {
        let (a, b) = (events[first], events[second])
        return (a.agent, a.seq, first) < (b.agent, b.seq, second)
    }

    private func shared(_ first: Int, _ second: Int) -> Int {
        if representative(of: first) == representative(of: second) {
            return events[first].splices.count
        }
        return zip(events[first].splices, events[second].splices).prefix { $0 == $1 }.count
    }
}

/// The twins of a stretch that was walked: which of them reached beyond their views is known.
struct WalkedTwins {
    let twins: TextTwins
    let events: [TextEvent]
    let malformed: Set<Int>
    /// How long the text was that each author saw.
    let lengths: [Int: Int]
    /// How many events are in the text already: which of them are malformed is known.
    let known: Int
    /// How long an author may make a text.
    let lengthMax: Int

    /// How many of an event's first splices a twin in a view shows that ranks before it.
    func splicesShownEarlier(than event: Int, where isInView: (Int) -> Bool) -> Int {
        if twins.isEmpty { return 0 }
        let length = lengths[event] ?? 0
        return twins.splicesShownEarlier(than: event) { twin in
            // Equal views are equally long: a twin is malformed or not, walked already or not.
            isInView(twin) && !malformed.contains(twin)
                && (twin < known
                    || events[twin].isWellFormed(length: length, lengthMax: lengthMax))
        }
    }
}
