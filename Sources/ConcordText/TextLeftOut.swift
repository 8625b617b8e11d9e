// Events of which one was left out of the other's view, and has effect since.
//
// Somebody edits a text on which a void event lies, and a leader admits that event later; or the log has
// put what was void here in another place. The author of the edit had seen the event and did not have it before them, so
// neither knew what the other made of the text: they are beside each other like concurrent ones. Rows are made of
// what is concurrent, so these pairs are looked for by themselves. They are few: what is void seldom gets effect.

extension TextMerge {
    /// An event whose author left out of their view many that have effect: all of them touch it.
    struct ManyLeftOut {
        var event: Int
        var others: [Int]
    }

    /// Of more events that one author left out and that have effect it is not looked for which touch.
    var leftOutMax: Int { pairsMax / 8 }

    /// For each effective event of a stretch those effective ones that its author had seen and left out, as far as
    /// the walk is to tell of them.
    borrowing func leftOut(by writing: [Int], in stretch: Stretch) -> [ManyLeftOut] {
        var list: [ManyLeftOut] = []
        for event in writing where event >= known && !events[event].without.isEmpty {
            let others = Set(events[event].without).filter {
                stretch.range.contains($0) && events[$0].hasEffect && !malformed.contains($0)
                    && stretch.ancestry.hasSeen(event, $0)
            }
            if !others.isEmpty { list.append(ManyLeftOut(event: event, others: others.sorted())) }
        }
        return list
    }

    /// Finds which of them touch.
    mutating func findTouching(leftOut: [ManyLeftOut], _ search: RowSearch) {
        var leaving: [Int: [Int]] = [:]
        for item in leftOut {
            if item.others.count > leftOutMax { manyLeftOut.append(item) }
            for other in item.others where item.others.count <= leftOutMax {
                if decideDifferently(item.event, other) {
                    touching.insert(TextPair(item.event, other))
                } else {
                    leaving[other, default: []].append(item.event)
                }
            }
        }
        let pieces = search.sequence.pieces.indices
        for index in pieces {
            for event in search.sequence.touchers(of: index) {
                guard let others = leaving[event] else { continue }
                follow(event, from: index, pieces[index...], others, search)
                follow(event, from: index, pieces[...index].reversed(), others, search)
            }
        }
    }

    /// Goes from a piece that an event inserted or deleted to the next of its own, as long as some of the others
    /// have nothing in common with it in between.
    private mutating func follow(
        _ event: Int,
        from start: Int,
        _ way: some Sequence<Int>,
        _ others: [Int],
        _ search: RowSearch
    ) {
        var others = others
        for index in way {
            let touchers = search.sequence.touchers(of: index)
            for other in touchers where others.contains(other) {
                touching.insert(TextPair(event, other))
                others.removeAll { $0 == other }
            }
            if index != start {
                if touchers.contains(event) { return }
                if search.keeps(index, event) { others.removeAll { search.keeps(index, $0) } }
            }
            if others.isEmpty { return }
        }
    }
}
