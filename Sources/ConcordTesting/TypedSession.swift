import ConcordEncoding
package import ConcordText

/// A long session of people who type into one text at the same time, whose final text is known without any merge.
///
/// The text is cut into regions, one for each person. Only its owner inserts into a region; anyone deletes anywhere.
/// So no two insertions compete for a place, and the text that must result follows from keeping all characters of a
/// region in their order: a person shows those that they have seen inserted and not seen deleted. Now and then
/// somebody takes in what another has.
package struct TypedSession: Sendable {
    /// What was typed, transaction by transaction.
    package let events: [TextEvent]
    /// The text once everything is merged.
    package let text: String

    /// The session that a seed makes.
    ///
    /// - Parameters:
    ///   - people: how many type, at least one.
    ///   - transactions: how many edits there are, the one that draws the regions included.
    package init(people: Int, transactions: Int, seed: UInt64) {
        var table = Table(people: people, seed: seed)
        while table.events.count < transactions { table.step() }
        events = table.events
        text = table.text
    }
}

/// The session while it grows.
private struct Table {
    private(set) var events: [TextEvent] = []
    private var generator: SeededGenerator
    /// For each region all characters that were ever inserted, in their order.
    private var regions: [[Character]]
    private var people: [Person]
    private var deleted: Set<Int> = []
    private var numbers = 0
    /// For each transaction what its author had seen, itself included: the newest one of each author.
    private var knowledge: [[Int]]
    /// Where each author's last insertion ended among all characters of their region.
    private var last: [Int]

    /// A character, by a number of its own.
    private struct Character {
        let number: Int
        /// The transaction that inserted it.
        let event: Int
        let scalar: Unicode.Scalar
    }

    /// What somebody sees.
    private struct Person {
        /// For each author the newest transaction that they have seen; -1 for none.
        var seen: [Int]
        var deleted: Set<Int> = []
        var regions: [[Character]]
        var cursor = 0
    }

    private static let mark: Unicode.Scalar = "|"
    private static let letters = Array(
        "abcdefghijklmnopqrstuvwxyz      \n\r\u{e9}\u{4e2d}\u{1f600}\u{200d}\u{301}".unicodeScalars
    )

    init(people count: Int, seed: UInt64) {
        precondition(count > 0, "somebody types")
        generator = SeededGenerator(seed: seed)
        regions = Array(repeating: [], count: count)
        let none = Person(
            seen: [0] + Array(repeating: -1, count: count - 1),
            regions: Array(repeating: [], count: count)
        )
        people = Array(repeating: none, count: count)
        knowledge = [none.seen]
        last = Array(repeating: -1, count: count)
        let marks = String(String.UnicodeScalarView(repeatElement(Self.mark, count: count + 1)))
        events = [
            TextEvent(
                parents: [],
                agent: 0,
                seq: 1,
                splices: [TextSplice(at: 0, delete: 0, insert: marks)]
            )
        ]
    }

    /// Somebody types a little, and then perhaps takes in what another has.
    mutating func step() {
        let author = generator.below(people.count)
        for _ in 0...generator.below(20) { edit(author) }
        let other = generator.below(people.count)
        if other != author { takeIn(other, from: author) }
    }

    private mutating func edit(_ author: Int) {
        let splice = generator.oneIn(4) ? deletion(by: author) : nil
        record(splice ?? insertion(by: author), by: author)
    }

    private mutating func insertion(by author: Int) -> TextSplice {
        let shown = people[author].regions[author]
        if generator.oneIn(12) || people[author].cursor > shown.count {
            people[author].cursor = generator.below(shown.count + 1)
        }
        let at = people[author].cursor
        let new = (0...generator.below(3)).map { _ in
            numbers += 1
            return Character(
                number: numbers,
                event: events.count,
                scalar: generator.pick(Self.letters)
            )
        }
        let place = at == 0 ? 0 : place(of: shown[at - 1], in: author) + 1
        regions[author].insert(contentsOf: new, at: place)
        last[author] = place + new.count - 1
        people[author].regions[author].insert(contentsOf: new, at: at)
        people[author].cursor = at + new.count
        return TextSplice(
            at: start(of: author, for: author) + at,
            delete: 0,
            insert: String(String.UnicodeScalarView(new.map(\.scalar)))
        )
    }

