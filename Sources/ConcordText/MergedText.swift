/// Two events, by their index in the array that was merged; `first` is the smaller. One that is open in a
/// long row, in which pairs are not distinguished, is a pair with itself.
package struct TextPair: Hashable, Sendable {
    /// The event that stands first in the array.
    package var first: Int
    /// The other one.
    package var second: Int

    /// A pair of two events.
    package init(_ one: Int, _ other: Int) {
        first = min(one, other)
        second = max(one, other)
    }
}

/// The result of merging all events of a text.
package struct MergedText: Hashable, Sendable {
    /// The merged text.
    package var text: String
    /// Pairs of effective events that are concurrent, or of which one was left out of the other's view, that
    /// touch and that nobody who was shown both has resolved, sorted.
    package var openPairs: [TextPair]
    /// Events that reach beyond the text their author saw, or make it longer than a text may be, sorted;
    /// they took no part.
    package var malformed: [Int]
}

/// What newly arrived events change in a text that was merged before.
package struct TextArrival: Hashable, Sendable {
    /// The changes of the merged text, each on top of the ones before it.
    package var splices: [TextSplice]
    /// Open pairs with at least one arrived event, sorted.
    package var openPairs: [TextPair]
    /// Arrived events that reach beyond the text their author saw, or make it longer than a text may be,
    /// sorted.
    package var malformed: [Int]
    /// Whether it takes a merge of all instead: an arrived event is of a long row, or what was deleted is
    /// too long.
    package var takesAll = false
}

/// Merges all events of a text.
///
/// The result depends on the events alone, not on their order in the array (as long as it is
/// causal, and as long as agents and sequence numbers leave no tie). Protocol: `Protocol/merge.md`.
///
/// - Parameters:
///   - pairsMax: With more splices a row is long; tests choose fewer.
///   - lengthMax: How long an author may make a text; tests choose less.
package func mergeText(
    _ events: [TextEvent],
    pairsMax: Int = TextRows.pairsMax,
    lengthMax: Int = TextLimits.scalars
) -> MergedText {
    var merge = TextMerge(events, pairsMax: pairsMax, lengthMax: lengthMax)
    return merge.merged()
}

/// The text that the author of an event had before them after it: a candidate of a conflict.
package func textAfter(_ index: Int, in events: [TextEvent]) -> String {
    text(seenBy: index, in: events, including: true)
}

/// The text that the author of an event had before them when they began it.
package func textBefore(_ index: Int, in events: [TextEvent]) -> String {
    text(seenBy: index, in: events, including: false)
}

private func text(
    seenBy index: Int,
    in events: [TextEvent],
    including isOwn: Bool
) -> String {
    let ancestry = TextAncestry(Array(events[...index]), in: 0..<(index + 1))
    var places: [Int: Int] = [:]
    var view: [TextEvent] = []
    for (number, event) in events[...index].enumerated()
    where number == index ? isOwn : ancestry.hasSeen(index, number) {
        var event = event
        event.parents = event.parents.compactMap { places[$0] }
        event.without = event.without.compactMap { places[$0] }
        event.over = []
        event.hasEffect = number == index || !events[index].without.contains(number)
        places[number] = view.count
        view.append(event)
    }
    var merge = TextMerge(view)
    merge.walkAll()
    return merge.output.buffer.text
}

/// How many of the first events are plain text for all that follow: every later one had seen them,
/// and had the same of them in their view as the merged text has.
///
/// A caller keeps the merged text and loads only the events from there on; see `mergeArrivals`.
/// With some events newly arrived, `limit` is the number of those already merged.
package func plainTextCount(_ events: [TextEvent], upTo limit: Int = .max) -> Int {
    TextOutline(events).cuts.last { $0 <= limit } ?? 0
}

/// Merges newly arrived events into a text that was merged before, walking only what is concurrent.
///
/// - Parameters:
///   - events: All events since a version that each of them had seen (`plainTextCount`), in causal
///     order, the known ones first. Parents and `without` before that version are left out.
///   - known: How many of them are merged already.
///   - malformed: Which of the known ones were malformed.
///   - length: The length of the merged text so far, in Unicode scalars.
/// - Returns: The changes, and what the arrived events alone bring: pairs among known ones, and
///   pairs that an arrived event resolves by its `over`, are the caller's to keep and to strike.
package func mergeArrivals(
    _ events: [TextEvent],
    known: Int,
    malformed: Set<Int>,
    into length: Int,
    pairsMax: Int = TextRows.pairsMax,
    lengthMax: Int = TextLimits.scalars
) -> TextArrival {
    precondition(known <= events.count && length >= 0, "known events are among the events")
    if malformed.isEmpty,
        let splices = mergeApart(events, known: known, into: length, lengthMax: lengthMax),
        splices.fit(textOf: length)
    {
        return TextArrival(splices: splices, openPairs: [], malformed: [])
    }
    var merge = TextMerge(
        events,
        known: known,
        malformed: malformed,
        length: length,
        pairsMax: pairsMax,
        lengthMax: lengthMax
    )
    merge.walkArrivals()
    return TextArrival(
        splices: merge.output.edits,
        openPairs: merge.openPairs(),
        malformed: merge.malformed.filter { $0 >= known }.sorted(),
        // What a file gives may be damaged: then all is merged, where each event is looked at again.
        takesAll: merge.takesAll || !merge.output.edits.fit(textOf: length)
    )
}
