// Which concurrent events touch.
//
// Two do if, among all characters ever inserted, in the order of the walk, one that the first
// inserted or deleted and one that the second did have between them no character that both authors
// saw and neither deletes; of events that are not concurrent those too of which one was left out of the other's view
// (`TextLeftOut`). Only events of one row (`TextRows`) can be concurrent, so each row is looked
// at alone: the characters that its events inserted or deleted, and whether between two of those a
// character stands that all of the row had before them and none deletes (its *ground*).
//
// Between two such characters of a short row each event is followed from each of its own to the next, and
// pairs are found. In a long one, where that would cost the square of its length, what stands between
// the same two characters of the ground touches, and only the events are told (`TextRegion`).

struct TextTouch {
    let events: [TextEvent]
    /// Which of the events are malformed, of those that were walked.
    let malformed: Set<Int>
    /// How many of them are in the text already.
    let known: Int
    /// With how many splices a row is long.
    let pairsMax: Int
    /// How long an author may make a text, in Unicode scalars.
    let lengthMax: Int
    /// What is told of everything that is found.
    let found: TouchingEvents

    /// Finds what touches in a stretch that has just been walked.
    ///
    /// - Parameter walker: the walk, which still has all its characters in their order.
    func find(in stretch: TextStretch, _ walker: inout TextWalker) {
        let writing = stretch.range.filter { events[$0].hasEffect && !malformed.contains($0) }
        let rows = TextRows(writing, in: stretch.range, stretch.ancestry)
        let leftOut = leftOut(by: writing, in: stretch)
        let hasRows = rows.all.contains { $0.count > 1 && $0.upperBound > known }
        guard hasRows || !leftOut.isEmpty else { return }
        let sequence = TextCharacters(of: stretch, &walker) { events[$0].hasEffect }
        let walkedTwins = WalkedTwins(
            stretch: stretch,
            events: events,
            malformed: malformed,
            known: known,
            lengthMax: lengthMax
        )
        if !leftOut.isEmpty {
            find(leftOut, RowSearch(sequence, row: 0, rows, walkedTwins))
        }
        guard hasRows else { return }
        var ground = TextGround(sequence, rows, events, stretch, walkedTwins)
        for row in rows.all.indices {
            ground.advance(to: row)
            let members = rows.all[row]
            guard members.count > 1, members.upperBound > known else { continue }
            let isLong = members.events.reduce(0) { $0 + events[$1].splices.count } > pairsMax
            findDecisions(members, isLong: isLong, of: row, rows, stretch)
            let search = RowSearch(sequence, row: row, rows, walkedTwins)
            for part in ground.parts(of: row) {
                if isLong {
                    found.note(TextRegion(part, sequence, row: row, rows, stretch))
                } else {
                    findPairs(part, search)
                }
            }
        }
    }

    /// The pairs that touch in a part of the sequence between two characters of the ground.
    private func findPairs(_ part: [Int], _ search: RowSearch) {
        for (start, index) in part.enumerated() {
            for place in search.sequence.pieces[index].touchers {
                let event = search.sequence.touchers[place]
                guard search.rows.row(of: event) == search.row else { continue }
                follow(event, over: part, from: start, search)
            }
        }
    }

    private func follow(
        _ event: Int,
        over part: [Int],
        from start: Int,
        _ search: RowSearch
    ) {
        let sequence = search.sequence
        search.between.removeAll(keepingCapacity: true)
        // Which of the pieces passed were kept is looked at where somebody asks, which is seldom.
        var passed = start
        for number in start..<part.count {
            let piece = sequence.pieces[part[number]]
            var isOwn = false
            for place in piece.touchers {
                let other = sequence.touchers[place]
                isOwn = isOwn || other == event
                guard max(event, other) >= known,
                    search.stretch.ancestry.areConcurrent(event, other)
                else { continue }
                let pair = TextPair(event, other)
                guard !found.contains(pair), !search.stretch.twins.areSame(event, other) else {
                    continue
                }
                while passed < number {
                    if search.keeps(part[passed], event) { search.between.append(part[passed]) }
                    passed += 1
                }
                if !search.keepsAny(other) { found.note(pair) }
            }
            if number != start, isOwn { return }
        }
    }

    /// What a row's touching events are found from.
    ///
    /// A class, since it keeps what it was asked.
    final class RowSearch {
        let sequence: TextCharacters
        let row: Int
        let rows: TextRows
        let stretch: TextStretch
        private let events: [TextEvent]
        private let walkedTwins: WalkedTwins
        /// So many are looked at one by one.
        private static let few = 8
        /// What the authors of some events left out.
        private var leftOut: [Int: Set<Int>] = [:]
        /// The pieces passed so far that the followed event's author kept.
        fileprivate(set) var between: [Int] = []

        init(_ sequence: TextCharacters, row: Int, _ rows: TextRows, _ walkedTwins: WalkedTwins) {
            (self.sequence, self.row, self.rows) = (sequence, row, rows)
            self.walkedTwins = walkedTwins
            (stretch, events) = (walkedTwins.stretch, walkedTwins.events)
        }

        /// Whether the author of an event kept any of the pieces in between too.
        func keepsAny(_ event: Int) -> Bool {
            between.contains { keeps($0, event) }
        }

        /// Whether the author of an event saw a piece and does not delete it.
        func keeps(_ index: Int, _ event: Int) -> Bool {
            let piece = sequence.pieces[index]
            for place in piece.deleters where sequence.deleters[place] == event { return false }
            if let author = piece.author {
                guard isInView(author, of: event) else { return false }
                if !stretch.twins.isEmpty {
                    let hidden = walkedTwins.splicesShownEarlier(than: author) {
                        isInView($0, of: event)
                    }
                    guard piece.items.splice >= hidden else { return false }
                }
            }
            for place in piece.deleters where isInView(sequence.deleters[place], of: event) {
                return false
            }
            return true
        }

        private func isLeftOut(_ other: Int, by event: Int) -> Bool {
            if events[event].without.count <= Self.few {
                return events[event].without.contains(other)
            }
            if leftOut[event] == nil { leftOut[event] = Set(events[event].without) }
            return leftOut[event]?.contains(other) ?? false
        }

        private func isInView(_ other: Int, of event: Int) -> Bool {
            stretch.ancestry.hasSeen(event, other) && !isLeftOut(other, by: event)
        }
    }
}
