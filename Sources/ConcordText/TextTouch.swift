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

extension TextMerge {
    /// Characters of the sequence that have the same author and were deleted by the same events.
    struct Piece {
        /// Their numbers, and which splice of their author's inserted them.
        var items: Items
        /// Who inserted it; nil for what was there before the stretch.
        var author: Int?
        /// Where in `Characters.deleters` those stand that deleted it.
        var deleters = 0..<0
        /// Where in `Characters.touchers` the effective events stand that inserted or deleted it.
        var touchers = 0..<0
    }

    /// All characters of a stretch, in the order of the walk; the events of all pieces in one array each, since
    /// there are many pieces and few events of each.
    final class Characters: Sendable {
        let pieces: [Piece]
        let deleters: [Int]
        let touchers: [Int]

        /// - Parameters:
        ///   - deletions: Which event deleted which piece, by piece, then by event.
        ///   - hasEffect: Whether an event has effect.
        init(
            _ list: [Piece],
            deletions: [(piece: Int, event: Int)],
            hasEffect: (Int) -> Bool
        ) {
            var pieces = list
            var (deleters, touchers): ([Int], [Int]) = ([], [])
            deleters.reserveCapacity(deletions.count)
            touchers.reserveCapacity(deletions.count + pieces.count)
            var next = 0
            for index in pieces.indices {
                let (firstDeleter, firstToucher) = (deleters.count, touchers.count)
                let author = pieces[index].author
                if let author, hasEffect(author) { touchers.append(author) }
                while next < deletions.count, deletions[next].piece == index {
                    let event = deletions[next].event
                    next += 1
                    deleters.append(event)
                    if event != author, hasEffect(event) { touchers.append(event) }
                }
                pieces[index].deleters = firstDeleter..<deleters.count
                pieces[index].touchers = firstToucher..<touchers.count
            }
            (self.pieces, self.deleters, self.touchers) = (pieces, deleters, touchers)
        }

        /// The effective events that inserted or deleted a piece.
        func touchers(of index: Int) -> ArraySlice<Int> { touchers[pieces[index].touchers] }
    }

    /// What a row's touching events are found from.
    ///
    /// A class that holds all it is asked for: a function of the merge would copy the whole merge each time.
    final class RowSearch {
        let sequence: Characters
        let row: Int
        let rows: TextRows
        let stretch: Stretch
        private let events: [TextEvent]
        private let walkedTwins: WalkedTwins
        /// So many are looked at one by one.
        private static let few = 8
        /// What the authors of some events left out.
        private var leftOut: [Int: Set<Int>] = [:]
        /// The pieces passed so far that the followed event's author kept.
        fileprivate(set) var between: [Int] = []

        init(_ sequence: Characters, row: Int, _ rows: TextRows, _ walkedTwins: WalkedTwins) {
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

    /// Finds what touches in a stretch that has just been walked.
    mutating func findTouching(in stretch: Stretch) {
        let writing = stretch.range.filter { events[$0].hasEffect && !malformed.contains($0) }
        let rows = TextRows(writing, in: stretch.range, stretch.ancestry)
        let leftOut = leftOut(by: writing, in: stretch)
        let hasRows = rows.all.contains { $0.count > 1 && $0.upperBound > known }
        guard hasRows || !leftOut.isEmpty else { return }
        let sequence = sequence(of: stretch)
        let walkedTwins = walkedTwins(of: stretch)
        if !leftOut.isEmpty {
            findTouching(leftOut, RowSearch(sequence, row: 0, rows, walkedTwins))
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
                    regions.append(TextRegion(part, sequence, row: row, rows, stretch))
                } else {
                    findPairs(part, search)
                }
            }
        }
    }

    /// The pairs that touch in a part of the sequence between two characters of the ground.
    private mutating func findPairs(_ part: [Int], _ search: RowSearch) {
        for (start, index) in part.enumerated() {
            for place in search.sequence.pieces[index].touchers {
                let event = search.sequence.touchers[place]
                guard search.rows.row(of: event) == search.row else { continue }
                follow(event, over: part, from: start, search)
            }
        }
    }

    private mutating func follow(
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
                guard !touching.contains(pair), !search.stretch.twins.areSame(event, other) else {
                    continue
                }
                while passed < number {
                    if search.keeps(part[passed], event) { search.between.append(part[passed]) }
                    passed += 1
                }
                if !search.keepsAny(other) { touching.insert(pair) }
            }
            if number != start, isOwn { return }
        }
    }

    /// The sequence of all characters of the stretch.
    private mutating func sequence(of stretch: Stretch) -> Characters {
        // Runs that grew together are cut again where authors, splices or deletions differ.
        for (_, items) in stretch.inserted {
            walker.tracker.adjust(items.id, items.length, by: 0)
        }
        for deletion in stretch.deleted {
            walker.tracker.adjust(deletion.items.id, deletion.items.length, by: 0)
        }
        var pieces: [Piece] = []
        var place: TextTracker.Place? = walker.tracker.firstPlace
        while let current = place {
            let run = walker.tracker.run(at: current).pointee
            let items = Items(id: Int(run.id), length: Int(run.length), splice: 0)
            pieces.append(Piece(items: items))
            place = walker.tracker.place(after: current)
        }
        let byID = pieces.indices.sorted { pieces[$0].items.id < pieces[$1].items.id }
        for (event, items) in stretch.inserted {
            for place in Self.places(of: items, byID, pieces) {
                pieces[byID[place]].author = event
                pieces[byID[place]].items.splice = items.splice
            }
        }
        var deletions: [(piece: Int, event: Int)] = []
        for (event, items) in stretch.deleted {
            for place in Self.places(of: items, byID, pieces) {
                deletions.append((byID[place], event))
            }
        }
        deletions.sort { $0 < $1 }
        return Characters(pieces, deletions: deletions) { events[$0].hasEffect }
    }

    /// Where in an array of pieces by their numbers those stand that items fell into.
    private static func places(of items: Items, _ byID: [Int], _ pieces: [Piece]) -> Range<Int> {
        var (low, high) = (0, byID.count)
        while low < high {
            let middle = (low + high) / 2
            if pieces[byID[middle]].items.id < items.id { low = middle + 1 } else { high = middle }
        }
        var end = low
        while end < byID.count, pieces[byID[end]].items.id < items.id + items.length { end += 1 }
        return low..<end
    }
}
