/// The events of a text over which people disagree: what stands meanwhile, and what will stand once it is
/// decided.
///
/// Only what touches is in question. What others wrote elsewhere at the same time stays, whatever side is
/// taken: nobody asked about it, so nobody would be told that it went.
package struct ContestedEvents {
    private let events: [TextEvent]
    private let sides: Set<Int>
    /// The events that take another one back, or an undo of it, and that one.
    private let takingBack: [Int: Int]
    private let ancestry: TextAncestry

    /// - Parameters:
    ///   - events: All events of the text, in causal order.
    ///   - sides: Which of them are the sides of the conflict.
    ///   - takingBack: Which take a side back, or an undo of it: without the side there is nothing to take back.
    package init(_ events: [TextEvent], sides: Set<Int>, takingBack: [Int: Int] = [:]) {
        self.events = events
        self.sides = sides
        self.takingBack = takingBack
        ancestry = TextAncestry(events, in: 0..<events.count)
    }

    /// How often it is gone back behind what was settled differently.
    private static let roundsMax = 16

    /// The events that are not in question: neither the sides nor, where these have settled a text
    /// differently, what those had before them who disagreed then.
    private func undecided() -> (text: String, leftOut: Set<Int>) {
        var leftOut = sides
        for round in 0... {
            var rest = without(leftOut)
            // Somebody piles up such decisions on purpose: then all that ever touched is left out at once.
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

    /// The text without what is in question: what people read meanwhile.
    package var textMeanwhile: String { undecided().text }

    /// The text if one side is taken: without the other sides, but for those that its author had before them.
    package func text(taking side: Int) -> String {
        let leftOut = Set(events[side].without)
        var rest = without(
            sides.filter { $0 != side && (leftOut.contains($0) || !ancestry.hasSeen(side, $0)) }
        )
        // A proposal counts as soon as it is taken.
        rest[side].hasEffect = true
        return mergeText(rest).text
    }

    /// The splices, on top of the merged text, of somebody who read the text that stands meanwhile and has made
    /// `text` of it: they decide nothing, so the sides stay as they are.
    ///
    /// - Returns: nil where that text cannot be had without a decision: a side deletes too what is deleted, and with the
    ///   sides left out it would be back; or something is typed between words that a side replaces.
    ///   Or it would have effect and changes words for which somebody has proposed others.
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

    /// Whether an edit touches what is only proposed: both together would say what nobody wrote.
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
