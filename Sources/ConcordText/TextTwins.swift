/// Concurrent events that begin with the same splices on the same view.
///
/// Two people who correct the same slip in the same way have corrected it once: of equal splices on
/// equal views one shows, that of the event which ranks first by agent, sequence number and place.
/// The view of an author who has seen both shows it once as well, so their positions count it once.
/// Views are equal if the parents and what is left out are equal, twins counting as one.
struct TextTwins {
    private let events: [TextEvent]
    private let start: Int
    private var representatives: [Int] = []
    /// Events with the same first splice on equal views, in the order of their rank.
    private var groups: [[Int]] = []
    private var groupOf: [Int: Int] = [:]

    init(_ events: [TextEvent], in range: Range<Int>) {
        self.events = events
        start = range.lowerBound
        representatives = Array(range)
        // Where no two are alike that go on from the same event, no two are alike.
        find(in: range, siblings: Self.siblings(events, in: range))
        if !groups.isEmpty {
            (groups, groupOf, representatives) = ([], [:], Array(range))
            find(in: range, siblings: nil)
        }
        groups = groups.map { group in group.sorted { ranks($0, before: $1) } }
        members = groupOf.keys.sorted()
    }

    /// The events of a range that go on from what another one goes on from too, or from what stands before.
    private static func siblings(_ events: [TextEvent], in range: Range<Int>) -> [Bool] {
        let start = range.lowerBound
        var children = [Int32](repeating: 0, count: range.count)
        for index in range {
            for parent in events[index].parents where parent >= start {
                children[parent - start] += 1
            }
        }
        return range.map { index in
            for parent in events[index].parents where parent >= start {
                if children[parent - start] == 1 { return false }
            }
            return true
        }
    }

    /// Finds the groups, among some events or all.
    private mutating func find(in range: Range<Int>, siblings: [Bool]?) {
        // Events that begin alike, as lists: the newest of each, and for each event the one before it.
        var newest: [Int: Int] = [:]
        var previous = [Int](repeating: -1, count: range.count)
        var wholes: [Whole: Int] = [:]
        for index in range {
            if let siblings, !siblings[index - start] { continue }
            guard let first = events[index].splices.first else { continue }
            let hash = hash(of: index, first)
            guard let last = newest.updateValue(index, forKey: hash) else { continue }
            previous[index - start] = last
            var other = last
            while other >= start {
                if beginsAlike(other, index) {
                    join(other, index, &wholes)
                    break
                }
                other = previous[other - start]
            }
        }
    }

    /// Alike for events that begin alike, and for hardly any others: anyone who could make more of them alike
    /// could make all of them be compared with each other.
    private func hash(of event: Int, _ first: TextSplice) -> Int {
        let event = events[event]
        var hasher = Hasher()
        combine(event.parents, into: &hasher)
        combine(event.without, into: &hasher)
        hasher.combine(first)
        hasher.combine(event.erasure)
        return hasher.finalize()
    }

    private func combine(_ list: [Int], into hasher: inout Hasher) {
        if list.count < 2 {
            hasher.combine(list.first.map(representative) ?? -1)
        } else {
            let set = represented(list)
            // Twins count as one: then as a list of one does.
            if set.count == 1, let only = set.first {
                hasher.combine(only)
            } else {
                hasher.combine(set)
            }
        }
    }

    /// Whether two events have the same first splice on equal views.
    private func beginsAlike(_ one: Int, _ other: Int) -> Bool {
        let (left, right) = (events[one], events[other])
        guard left.splices.first == right.splices.first, left.erasure == right.erasure else {
            return false
        }
        return isSame(left.parents, right.parents) && isSame(left.without, right.without)
    }

    private func isSame(_ one: [Int], _ other: [Int]) -> Bool {
        one == other || represented(one) == represented(other)
    }

    private func represented(_ list: [Int]) -> Set<Int> { Set(list.map(representative)) }

    /// Puts an event into the group of another, and finds the first of those that are like it throughout.
    private mutating func join(_ one: Int, _ other: Int, _ wholes: inout [Whole: Int]) {
        let group = groupOf[one] ?? groups.count
        if group == groups.count {
            groups.append([one])
            groupOf[one] = group
            wholes[Whole(group: group, splices: events[one].splices)] = one
        }
        groups[group].append(other)
        groupOf[other] = group
        let whole = Whole(group: group, splices: events[other].splices)
        if let first = wholes[whole] {
            representatives[other - start] = first
        } else {
            wholes[whole] = other
        }
    }

    /// What twins throughout have in common.
    private struct Whole: Hashable {
        var group: Int
        var splices: [TextSplice]
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

    /// The same for all events that begin as one does, for a view that is the same for all of them.
    func splicesShownEarlier(
        amongMatesOf event: Int,
        where isInView: (Int) -> Bool
    ) -> [Int: Int] {
        var shown: [Int: Int] = [:]
        var continuations: [Continuation: Int] = [:]
        for mate in mates(of: event) {
            let splices = events[mate].splices
            var (count, place) = (0, 0)
            while count < splices.count,
                let next = continuations[Continuation(of: place, splice: splices[count])]
            {
                (count, place) = (count + 1, next)
            }
            shown[mate] = count
            guard isInView(mate) else { continue }
            for splice in splices[count...] {
                let next = continuations.count + 1
                continuations[Continuation(of: place, splice: splice)] = next
                place = next
            }
        }
        return shown
    }

    /// How a list of splices goes on from a place in the tree of all lists.
    private struct Continuation: Hashable {
        let of: Int
        let splice: TextSplice
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
    let stretch: TextStretch
    let events: [TextEvent]
    let malformed: Set<Int>
    /// How many events are in the text already: which of them are malformed is known.
    let known: Int
    /// How long an author may make a text.
    let lengthMax: Int

    /// How many of an event's first splices a twin in a view shows that ranks before it.
    func splicesShownEarlier(than event: Int, where isInView: (Int) -> Bool) -> Int {
        if stretch.twins.isEmpty { return 0 }
        let length = stretch.length(before: event)
        return stretch.twins.splicesShownEarlier(than: event) { twin in
            isInView(twin) && isWellFormed(twin, length: length)
        }
    }

    /// How many of an event's first splices a twin with effect shows that ranks before it, of the first `limit` events.
    func splicesInEffectEarlier(than event: Int, before limit: Int) -> Int {
        if stretch.twins.isEmpty { return 0 }
        if let shown = stretch.shownByTwins[limit]?[event] { return shown }
        let length = stretch.length(before: event)
        let found = stretch.twins.splicesShownEarlier(amongMatesOf: event) { twin in
            twin < limit && events[twin].hasEffect && isWellFormed(twin, length: length)
        }
        stretch.note(shownByTwins: found, before: limit)
        return found[event] ?? 0
    }

    /// Equal views are equally long: a twin is malformed or not, walked already or not.
    private func isWellFormed(_ twin: Int, length: Int) -> Bool {
        !malformed.contains(twin)
            && (twin < known || events[twin].isWellFormed(length: length, lengthMax: lengthMax))
    }
}
