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
    }

    private struct Whole: Hashable {
        var key: Key
        var splices: [TextSplice]
    }

    private let events: [TextEvent]
    private let start: Int
    private var representatives: [Int] = []
    /// For an event with twins, the others.
    private var others: [Int: [Int]] = [:]

    init(_ events: [TextEvent], in range: Range<Int>) {
        self.events = events
        start = range.lowerBound
        var groups: [Key: [Int]] = [:]
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
                first: first
            )
            let whole = Whole(key: key, splices: event.splices)
            representatives.append(wholes[whole, default: index])
            wholes[whole] = representatives[index - start]
            groups[key, default: []].append(index)
        }
        for group in groups.values where group.count > 1 {
            for event in group {
                others[event] = group.filter { $0 != event }
            }
        }
    }

    /// Whether there are none: then nothing here costs anything.
    var isEmpty: Bool { others.isEmpty }

    /// The events that have twins, in causal order.
    var members: [Int] { others.keys.sorted() }

    /// The twins of an event that rank before it, each with how many splices they share.
    func earlier(than event: Int) -> [(event: Int, shared: Int)] {
        others[event, default: []].filter { ranks($0, before: event) }
            .map { ($0, shared($0, event)) }
    }

    /// Whether two events are twins throughout.
    func areSame(_ first: Int, _ second: Int) -> Bool {
        first != second && representative(of: first) == representative(of: second)
    }

    private func representative(of event: Int) -> Int {
        event < start ? event : representatives[event - start]
    }

    private func ranks(_ first: Int, before second: Int) -> Bool {
        let (a, b) = (events[first], events[second])
        return (a.agent, a.seq, first) < (b.agent, b.seq, second)
    }

    private func shared(_ first: Int, _ second: Int) -> Int {
        zip(events[first].splices, events[second].splices).prefix { $0 == $1 }.count
    }
}
