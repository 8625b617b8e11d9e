/// Whose the characters of a merged text are, where conflicts were resolved by taking what one side had written.
///
/// A resolution that takes a side's text writes again what the merge had left out, and the merge keeps what
/// several sides wrote alike from any one of them: neither says whose the words are. So the words of a text
/// that was taken are those of whom they were in the text as that side's author had left it.
package struct TextAuthors {
    /// All that was done to the text, in causal order.
    let events: [TextEvent]
    private var known: [Int: [Character]] = [:]

    /// A character, the event that inserted it, and the event whose it is.
    private struct Character {
        let scalar: Unicode.Scalar
        let event: Int
        var owner: Int
    }

    /// The authors of a text to which all this was done, in causal order.
    package init(_ events: [TextEvent]) { self.events = events }

    /// The merged text in stretches, each with the event whose it is.
    package mutating func stretches() -> [(event: Int, text: String)] {
        var characters = Self.characters(events)
        attribute(&characters, settlers: Array(events.indices))
        var stretches: [(event: Int, text: String)] = []
        for character in characters {
            if stretches.last?.event == character.owner {
                stretches[stretches.count - 1].text.unicodeScalars.append(character.scalar)
            } else {
                stretches.append((character.owner, String(character.scalar)))
            }
        }
        return stretches
    }

    /// The side whose text an event took when it resolved a conflict; nil if it took none as it was.
    package mutating func taken(by settler: Int) -> Int? {
        let sides = events[settler].over
        guard !sides.isEmpty else { return nil }
        let resolved = asLeft(by: settler).map(\.scalar)
        for side in sides where asLeft(by: side).map(\.scalar) == resolved { return side }
        return nil
    }

    /// The text as the author of an event had left it.
    private mutating func asLeft(by tip: Int) -> [Character] {
        if let left = known[tip] { return left }
        let view = seen(by: tip)
        let places = Dictionary(
            view.enumerated().map { ($1, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let without = Set(events[tip].without)
        let past = view.map { index in
            var event = events[index]
            event.parents = event.parents.compactMap { places[$0] }
            event.without = event.without.compactMap { places[$0] }
            event.over = event.over.compactMap { places[$0] }
            // A proposal is what its author had before them, whether or not it counts.
            event.hasEffect = index == tip || event.hasEffect && !without.contains(index)
            return event
        }
        var left = Self.characters(past).map {
            Character(scalar: $0.scalar, event: view[$0.event], owner: view[$0.event])
        }
        // Its own words come from the side that it took, which is asked for only where one is looked for.
        known[tip] = left
        attribute(&left, settlers: view)
        known[tip] = left
        return left
    }

    /// Gives the characters of texts that were taken to whom they were, by the newest event that took one.
    private mutating func attribute(_ characters: inout [Character], settlers: [Int]) {
        var found: (settling: Int, side: Int)?
        for settler in settlers.reversed() where found == nil && events[settler].hasEffect {
            found = taken(by: settler).map { (settler, $0) }
        }
        guard let (settling, side) = found else { return }
        let inserted = asLeft(by: settling).map(\.event)
        let owners = asLeft(by: side)
        let past = Set(seen(by: settling))
        // What is left of the text that was taken stands in its order.
        var next = 0
        for index in characters.indices where past.contains(characters[index].event) {
            let character = characters[index]
            let found = (next..<owners.count).first {
                inserted[$0] == character.event && owners[$0].scalar == character.scalar
            }
            guard let found else { continue }
            characters[index].owner = owners[found].owner
            next = found + 1
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

    private static func characters(_ events: [TextEvent]) -> [Character] {
        textOrigins(events).flatMap { event, text in
            text.unicodeScalars.map { Character(scalar: $0, event: event, owner: event) }
        }
    }
}
