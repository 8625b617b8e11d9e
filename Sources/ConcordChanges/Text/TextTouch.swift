// Which concurrent events touch.
//
// Two do if, among all characters ever inserted, in the order of the walk, one that the first
// inserted or deleted and one that the second did have between them no character that both authors
// saw and neither deletes. From each character of an event the sequence is followed to both sides
// up to the event's next own one, or up to a character that everybody saw and nobody deletes.

extension TextMerge {
    /// Characters of the sequence that have the same author and were deleted by the same events.
    struct Piece {
        var items: Items
        /// Who inserted it; nil for what was there before the stretch.
        var author: Int?
        var deleters: [Int] = []
        /// The effective events that inserted or deleted it.
        var touchers: [Int] = []

        /// Everybody in the stretch saw it, and nobody deletes it.
        var isSettled: Bool { author == nil && deleters.isEmpty }
    }

    /// Finds the touching pairs of a stretch that has just been walked.
    mutating func findTouching(in stretch: Stretch) {
        let pieces = pieces(of: stretch)
        for index in pieces.indices {
            for event in pieces[index].touchers where event >= known {
                follow(event, from: index, by: 1, in: pieces, stretch)
                if known > 0 {
                    follow(event, from: index, by: -1, in: pieces, stretch)
                }
            }
        }
    }

    private mutating func follow(
        _ event: Int,
        from start: Int,
        by step: Int,
        in pieces: [Piece],
        _ stretch: Stretch
    ) {
        var between: [Piece] = []
        var index = start
        while pieces.indices.contains(index) {
            let piece = pieces[index]
            if index != start, piece.isSettled { return }
            for other in piece.touchers where stretch.ancestry.areConcurrent(event, other) {
                let pair = TextPair(event, other)
                guard !touching.contains(pair), !stretch.twins.areSame(event, other) else {
                    continue
                }
                if !between.contains(where: { keeps($0, other, stretch) }) {
                    touching.insert(pair)
                }
            }
            if index != start, piece.touchers.contains(event) { return }
            if keeps(piece, event, stretch) { between.append(piece) }
            index += step
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
        for (_, list) in stretch.inserted {
            for items in list { walker.tracker.adjust(items.id, items.length, by: 0) }
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
        for (event, list) in stretch.inserted {
            for items in list {
                for index in Self.indices(of: items, byID, pieces) {
                    pieces[index].author = event
                    pieces[index].items.splice = items.splice
                    if events[event].hasEffect { pieces[index].touchers.append(event) }
                }
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
