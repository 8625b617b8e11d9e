import ConcordText

/// The merge of texts, straight from its definition: slow and obvious.
///
/// Every character is a node of a tree. With a right origin it hangs to the left of that, otherwise
/// to the right of its left origin; siblings stand in the order of agent, then sequence number.
/// Reading the tree gives the sequence. Who saw what is looked up in sets of events.
struct SlowText {
    struct Item {
        var scalar: Unicode.Scalar
        var event: Int
        var splice: Int
        var left: Int?
        var deletions: Set<Int> = []
        var leftChildren: [Int] = []
        var rightChildren: [Int] = []
    }

    private(set) var events: [TextEvent] = []
    private(set) var items: [Item] = []
    private(set) var order: [Int] = []
    private(set) var ancestors: [Set<Int>] = []
    private(set) var malformed: Set<Int> = []
    private var roots: [Int] = []
    private var representatives: [Int] = []
    private let showsTwinsOnce: Bool
    private let lengthMax: Int

    /// Without `twins`, equal splices on equal views all show, as in the public traces.
    init(_ events: [TextEvent] = [], twins: Bool = true, lengthMax: Int = .max) {
        showsTwinsOnce = twins
        self.lengthMax = lengthMax
        for event in events { append(event) }
    }

    mutating func append(_ event: TextEvent) {
        let index = events.count
        events.append(event)
        ancestors.append(Self.ancestors(of: event.parents, self))
        apply(index)
        representatives.append(representative(index))
    }

    /// The merged text.
    var text: String {
        let void = Set(events.indices.filter { !events[$0].hasEffect })
        return string(of: Set(events.indices).subtracting(void))
    }

    /// What the author of an event had in front of him after it.
    func textAfter(_ index: Int) -> String {
        string(of: view(of: index).union([index]))
    }

    func view(of index: Int) -> Set<Int> {
        ancestors[index].subtracting(events[index].without)
    }

    /// Whether an item is in a view: its insertion is, no deletion of it is, and no earlier twin.
    func isShown(_ item: Int, in view: Set<Int>) -> Bool {
        let item = items[item]
        return view.contains(item.event) && item.deletions.isDisjoint(with: view)
            && !hasEarlierTwin(item.event, splice: item.splice, in: view)
    }

    private func string(of view: Set<Int>) -> String {
        var text = String.UnicodeScalarView()
        for item in order where isShown(item, in: view) { text.append(items[item].scalar) }
        return String(text)
    }

    // MARK: Twins

    func hasEarlierTwin(_ event: Int, splice: Int, in view: Set<Int>) -> Bool {
        showsTwinsOnce
            && view.contains { other in
                other != event && !malformed.contains(other)
                    && ranks(other, event) && areTwins(other, event, upTo: splice)
            }
    }

    /// Whether two events begin with the same splices, up to and with one, on equal views.
    func areTwins(_ first: Int, _ second: Int, upTo splice: Int) -> Bool {
        let (a, b) = (events[first], events[second])
        guard a.splices.count > splice, b.splices.count > splice,
            a.splices[...splice] == b.splices[...splice]
        else { return false }
        return haveEqualViews(first, second)
    }

    func haveEqualViews(_ first: Int, _ second: Int) -> Bool {
        let (a, b) = (events[first], events[second])
        return first == second
            || Set(a.parents.map { representatives[$0] })
                == Set(b.parents.map { representatives[$0] })
                && Set(a.without.map { representatives[$0] })
                    == Set(b.without.map { representatives[$0] })
    }

    private func representative(_ event: Int) -> Int {
        for other in 0..<event
        where !events[event].splices.isEmpty && events[other].splices == events[event].splices
            && haveEqualViews(other, event)
        {
            return other
        }
        return event
    }

    private func ranks(_ first: Int, _ second: Int) -> Bool {
        let (a, b) = (events[first], events[second])
        return (a.agent, a.seq, first) < (b.agent, b.seq, second)
    }

    // MARK: Walking

    private mutating func apply(_ index: Int) {
        let view = view(of: index)
        let before = order.count { isShown($0, in: view) }
        var length = before
        for splice in events[index].splices {
            guard splice.at >= 0, splice.delete >= 0, splice.at + splice.delete <= length else {
                malformed.insert(index)
                return
            }
            length += splice.insert.unicodeScalars.count - splice.delete
        }
        if length > lengthMax, length > before {
            malformed.insert(index)
            return
        }
        for (number, splice) in events[index].splices.enumerated() {
            apply(splice, number, of: index, view: view.union([index]))
        }
    }

    private mutating func apply(
        _ splice: TextSplice,
        _ number: Int,
        of index: Int,
        view: Set<Int>
    ) {
        let own = view
        let seen = ancestors[index].union([index])
        func shown(_ item: Int) -> Bool {
            if items[item].event == index { return items[item].deletions.isDisjoint(with: own) }
            return isShown(item, in: view.subtracting([index]))
                && !items[item].deletions.contains(index)
        }
        let visible = order.filter(shown)
        for item in visible[splice.at..<(splice.at + splice.delete)] {
            items[item].deletions.insert(index)
        }
        var left = splice.at == 0 ? nil : visible[splice.at - 1]
        for scalar in splice.insert.unicodeScalars {
            let start = left.map { left in order.firstIndex(of: left).map { $0 + 1 } ?? 0 } ?? 0
            let next = order[start...].first { seen.contains(items[$0].event) }
            let right = next.flatMap { items[$0].left == left ? $0 : nil }
            items.append(
                Item(scalar: scalar, event: index, splice: number, left: left)
            )
            attach(items.count - 1, left: left, right: right)
            left = items.count - 1
            order = reading(roots)
        }
    }

