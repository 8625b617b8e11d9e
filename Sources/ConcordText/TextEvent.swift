/// One replacement in a text: `delete` scalars go at `at`, then `insert` comes there.
///
/// Counted in Unicode scalars, on top of the splices before it in the same event. Wire form: the
/// operation `splice` of a diff.
package struct TextSplice: Hashable, Sendable {
    /// How many scalars stand before the place.
    package var at: Int
    /// How many scalars are removed.
    package var delete: Int
    /// What is inserted.
    package var insert: String

    /// A replacement of `delete` scalars at `at` by a string.
    package init(at: Int, delete: Int, insert: String) {
        self.at = at
        self.delete = delete
        self.insert = insert
    }

    /// Whether both do the same: inserts are compared by their scalars, since Swift's own comparison of
    /// strings would take "é" in its two spellings for twins.
    package static func == (left: TextSplice, right: TextSplice) -> Bool {
        left.at == right.at && left.delete == right.delete
            && left.insert.utf8.elementsEqual(right.insert.utf8)
    }

    /// Hashes what `==` compares.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(at)
        hasher.combine(delete)
        for byte in insert.utf8 { hasher.combine(byte) }
    }
}

extension [TextSplice] {
    /// Whether each is within the text that the ones before it made of a text of `length` scalars.
    func fit(textOf length: Int) -> Bool {
        TextEvent(parents: [], agent: 0, seq: 0, splices: self)
            .isWellFormed(length: length, lengthMax: .max)
    }
}

extension TextSplice {
    /// The same as several splices, each on top of the ones before it, none of which inserts more than
    /// `bytesMax` bytes of UTF-8.
    package func withinLimit(_ bytesMax: Int) -> [TextSplice] {
        guard insert.utf8.count > bytesMax else { return [self] }
        var parts: [TextSplice] = []
        var part = String.UnicodeScalarView()
        var (bytes, at, scalars) = (0, self.at, 0)
        for scalar in insert.unicodeScalars {
            let width = scalar.utf8.count
            if bytes + width > bytesMax {
                let delete = parts.isEmpty ? self.delete : 0
                parts.append(TextSplice(at: at, delete: delete, insert: String(part)))
                at += scalars
                part.removeAll()
                (bytes, scalars) = (0, 0)
            }
            part.append(scalar)
            bytes += width
            scalars += 1
        }
        parts.append(TextSplice(at: at, delete: 0, insert: String(part)))
        return parts
    }
}

/// What one diff did to one text, with what its author had seen.
///
/// The events of a text are an array in causal order: parents stand before their children. Where
/// agents and sequence numbers leave a tie (a forked chain), the place in the array decides, so a
/// caller who has forks passes them in an order that all replicas share.
package struct TextEvent: Hashable, Sendable {
    /// The newest events of this text that its author had seen, as indices of the array.
    package var parents: [Int]
    /// The rank of the author among the authors' keys.
    package var agent: Int
    /// The author's sequence number.
    package var seq: Int
    /// The replacements, each on top of the ones before it.
    package var splices: [TextSplice]
    /// Which erasure has destroyed what it inserted: events that look alike since then were twins only
    /// if the same one did.
    package var erasure: [UInt8]?
    /// Whether it shows; a void event is walked, since positions may count on it, and left out.
    package var hasEffect: Bool
    /// Seen events that had no effect in the author's view: they did not have them in their text.
    package var without: [Int]
    /// Seen events that the author was shown and replaces: resolves open pairs.
    package var over: [Int]
    /// All writes that its author was shown and replaces, by any numbers that are the same for all events of
    /// the text: also those that stand before the array. Who names the same decides about the same.
    package var names: [Int] = []

    /// An event; by default one that has effect, on a view of everything its author had seen.
    package init(
        parents: [Int],
        agent: Int,
        seq: Int,
        splices: [TextSplice],
        hasEffect: Bool = true,
        without: [Int] = [],
        over: [Int] = []
    ) {
        self.parents = parents
        self.agent = agent
        self.seq = seq
        self.splices = splices
        self.hasEffect = hasEffect
        self.without = without
        self.over = over
    }

    /// Whether its splices stay within a text of a length, and do not make it longer than a text may be.
    ///
    /// One that is longer already, because people wrote at the same time, may be shortened.
    package func isWellFormed(length before: Int, lengthMax: Int) -> Bool {
        var length = before
        for splice in splices {
            guard splice.at >= 0, splice.delete >= 0, splice.at <= length,
                splice.delete <= length - splice.at
            else { return false }
            length += splice.insert.unicodeScalars.count - splice.delete
        }
        return length <= max(lengthMax, before)
    }

    /// The event as it is among those after the first `count`, all of which it had seen.
    package func without(first count: Int) -> TextEvent {
        var event = self
        event.parents = parents.filter { $0 >= count }.map { $0 - count }
        event.without = without.filter { $0 >= count }.map { $0 - count }
        event.over = over.filter { $0 >= count }.map { $0 - count }
        return event
    }
}
