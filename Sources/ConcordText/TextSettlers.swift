/// Which events of a text others name in their `over`, and so which pairs are resolved.
struct TextSettlers {
    /// For each event the number of the list of events that name it.
    private var listOf: [Int: Int] = [:]
    private var lists: [[Int]] = []
    private let events: [TextEvent]

    /// Looks at all events of a text; one that writes nothing resolves nothing.
    init(_ events: [TextEvent], malformed: Set<Int>) {
        self.events = events
        let naming = events.indices.filter { index in
            events[index].hasEffect && events[index].over.count > 1 && !malformed.contains(index)
        }
        guard !naming.isEmpty else { return }
        let ancestry = TextAncestry(events, in: 0..<events.count)
        var namedBy: [Int: [Int]] = [:]
        for index in naming {
            for other in Set(events[index].over) where ancestry.hasSeen(index, other) {
                namedBy[other, default: []].append(index)
            }
        }
        var numbers: [[Int]: Int] = [:]
        for (event, list) in namedBy {
            let number = numbers[list] ?? lists.count
            if number == lists.count {
                numbers[list] = number
                lists.append(list)
            }
            listOf[event] = number
        }
    }

    /// Whether one event names both.
    func settle(_ pair: TextPair) -> Bool {
        guard let first = listOf[pair.first], let second = listOf[pair.second] else { return false }
        return first == second || !Set(lists[first]).isDisjoint(with: lists[second])
    }

    /// The number of the list of events that name one: equal lists have equal numbers.
    func list(naming event: Int) -> Int? { listOf[event] }

    /// All that the events of a list name.
    func named(by list: Int) -> Set<Int> { Set(lists[list].flatMap { events[$0].over }) }
}
