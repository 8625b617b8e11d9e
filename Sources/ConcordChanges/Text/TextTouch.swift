// Which concurrent events touch.
//
// Two do if, among all characters ever inserted, in the order of the walk, one that the first
// inserted or deleted and one that the second did have between them no character that both authors
// saw and neither deletes. Only events of one row (`TextRows`) can be concurrent, so each row is looked
// at alone: the characters that its events inserted or deleted, and whether between two of those a
// character stands that all of the row had before them and none deletes (its *ground*).
//
// Between two such characters of a short row each event is followed from each of its own to the next, and
// pairs are found. In a long one, where that would cost the square of its length, what stands between
// the same two characters of the ground touches, and only the events are told (`TextRegion`).

extension TextMerge {
    /// Characters of the sequence that have the same author and were deleted by the same events.
    struct Piece {
        var items: Items
        /// Who inserted it; nil for what was there before the stretch.
        var author: Int?
        var deleters: [Int] = []
        /// The effective events that inserted or deleted it.
        var touchers: [Int] = []
    }

    /// Finds what touches in a stretch that has just been walked.
    mutating func findTouching(in stretch: Stretch) {
        let writing = stretch.range.filter { events[$0].hasEffect && !malformed.contains($0) }
        let rows = TextRows(writing, in: stretch.range, stretch.ancestry)
        guard rows.all.contains(where: { $0.count > 1 && $0.upperBound > known }) else { return }
        let pieces = pieces(of: stretch)
        var ground = TextGround(pieces, rows, events, stretch, walkedTwins(of: stretch))
        for row in rows.all.indices {
            ground.advance(to: row)
            let members = rows.all[row]
            guard members.count > 1, members.upperBound > known else { continue }
            let isLong = members.events.reduce(0) { $0 + events[$1].splices.count } > pairsMax
            for part in ground.parts(of: row) {
                if isLong {
                    regions.append(TextRegion(part, pieces, row: row, rows, stretch))
                } else {
                    findPairs(part, in: pieces, row: row, rows, stretch)
                }
            }
        }
    }

    /// The pairs that touch in a part of the sequence between two characters of the ground.
    private mutating func findPairs(
        _ part: [Int],
        in pieces: [Piece],
        row: Int,
        _ rows: TextRows,
        _ stretch: Stretch
    ) {
        for (start, index) in part.enumerated() {
            for event in pieces[index].touchers where rows.row(of: event) == row {
                follow(event, over: part[start...], in: pieces, row: row, rows, stretch)
            }
        }
    }

    private mutating func follow(
        _ event: Int,
        over part: ArraySlice<Int>,
        in pieces: [Piece],
        row: Int,
        _ rows: TextRows,
        _ stretch: Stretch
    ) {
        var between: [Piece] = []
        for (place, index) in zip(part.indices, part) {
            let piece = pieces[index]
            for other in piece.touchers
            where max(event, other) >= known && stretch.ancestry.areConcurrent(event, other) {
                let pair = TextPair(event, other)
                guard !touching.contains(pair), !stretch.twins.areSame(event, other) else {
                    continue
                }
                if !between.contains(where: { keeps($0, other, stretch) }) {
                    touching.insert(pair)
                }
            }
            if place != part.startIndex, piece.touchers.contains(event) { return }
            if keeps(piece, event, stretch) { between.append(piece) }
        }
    }

    /// Whether the author of an event saw a piece and does not delete it.
    private borrowing func keeps(_ piece: Piece, _ event: Int, _ stretch: Stretch) -> Bool {
        if piece.deleters.contains(event) { return false }
        let without = events[event].without
        let isInView = { (other: Int) in
            stretch.ancestry.hasSeen(event, other) && !without.contains(other)
        }
        if let author = piece.author {
            guard isInView(author) else { return false }
            let hidden = twinSplices(of: author, in: stretch, where: isInView)
            guard piece.items.splice >= hidden else { return false }
        }
        return !piece.deleters.contains(where: isInView)
    }

    /// The sequence of all characters of the stretch, in the order of the walk.
    private mutating func pieces(of stretch: Stretch) -> [Piece] {
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
            for index in Self.indices(of: items, byID, pieces) {
                pieces[index].author = event
                pieces[index].items.splice = items.splice
                if events[event].hasEffect { pieces[index].touchers.append(event) }
            }
        }
        for deletion in stretch.deleted {
            for index in Self.indices(of: deletion.items, byID, pieces) {
                pieces[index].deleters.append(deletion.event)
                if events[deletion.event].hasEffect,
                    !pieces[index].touchers.contains(deletion.event)
                {
                    pieces[index].touchers.append(deletion.event)
                }
            }
        }
        return pieces
    }

    /// The pieces that items fell into.
    private static func indices(of items: Items, _ byID: [Int], _ pieces: [Piece]) -> [Int] {
        var (low, high) = (0, byID.count)
        while low < high {
            let middle = (low + high) / 2
            if pieces[byID[middle]].items.id < items.id { low = middle + 1 } else { high = middle }
        }
        var found: [Int] = []
        while low < byID.count, pieces[byID[low]].items.id < items.id + items.length {
            found.append(byID[low])
            low += 1
        }
        return found
    }
}
