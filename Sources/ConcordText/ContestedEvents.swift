/// The events of a text in conflict: the text meanwhile, and the text after a resolution.
///
/// Only edits that touch are in conflict. What others wrote elsewhere at the same time stays, whichever
/// candidate is taken: nobody asked about it, so nobody would hear that it was removed.
package struct ContestedEvents {
    private let events: [TextEvent]
    private let sides: Set<Int>
    /// The events that undo another one, or undo such an undo, and that one.
    private let takingBack: [Int: Int]
    private let ancestry: TextAncestry

    /// - Parameters:
    ///   - events: All events of the text, in causal order.
    ///   - sides: Which of them are the candidates of the conflict.
    ///   - takingBack: Which undo a candidate, or undo such an undo: without the candidate there is nothing to
    ///     undo.
    package init(_ events: [TextEvent], sides: Set<Int>, takingBack: [Int: Int] = [:]) {
        self.events = events
        self.sides = sides
        self.takingBack = takingBack
        ancestry = TextAncestry(events, in: 0..<events.count)
    }

    /// How often to go back before resolutions that differ.
    private static let roundsMax = 16

    /// The events that are not in conflict: neither the candidates nor, if these resolve an earlier
    /// conflict differently, the candidates of that one.
    private func undecided() -> (text: String, leftOut: Set<Int>) {
        var leftOut = sides
        for round in 0... {
            var rest = without(leftOut)
            // Somebody may pile up such resolutions on purpose: then everything that ever touched is left
            // out.
            if round >= Self.roundsMax {
                for index in rest.indices { rest[index].over = [] }
            }
            let merged = mergeText(rest)
            let open = Set(merged.openPairs.flatMap { [$0.first, $0.second] })
            if open.isSubset(of: leftOut) { return (merged.text, leftOut) }
            leftOut.formUnion(open)
        }
        return ("", leftOut)
    }

    /// The text without the edits in conflict, which people read meanwhile.
    package var textMeanwhile: String { undecided().text }

    /// The text if one candidate is taken: without the other candidates, except those that its author had
    /// seen.
    package func text(taking side: Int) -> String {
        let leftOut = Set(events[side].without)
        var rest = without(
            sides.filter { $0 != side && (leftOut.contains($0) || !ancestry.hasSeen(side, $0)) }
        )
        // A proposal counts as soon as it is taken.
        rest[side].hasEffect = true
        return mergeText(rest).text
    }

    /// The splices, on top of the merged text, of an author who read the text shown meanwhile and has made
    /// `text` of it: they resolve nothing, so the candidates stay as they are.
    ///
    /// - Returns: nil if that text needs a resolution: a candidate also deletes what is deleted, and it would
    ///   come back without the candidates; or something is typed between words that a candidate replaces. Or it
    ///   would have effect and changes words for which somebody has proposed others.
    ///
    /// - Parameter hasEffect: whether it is not a proposal.
    package func splices(
        whereMeanwhileBecomes text: String,
        hasEffect: Bool = true
    ) -> [TextSplice]? {
        let splices = mergedSplices(whereMeanwhileBecomes: text)
        var edit = edit
        edit.splices = splices
        let after = ContestedEvents(events + [edit], sides: sides, takingBack: takingBack)
            .textMeanwhile
        guard after.utf8.elementsEqual(text.utf8) else { return nil }
        if hasEffect, meetsProposal(edit) { return nil }
        return splices
    }

    /// Whether an edit touches a proposal: both together would be a text that nobody wrote.
    private func meetsProposal(_ edit: TextEvent) -> Bool {
        let proposals = sides.filter { !events[$0].hasEffect }
        if proposals.isEmpty { return false }
        var all = events + [edit]
        for index in proposals { all[index].hasEffect = true }
        return mergeText(all).openPairs.contains {
            $0.second == events.count && proposals.contains($0.first)
                || $0.first == events.count && proposals.contains($0.second)
        }
    }

    /// An event of somebody who has seen all that counts, as yet without splices.
    private var edit: TextEvent {
        var tips = Set(events.indices)
        for event in events { tips.subtract(event.parents) }
        return TextEvent(
            parents: tips.sorted(),
            agent: (events.map(\.agent).max() ?? 0) + 1,
            seq: (events.map(\.seq).max() ?? 0) + 1,
            splices: [],
            without: events.indices.filter { !events[$0].hasEffect }
        )
    }

    private func mergedSplices(whereMeanwhileBecomes text: String) -> [TextSplice] {
        let (before, leftOut) = undecided()
        var edit = edit
        edit.splices = wordSplices(from: before, to: text)
        edit.without = withUndos(leftOut).union(edit.without).sorted()
        let merged = mergeText(events)
        let arrival = mergeArrivals(
            events + [edit],
            known: events.count,
            malformed: Set(merged.malformed),
            into: merged.text.unicodeScalars.count
        )
        if !arrival.takesAll { return arrival.splices }
        return wordSplices(from: merged.text, to: mergeText(events + [edit]).text)
    }

    private func without(_ leftOut: Set<Int>) -> [TextEvent] {
        var events = events
        for index in withUndos(leftOut) { events[index].hasEffect = false }
        return events
    }

    private func withUndos(_ leftOut: Set<Int>) -> Set<Int> {
        leftOut.union(takingBack.filter { leftOut.contains($0.value) }.keys)
    }
}
