// Events of which one was left out of the other's view, and has effect since.
//
// Somebody edits a text on which a void event lies, and a leader admits that event later; or the log has put
// what was void here in another place. The author of the edit had seen the event and did not have it before
// them, so neither knew what the other made of the text: they are beside each other (`Protocol/merge.md`,
// "Texts"), like concurrent ones. Rows are made of what is concurrent, so these pairs are looked for by
// themselves. They are few: what is void seldom gets effect.

extension TextTouch {
    /// An event whose author left out of their view many that have effect, or that many left out: all of these touch it.
    struct ManyLeftOut {
        var event: Int
        var others: [Int]
    }

    /// Effective events of which one was left out of the other's view.
    struct LeftOut {
        /// For each event those that left it out.
        var leaving: [Int: [Int]] = [:]
        /// Where there are too many to look which of them touch.
        var many: [ManyLeftOut] = []

        var isEmpty: Bool { leaving.isEmpty && many.isEmpty }
    }

    /// Of more events that one author left out and that have effect it is not looked for which touch.
    var leftOutMax: Int { pairsMax / 8 }

    /// The effective events of a stretch that others had seen and left out, as far as the walk is to tell of them.
    func leftOut(by writing: [Int], in stretch: TextStretch) -> LeftOut {
        var leftOut = LeftOut()
        for event in writing where !events[event].without.isEmpty {
            var others: Set<Int> = []
            for other in events[event].without
            where events[other].hasEffect && stretch.range.contains(other)
                && !malformed.contains(other) && stretch.ancestry.hasSeen(event, other)
            {
                others.insert(other)
            }
            if others.count > leftOutMax {
                leftOut.many.append(ManyLeftOut(event: event, others: others.sorted()))
            } else {
                for other in others { leftOut.leaving[other, default: []].append(event) }
            }
        }
        for (event, leaving) in leftOut.leaving {
            if leaving.count > pairsMax {
                leftOut.many.append(ManyLeftOut(event: event, others: leaving))
                leftOut.leaving[event] = nil
            } else {
                let new = leaving.filter { $0 >= known }
                leftOut.leaving[event] = new.isEmpty ? nil : new
            }
        }
        return leftOut
    }

    /// Finds which of them touch.
    func find(_ leftOut: LeftOut, _ search: RowSearch) {
        found.note(leftOut.many)
        var leaving = leftOut.leaving
        for (event, others) in leftOut.leaving {
            for other in others where decideDifferently(event, other) {
                found.note(TextPair(event, other))
                leaving[event]?.removeAll { $0 == other }
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
    private func follow(
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
                found.note(TextPair(event, other))
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
