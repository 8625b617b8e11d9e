/// Characters of the sequence that have the same author and were deleted by the same events.
struct TextPiece {
    /// Their numbers, and which splice of their author's inserted them.
    var items: TextStretch.Items
    /// Who inserted it; nil for what was there before the stretch.
    var author: Int?
    /// Where in `TextCharacters.deleters` those stand that deleted it.
    var deleters = 0..<0
    /// Where in `TextCharacters.touchers` the effective events stand that inserted or deleted it.
    var touchers = 0..<0
}

/// All characters of a stretch, in the order of the walk; the events of all pieces in one array each, since
/// there are many pieces and few events of each.
final class TextCharacters: Sendable {
    let pieces: [TextPiece]
    let deleters: [Int]
    let touchers: [Int]

    /// - Parameters:
    ///   - deletions: Which event deleted which piece, by piece, then by event.
    ///   - hasEffect: Whether an event has effect.
    init(
        _ list: [TextPiece],
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

extension TextCharacters {
    /// The characters of a stretch that has just been walked.
    convenience init(
        of stretch: TextStretch,
        _ walker: inout TextWalker,
        hasEffect: (Int) -> Bool
    ) {
        // Runs that grew together are cut again where authors, splices or deletions differ.
        for (_, items) in stretch.inserted {
            walker.cut(items)
        }
        for deletion in stretch.deleted {
            walker.cut(deletion.items)
        }
        var pieces: [TextPiece] = []
        var place: TextTracker.Place? = walker.tracker.firstPlace
        while let current = place {
            let run = walker.tracker.run(at: current).pointee
            let items = TextStretch.Items(id: Int(run.id), length: Int(run.length), splice: 0)
            pieces.append(TextPiece(items: items))
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
        self.init(pieces, deletions: deletions, hasEffect: hasEffect)
    }

    /// Where in an array of pieces by their numbers those stand that items fell into.
    private static func places(
        of items: TextStretch.Items,
        _ byID: [Int],
        _ pieces: [TextPiece]
    ) -> Range<Int> {
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
