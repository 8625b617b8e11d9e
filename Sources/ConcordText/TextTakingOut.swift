// Taking an edit out of a merged text: what it typed goes, and what it deleted comes back. Words are known by the event
// that typed them, not by how they read: a colleague's words that are the same stay where they are.

/// The splices, on top of the merged text, that take an edit out of it.
///
/// What the edit deleted comes back where it stood; where the edit had typed something in its place that still stands, in the
/// place of that, also if somebody who had read it has gone on from there since.
///
/// - Parameters:
///   - target: The edit that is taken out.
///   - dead: Every event that is left out with it.
/// - Returns: the splices, and the text before and after them.
package func splices(
    takingOut target: Int,
    with dead: Set<Int>,
    of events: [TextEvent]
) -> (splices: [TextSplice], from: String, to: String) {
    var rest = events
    for index in dead { rest[index].hasEffect = false }
    let taking = TextTakingOut(from: textScalars(events), to: textScalars(rest))
    let from = taking.from.text
    guard
        let places = taking.placesOfWhatComesBack(
            after: TextAncestry(events, in: 0..<events.count),
            target: target
        )
    else {
        let to = taking.to.text
        return (wordSplices(from: from, to: to), from, to)
    }
    let splices = taking.splices(bringingBack: places)
    let to = taking.applied(splices)
    guard taking.areWhole(splices, in: to) else {
        return (wordSplices(from: from, to: to), from, to)
    }
    return (splices, from, to)
}

/// Two versions of a text, scalar by scalar, in which the same scalar is known again.
private struct TextTakingOut {
    let from: [TextScalar]
    let to: [TextScalar]
    /// Where in `from` the scalars of `to` stand.
    private let common: [TextScalar.Origin: Int]
    /// Which scalars of `from` stay.
    private let stays: [Bool]

    init(from: [TextScalar], to: [TextScalar]) {
        self.from = from
        self.to = to
        let places = Dictionary(
            zip(from.map(\.origin), from.indices),
            uniquingKeysWith: { first, _ in first }
        )
        let stay = Set(to.map(\.origin))
        common = places.filter { stay.contains($0.key) }
        stays = from.map { stay.contains($0.origin) }
    }

    /// What comes back, by the place in `from` before which it comes; nil where the two orders do not agree.
    func placesOfWhatComesBack(after ancestry: TextAncestry, target: Int) -> [Int: String]? {
        var back: [Int: String.UnicodeScalarView] = [:]
        var gap = 0
        var place: Int?
        for scalar in to {
            if let known = common[scalar.origin] {
                guard known >= gap, from[known].scalar == scalar.scalar else { return nil }
                gap = known + 1
                place = nil
            } else {
                let chosen =
                    place ?? self.place(at: gap) { ancestry.hasSeen(from[$0].origin.event, target) }
                place = chosen
                back[chosen, default: String.UnicodeScalarView()].append(scalar.scalar)
            }
        }
        return back.mapValues { String($0) }
    }

    /// The place of what comes back in a gap: in the place of what goes, where only what was typed by those who had seen
    /// that stands between.
    private func place(at gap: Int, where hasSeen: (Int) -> Bool) -> Int {
        if gap < from.count, !stays[gap] { return gap }
        var left = gap
        while left > 0, stays[left - 1], hasSeen(left - 1) { left -= 1 }
        if left > 0, !stays[left - 1] {
            while left > 0, !stays[left - 1] { left -= 1 }
            return left
        }
        var right = gap
        while right < from.count, stays[right], hasSeen(right) { right += 1 }
        return right < from.count && !stays[right] ? right : gap
    }

    func splices(bringingBack places: [Int: String]) -> [TextSplice] {
        var splices: [TextSplice] = []
        var (index, at) = (0, 0)
        while index <= from.count {
            var insert = places[index] ?? ""
            let start = index
            while index < from.count, !stays[index] {
                index += 1
                if index < from.count, !stays[index] { insert += places[index] ?? "" }
            }
            if index > start || !insert.isEmpty {
                splices.append(TextSplice(at: at, delete: index - start, insert: insert))
                at += insert.unicodeScalars.count
            }
            if index > start, let behind = places[index] {
                splices[splices.count - 1].insert += behind
                at += behind.unicodeScalars.count
            }
            index += 1
            at += 1
        }
        return splices
    }

    func applied(_ splices: [TextSplice]) -> String {
        var scalars = from.map(\.scalar)
        for splice in splices {
            scalars.replaceSubrange(
                splice.at..<splice.at + splice.delete,
                with: splice.insert.unicodeScalars
            )
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// Whether no splice cuts what people read as one letter.
    func areWhole(_ splices: [TextSplice], in to: String) -> Bool {
        let (before, after) = (Self.ends(of: from.text), Self.ends(of: to))
        var moved = 0
        return splices.allSatisfy { splice in
            let start = splice.at - moved
            let inserted = splice.insert.unicodeScalars.count
            moved += inserted - splice.delete
            return before.contains(start) && before.contains(start + splice.delete)
                && after.contains(splice.at) && after.contains(splice.at + inserted)
        }
    }

    private static func ends(of text: String) -> Set<Int> {
        var ends: Set<Int> = [0]
        var count = 0
        for character in text {
            count += character.unicodeScalars.count
            ends.insert(count)
        }
        return ends
    }
}

extension [TextScalar] {
    fileprivate var text: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: map(\.scalar))
        return String(text)
    }
}