    /// Where a character stands among all of its region: mostly where the last insertion ended.
    private func place(of character: Character, in region: Int) -> Int {
        let isThere = { (place: Int) in regions[region][place].number == character.number }
        if regions[region].indices.contains(last[region]), isThere(last[region]) {
            return last[region]
        }
        guard let place = regions[region].indices.first(where: isThere) else {
            preconditionFailure("what is shown was inserted")
        }
        return place
    }

    /// Deletes something in any region; nil where nothing is shown there.
    private mutating func deletion(by author: Int) -> TextSplice? {
        let region = generator.below(regions.count)
        let count = people[author].regions[region].count
        guard count > 0 else { return nil }
        let at = generator.below(count)
        let range = at..<min(at + 1 + generator.below(4), count)
        for character in people[author].regions[region][range] {
            deleted.insert(character.number)
            people[author].deleted.insert(character.number)
        }
        people[author].regions[region].removeSubrange(range)
        return TextSplice(
            at: start(of: region, for: author) + at,
            delete: range.count,
            insert: ""
        )
    }

    private func start(of region: Int, for author: Int) -> Int {
        region + 1 + people[author].regions[..<region].reduce(0) { $0 + $1.count }
    }

    private mutating func record(_ splice: TextSplice, by author: Int) {
        let heads = heads(of: author)
        events.append(
            TextEvent(parents: heads, agent: author, seq: events.count + 1, splices: [splice])
        )
        people[author].seen[author] = events.count - 1
        knowledge.append(people[author].seen)
    }

    /// The newest transactions that somebody has seen and that no other one of these had seen.
    private func heads(of author: Int) -> [Int] {
        let seen = people[author].seen.filter { $0 >= 0 }
        return Set(seen).filter { head in
            !seen.contains { other in
                other != head && knowledge[other][events[head].agent] >= head
            }
        }.sorted()
    }

    /// Somebody takes in all that another has.
    private mutating func takeIn(_ person: Int, from other: Int) {
        let theirs = people[other]
        for author in people.indices {
            people[person].seen[author] = max(people[person].seen[author], theirs.seen[author])
        }
        people[person].deleted.formUnion(theirs.deleted)
        for region in regions.indices {
            let (seen, gone) = (people[person].seen[region], people[person].deleted)
            people[person].regions[region] = regions[region].filter {
                $0.event <= seen && !gone.contains($0.number)
            }
        }
        people[person].cursor = 0
    }

    var text: String {
        var text = String.UnicodeScalarView([Self.mark])
        for region in regions {
            text += region.lazy.filter { !deleted.contains($0.number) }.map(\.scalar)
            text.append(Self.mark)
        }
        return String(text)
    }
}

extension TypedSession {
    /// The session as an editing trace, as `concord-lab replay` reads it.
    package var traceJSON: [UInt8] {
        let transactions = events.map { event -> JSON in
            [
                "agent": .integer(Int64(event.agent)),
                "parents": .array(event.parents.map { .integer(Int64($0)) }),
                "patches": .array(
                    event.splices.map {
                        [
                            .integer(Int64($0.at)), .integer(Int64($0.delete)),
                            .string(WireText($0.insert)),
                        ]
                    }
                ),
            ]
        }
        let agents = (events.map(\.agent).max() ?? 0) + 1
        return JSON.object([
            "endContent": .string(WireText(text)), "kind": "concurrent",
            "numAgents": .integer(Int64(agents)), "txns": .array(transactions),
        ]).canonicalBytes
    }
}
