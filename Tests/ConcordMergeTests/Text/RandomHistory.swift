import ConcordTesting
import ConcordText

/// Makes histories of authors who often type at the same place.
struct RandomHistory {
    /// What may happen besides typing.
    struct Habits {
        var voids = false
        var malformed = false
        var twins = false
        var forks = true
        /// How long an author may make a text.
        var lengthMax = Int.max
        /// How many there are.
        var authors = 2...5
    }

    var generator: SeededGenerator
    let habits: Habits
    private(set) var slow: SlowText
    private var heads: [[Int]]
    /// Where each author typed last.
    private var cursors: [Int]

    var events: [TextEvent] { slow.events }

    private static let alphabet = ["a", "b", "é", "中", "😀", "xyz", "q", "wörter"]

    init(seed: UInt64, habits: Habits = Habits()) {
        generator = SeededGenerator(seed: seed)
        self.habits = habits
        slow = SlowText(twins: habits.voids || habits.twins, lengthMax: habits.lengthMax)
        heads = []
        cursors = []
        heads = Array(repeating: [], count: Int.random(in: habits.authors, using: &generator))
        cursors = Array(repeating: 0, count: heads.count)
    }

    /// Adds events until there are so many.
    mutating func grow(to count: Int) {
        while events.count < count {
            step()
        }
    }

    private mutating func step() {
        let author = Int.random(in: 0..<heads.count, using: &generator)
        if Int.random(in: 0..<3, using: &generator) == 0, !events.isEmpty {
            let other = Int.random(in: 0..<heads.count, using: &generator)
            heads[author] = maximal(heads[author] + heads[other])
        }
        var event = TextEvent(
            parents: heads[author],
            agent: author,
            seq: events.count,
            splices: []
        )
        chooseOmissions(&event)
        let length = viewLength(event)
        event.splices = splices(length, by: author)
        chooseTwin(&event, length: length)
        if !event.over.isEmpty, Int.random(in: 0..<3, using: &generator) == 0 {
            event.splices = [TextSplice(at: 0, delete: 0, insert: "")]
        }
        if habits.malformed, Int.random(in: 0..<12, using: &generator) == 0 {
            let end = event.splices.reduce(length) {
                $0 + $1.insert.unicodeScalars.count - $1.delete
            }
            // Just beyond the end, by where it begins or by what it deletes.
            let isLate = Bool.random(using: &generator)
            event.splices.append(
                TextSplice(at: end + (isLate ? 1 : 0), delete: isLate ? 0 : 1, insert: "!")
            )
        }
        slow.append(event)
        let isFork = habits.forks && Int.random(in: 0..<15, using: &generator) == 0
        if !isFork { heads[author] = [events.count - 1] }
    }

    private mutating func chooseOmissions(_ event: inout TextEvent) {
        guard habits.voids else { return }
        event.hasEffect = Int.random(in: 0..<5, using: &generator) > 0
        let seen = SlowText.ancestors(of: event.parents, slow).sorted()
        for other in seen {
            let isVoid = !events[other].hasEffect
            let isOmitted = Int.random(in: 0..<10, using: &generator) < (isVoid ? 8 : 1)
            if isOmitted { event.without.append(other) }
        }
        for other in seen where Int.random(in: 0..<6, using: &generator) == 0 {
            event.over.append(other)
        }
        event.names = event.over
    }

    /// Does what another did who had seen the same.
    private mutating func chooseTwin(_ event: inout TextEvent, length: Int) {
        guard habits.twins, Bool.random(using: &generator) else { return }
        let same = events.filter { $0.parents == event.parents && $0.without == event.without }
        guard var splices = same.randomElement(using: &generator)?.splices else { return }
        if Bool.random(using: &generator), splices.count > 1 { splices.removeLast() }
        event.splices = splices
    }

    private func viewLength(_ event: TextEvent) -> Int {
        let view = SlowText.ancestors(of: event.parents, slow).subtracting(event.without)
        return slow.order.count { slow.isShown($0, in: view) }
    }

    private mutating func splices(_ length: Int, by author: Int) -> [TextSplice] {
        var length = length
        return (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            // Often where he typed before, or near the beginning, so that authors meet.
            let limit = Bool.random(using: &generator) ? min(length, 3) : length
            let isGoingOn = Int.random(in: 0..<3, using: &generator) == 0
            let at =
                isGoingOn
                ? min(cursors[author], length) : Int.random(in: 0...limit, using: &generator)
            let delete =
                Int.random(in: 0..<3, using: &generator) == 0
                ? Int.random(in: 0...min(length - at, 4), using: &generator) : 0
            let insert =
                delete > 0 && Bool.random(using: &generator)
                ? "" : Self.alphabet.randomElement(using: &generator) ?? "a"
            length += insert.unicodeScalars.count - delete
            cursors[author] = at + insert.unicodeScalars.count
            return TextSplice(at: at, delete: delete, insert: insert)
        }
    }

    private func maximal(_ list: [Int]) -> [Int] {
        let set = Set(list)
        return set.filter { head in
            !set.contains { slow.ancestors[$0].contains(head) }
        }.sorted()
    }

    /// The same history in another order that respects causality.
    mutating func shuffled() -> [TextEvent] {
        causallyShuffled(events, &generator)
    }
}

/// The same events in another order that respects causality.
func causallyShuffled(
    _ events: [TextEvent],
    _ generator: inout SeededGenerator
) -> [TextEvent] {
    var children = [[Int]](repeating: [], count: events.count)
    var waiting = events.map(\.parents.count)
    for (index, event) in events.enumerated() {
        for parent in event.parents { children[parent].append(index) }
    }
    var ready = events.indices.filter { waiting[$0] == 0 }
    var places = [Int](repeating: -1, count: events.count)
    var result: [TextEvent] = []
    while !ready.isEmpty {
        ready.swapAt(Int.random(in: 0..<ready.count, using: &generator), ready.count - 1)
        let index = ready.removeLast()
        places[index] = result.count
        var event = events[index]
        event.parents = event.parents.map { places[$0] }.sorted()
        event.without = event.without.map { places[$0] }
        event.over = event.over.map { places[$0] }
        result.append(event)
        for child in children[index] {
            waiting[child] -= 1
            if waiting[child] == 0 { ready.append(child) }
        }
    }
    return result
}
