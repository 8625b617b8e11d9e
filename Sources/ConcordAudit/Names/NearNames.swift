package import ConcordEncoding

/// The names that someone may have meant.
package enum NearNames {
    /// The longest name, in characters, that is compared: nobody types a longer one by mistake.
    private static let lengthMax = 100

    /// The nearest of some names, the nearest first; at most five, none that is far off.
    ///
    /// The names are others': their number and length may not decide how long this takes or how much of
    /// the screen it fills.
    package static func of(_ text: String, among names: [String]) -> [String] {
        nearest(text, among: names).map { brief($0) }
    }

    private static func nearest(_ text: String, among names: [String]) -> [String] {
        let wanted = Array(text.lowercased().prefix(lengthMax))
        let limit = max(2, wanted.count / 2)
        let scored = Set(names).compactMap { name -> (name: String, distance: Int)? in
            guard name.utf8.count <= 8 * lengthMax else { return nil }
            let characters = Array(name.lowercased())
            if begins(wanted, a: characters) { return (name, 0) }
            guard abs(characters.count - wanted.count) <= limit else { return nil }
            return (name, distance(wanted, characters))
        }
        return scored.filter { $0.distance <= limit }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(5).map(\.name)
    }

    /// Whether a text is how one of a name's words begins: a first name, part of a title.
    private static func begins(_ text: [Character], a name: [Character]) -> Bool {
        text.count > 2
            && name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).contains {
                $0.starts(with: text)
            }
    }

    /// What to say before a list of all there are: the nearest, where there is one.
    package static func hint(_ text: String, among names: [String]) -> String {
        let near = of(text, among: names)
        return near.isEmpty ? "" : "\(question(near)) "
    }

    /// "Did you mean A, B or C?" of at least one name.
    package static func question(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else {
            return "Did you mean \(names.joined())?"
        }
        return "Did you mean \(names.dropLast().joined(separator: ", ")) or \(last)?"
    }

    /// The same of names that came from a file or a diff.
    package static func hint(_ text: WireText, among names: [WireText]) -> String {
        hint(text.string, among: names.map(\.string))
    }

    /// A sentence that lists the nearest names, or all of them if none is near and they are few.
    package static func sentence(_ text: String, among names: [String], what: String) -> String {
        let near = of(text, among: names)
        if !near.isEmpty { return question(near) }
        if names.isEmpty { return "There is no \(what) yet." }
        let shown = names.prefix(names.count <= 12 ? 12 : 5).map { brief($0) }
        if names.count <= 12 { return "There are: \(shown.joined(separator: ", "))." }
        return "There are \(names.count), such as \(shown.joined(separator: ", "))."
    }

    /// The nearest of names that came from a file or a diff.
    package static func of(_ text: WireText, among names: [WireText]) -> [String] {
        of(text.string, among: names.map(\.string))
    }

    /// A sentence that lists the nearest of names that came from a file or a diff.
    package static func sentence(_ text: WireText, among names: [WireText], what: String) -> String
    {
        sentence(text.string, among: names.map(\.string), what: what)
    }

    /// A sentence that lists the nearest of what has an id and a name, by either.
    package static func sentence(
        _ text: WireText,
        among named: [References.Named],
        what: String
    ) -> String {
        let names = named.map(\.id) + named.compactMap(\.name)
        let meant = nearest(text.string, among: names.map(\.string)).flatMap { near in
            named.filter { $0.id == WireText(near) || $0.name == WireText(near) }
        }
        var known: Set<References.Named> = []
        let shown = meant.filter { known.insert($0).inserted }.prefix(5).map {
            brief($0.text)
        }
        if !shown.isEmpty { return question(Array(shown)) }
        return sentence("", among: named.map(\.text), what: what)
    }

    /// A name cut with an ellipsis where it is too long for a sentence.
    private static func brief(_ name: String) -> String {
        // Cut before it is looked at closely: somebody's name may be as long as a diff allows.
        let start = String(name.unicodeScalars.prefix(8 * shownMax))
        if start.count <= shownMax, start.unicodeScalars.count == name.unicodeScalars.count {
            return name
        }
        return start.prefix(shownMax - 1) + "…"
    }

    /// So many characters of a name are shown.
    private static let shownMax = 60

    /// The number of characters to insert, delete or replace (Levenshtein).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(
                    above + 1,
                    row[j] + 1,
                    diagonal + (character == other ? 0 : 1)
                )
                diagonal = above
            }
        }
        return row[right.count]
    }
}
