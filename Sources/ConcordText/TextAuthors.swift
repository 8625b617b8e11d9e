/// Whose the characters of a merged text are, where conflicts were resolved by taking what one candidate had
/// written.
///
/// A resolution that takes a candidate's text writes again what the merge had left out, and the merge keeps
/// what several candidates wrote alike from any one of them: neither says whose the words are. So a character
/// that the candidate had not seen, in a text that was taken from it, is the one that stood at its place in the
/// candidate's text.
package struct TextAuthors {
    /// Of how many resolutions the texts are compared, the newest that matter: each costs a few merges of the whole
    /// text. What older ones took is theirs.
    package static let resolutionsMax = 64

    /// How many merges that may cost in all: a resolution may name a thousand candidates.
    private static var mergesMax: Int { 256 }

    /// All that was done to the text, in causal order.
    let events: [TextEvent]
    private let ancestry: TextAncestry
    private var known: [Int: [TextScalar]] = [:]
    private var merges = 0
    /// Of how many resolutions the texts were compared.
    package private(set) var compared = 0

    /// The authors of a text to which all this was done, in causal order.
    package init(_ events: [TextEvent]) {
        self.events = events
        ancestry = TextAncestry(events, in: events.indices)
    }

    /// The merged text in stretches, each with the event whose it is.
    package mutating func stretches() -> [(event: Int, text: String)] {
        let scalars = textScalars(events)
        var stretches: [(event: Int, text: String)] = []
        for (scalar, owner) in zip(scalars, owners(of: scalars)) {
            if stretches.last?.event == owner {
                stretches[stretches.count - 1].text.unicodeScalars.append(scalar.scalar)
            } else {
                stretches.append((owner, String(scalar.scalar)))
            }
        }
        return stretches
    }

    /// The candidate whose text an event took when it resolved a conflict; nil if it took none as it
    /// was.
    package mutating func taken(by settler: Int) -> Int? {
        merges = 0
        return taking(by: settler)?.side
    }

    /// That candidate, with its text: as its author had left it, or with what others did elsewhere at the same
    /// time.
    private mutating func taking(by settler: Int) -> (side: Int, text: [TextScalar])? {
        let sides = events[settler].over
        guard !sides.isEmpty else { return nil }
        let resolved = asLeft(by: settler).map(\.scalar)
        for side in sides where merges < Self.mergesMax {
            let left = asLeft(by: side)
            if left.map(\.scalar) == resolved { return (side, left) }
        }
        for side in sides where merges < Self.mergesMax {
            let text = text(before: settler, taking: side)
            if text.map(\.scalar) == resolved { return (side, text) }
        }
        return nil
    }

    // MARK: Back through the resolutions.

    /// A character on the way back to whose it is.
    private struct Trace {
        let scalar: Unicode.Scalar
        var origin: TextScalar.Origin
        /// The candidate whose text it was last found in: only what that had seen says more.
        var side: Int?
    }

    private mutating func owners(of scalars: [TextScalar]) -> [Int] {
        var traces = scalars.map { Trace(scalar: $0.scalar, origin: $0.origin) }
        var used = usedEvents(traces)
        for settler in events.indices.reversed()
        where events[settler].hasEffect && !events[settler].over.isEmpty {
            guard matters(settler, to: used) else { continue }
            compared += 1
            if compared > Self.resolutionsMax { break }
            if let taking = taking(by: settler),
                goBack(through: settler, to: taking.side, taking.text, &traces)
            {
                used = usedEvents(traces)
            }
            known = [:]
        }
        return traces.map(\.origin.event)
    }

    /// Takes the characters that a candidate had not seen for those at the same places of its text; false if
    /// there are none.
    private mutating func goBack(
        through settler: Int,
        to side: Int,
        _ taken: [TextScalar],
        _ traces: inout [Trace]
    ) -> Bool {
        let resolved = asLeft(by: settler)
        var places: [TextScalar.Origin: Int] = [:]
        for (place, scalar) in resolved.enumerated() { places[scalar.origin] = place }
        var hasChanged = false
        for index in traces.indices {
            let trace = traces[index]
            guard trace.side.map({ knows($0, settler) }) ?? true,
                knows(settler, trace.origin.event), !knows(side, trace.origin.event),
                let place = places[trace.origin], taken[place].origin != trace.origin,
                taken[place].scalar == trace.scalar
            else { continue }
            traces[index].origin = taken[place].origin
            traces[index].side = side
            hasChanged = true
        }
        return hasChanged
    }

    /// The events that characters come from, by chain, as places on it, ascending.
    private func usedEvents(_ traces: [Trace]) -> [Int: [Int]] {
        let places = Set(traces.map(\.origin.event)).map { ancestry.place(of: $0) }
        return Dictionary(grouping: places, by: \.branch).mapValues { $0.map(\.seq).sorted() }
    }

    /// Whether a resolution knew a character that one of its candidates did not.
    private func matters(_ settler: Int, to used: [Int: [Int]]) -> Bool {
        used.contains { chain, places in
            let known = ancestry.newest(of: chain, knownTo: settler)
            let first = places.partition { $0 > known }
            guard first > 0 else { return false }
            return events[settler].over.contains {
                ancestry.newest(of: chain, knownTo: $0) < places[first - 1]
            }
        }
    }

    private func knows(_ event: Int, _ other: Int) -> Bool {
        event == other || ancestry.hasSeen(event, other)
    }

    // MARK: The text of one author.

    /// The text as the author of an event had left it.
    private mutating func asLeft(by tip: Int) -> [TextScalar] {
        if let left = known[tip] { return left }
        let without = Set(events[tip].without)
        // A proposal is what its author had before them, whether or not it counts.
        let left = text(of: seen(by: tip)) { index, event in
            index == tip || event.hasEffect && !without.contains(index)
        }
        known[tip] = left
        return left
    }

    /// What the author of a resolution had before them without the candidates but one, and what that one had
    /// not seen.
    private mutating func text(before settler: Int, taking side: Int) -> [TextScalar] {
        let without = Set(events[settler].without)
        let others = events[settler].over.filter { !knows(side, $0) }
        return text(of: seen(by: settler).filter { $0 != settler }) { index, event in
            index == side
                || event.hasEffect && !without.contains(index) && !others.contains(index)
        }
    }

    /// The text that some events make, which are all that any of them had seen.
    private mutating func text(
        of view: [Int],
        where counts: (Int, TextEvent) -> Bool
    ) -> [TextScalar] {
        merges += 1
        let places = Dictionary(
            view.enumerated().map { ($1, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let past = view.map { index in
            var event = events[index]
            event.parents = event.parents.compactMap { places[$0] }
            event.without = event.without.compactMap { places[$0] }
            event.over = event.over.compactMap { places[$0] }
            event.hasEffect = counts(index, event)
            return event
        }
        return textScalars(past).map { scalar in
            let origin = TextScalar.Origin(
                event: view[scalar.origin.event],
                offset: scalar.origin.offset
            )
            return TextScalar(scalar: scalar.scalar, origin: origin)
        }
    }

    /// The events that the author of one had seen, and that one, in causal order.
    private func seen(by tip: Int) -> [Int] {
        var seen: Set<Int> = [tip]
        var open = [tip]
        while let event = open.popLast() {
            for parent in events[event].parents where seen.insert(parent).inserted {
                open.append(parent)
            }
        }
        return seen.sorted()
    }
}