    private mutating func attach(_ item: Int, left: Int?, right: Int?) {
        if let right {
            items[right].leftChildren = sorted(items[right].leftChildren + [item])
        } else if let left {
            items[left].rightChildren = sorted(items[left].rightChildren + [item])
        } else {
            roots = sorted(roots + [item])
        }
    }

    private func sorted(_ siblings: [Int]) -> [Int] {
        siblings.sorted {
            let (a, b) = (items[$0].event, items[$1].event)
            return a == b ? $0 < $1 : ranks(a, b)
        }
    }

    private func reading(_ siblings: [Int]) -> [Int] {
        siblings.flatMap { item in
            reading(items[item].leftChildren) + [item] + reading(items[item].rightChildren)
        }
    }

    static func ancestors(of parents: [Int], _ slow: SlowText) -> Set<Int> {
        parents.reduce(into: Set(parents)) { $0.formUnion(slow.ancestors[$1]) }
    }

    // MARK: What touches

    /// Open pairs, from their definition. Of an event that is open in a row of more than `pairsMax` splices
    /// it is told alone.
    func openPairs(pairsMax: Int = 128) -> [TextPair] {
        var pairs: Set<TextPair> = []
        for row in rows {
            let isLong = row.reduce(0) { $0 + events[$1].splices.count } > pairsMax
            let ground = isLong ? ground(of: row) : []
            for first in row {
                for second in row where first < second && isOpen(first, second) {
                    if !isLong, touch(first, second) || decideDifferently(first, second) {
                        pairs.insert(TextPair(first, second))
                    }
                    guard isLong,
                        touch(first, second, ground: ground) || decideDifferently(first, second)
                    else { continue }
                    pairs.formUnion([TextPair(first, first), TextPair(second, second)])
                }
            }
        }
        return pairs.union(openPairsLeftOut(pairsMax)).sorted {
            ($0.first, $0.second) < ($1.first, $1.second)
        }
    }

    /// The open pairs of which one was seen and left out by the other. Of an event that left out, or was left out by, too many it
    /// is not asked which touch.
    private func openPairsLeftOut(_ pairsMax: Int) -> Set<TextPair> {
        var all: [TextPair] = []
        for event in writing {
            for other in writing
            where ancestors[event].contains(other) && events[event].without.contains(other) {
                all.append(TextPair(other, event))
            }
        }
        let few = all.filter { pair in all.count { $0.second == pair.second } <= pairsMax / 8 }
        var pairs: Set<TextPair> = []
        for pair in all where !isSettled(pair.first, pair.second) {
            let isMany = !few.contains(pair) || few.count { $0.first == pair.first } > pairsMax
            if isMany {
                pairs.formUnion([pair.first, pair.second].map { TextPair($0, $0) })
            } else if touch(pair.first, pair.second)
                || decideDifferently(pair.first, pair.second)
            {
                pairs.insert(pair)
            }
        }
        return pairs
    }

    private var writing: [Int] {
        events.indices.filter { events[$0].hasEffect && !malformed.contains($0) }
    }

    /// The events that are concurrent, or linked by others that are.
    private var rows: [[Int]] {
        var rows: [[Int]] = []
        for event in writing {
            var row = [event]
            for index in rows.indices.reversed()
            where rows[index].contains(where: { !ancestors[event].contains($0) }) {
                row = rows.remove(at: index) + row
            }
            rows.append(row)
        }
        return rows
    }

    /// What all events of a row had before them and none deletes.
    private func ground(of row: [Int]) -> Set<Int> {
        Set(
            order.filter { item in
                row.allSatisfy { event in
                    isShown(item, in: view(of: event)) && !items[item].deletions.contains(event)
                }
            }
        )
    }

    private func isOpen(_ first: Int, _ second: Int) -> Bool {
        guard !ancestors[second].contains(first) else { return false }
        if events[first].splices == events[second].splices, haveEqualViews(first, second) {
            return false
        }
        return !isSettled(first, second)
    }

    private func isSettled(_ first: Int, _ second: Int) -> Bool {
        events.indices.contains { index in
            events[index].hasEffect && !malformed.contains(index)
                && Set(events[index].over).isSuperset(of: [first, second])
                && ancestors[index].isSuperset(of: [first, second])
        }
    }

    /// Whether both name one write, and not both leave the text as it is.
    private func decideDifferently(_ first: Int, _ second: Int) -> Bool {
        let (a, b) = (events[first], events[second])
        func isIdle(_ event: TextEvent) -> Bool {
            event.splices.allSatisfy { $0.delete == 0 && $0.insert.isEmpty }
        }
        return !Set(a.names).isDisjoint(with: b.names) && !(isIdle(a) && isIdle(b))
    }

    /// - Parameter ground: what alone keeps apart; by default what both had and neither deletes.
    private func touch(_ first: Int, _ second: Int, ground: Set<Int>? = nil) -> Bool {
        func touches(_ item: Int, _ event: Int) -> Bool {
            items[item].event == event || items[item].deletions.contains(event)
        }
        func keeps(_ item: Int, _ event: Int) -> Bool {
            isShown(item, in: view(of: event)) && !items[item].deletions.contains(event)
        }
        for (start, end) in [(first, second), (second, first)] {
            for (index, item) in order.enumerated() where touches(item, start) {
                if touches(item, end) { return true }
                for other in order[(index + 1)...] {
                    if touches(other, end) { return true }
                    let isApart =
                        ground.map { $0.contains(other) }
                        ?? (keeps(other, start) && keeps(other, end))
                    if isApart { break }
                }
            }
        }
        return false
    }
}
