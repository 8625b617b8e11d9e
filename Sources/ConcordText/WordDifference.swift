/// The splices that turn one text into another, word by word.
///
/// A splice begins and ends between grapheme clusters of both texts, and applying all of them in
/// turn to `from` gives `to`, scalar by scalar. Neighbouring changes are one splice, and so are those
/// with nothing but a space between them: anyone who rewrites a phrase has not kept its spaces.
///
/// What both begin and end with is passed over without being cut into words: an edit of a long text
/// costs little more than finding where it is.
package func wordSplices(from: String, to: String) -> [TextSplice] {
    var (from, to) = (from, to)
    let (start, end) = from.withUTF8 { old in to.withUTF8 { commonEnds(of: old, $0) } }
    if start + end == 0 { return wholeWordSplices(from: from, to: to) }
    let before = from.utf8.index(from.startIndex, offsetBy: start)
    let splices = wholeWordSplices(
        from: String(from[before..<from.utf8.index(from.endIndex, offsetBy: -end)]),
        to: String(
            to[
                to.utf8.index(
                    to.startIndex,
                    offsetBy: start
                )..<to.utf8.index(to.endIndex, offsetBy: -end)
            ]
        )
    )
    guard !splices.isEmpty, start > 0 else { return splices }
    let scalars = from.utf8[..<before].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    return splices.map { TextSplice(at: $0.at + scalars, delete: $0.delete, insert: $0.insert) }
}

/// How many bytes two texts have in common at their beginnings and ends, up to a place where both are cut
/// into words and graphemes in any case: between a space or the end of a line and an ASCII letter or digit.
private func commonEnds(
    of old: UnsafeBufferPointer<UInt8>,
    _ new: UnsafeBufferPointer<UInt8>
) -> (start: Int, end: Int) {
    let limit = min(old.count, new.count)
    var start = 0
    while start < limit, old[start] == new[start] { start += 1 }
    var end = 0
    while end < limit - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
    func isCut(_ place: Int) -> Bool {
        let (left, right) = (old[place - 1], old[place])
        guard left == UInt8(ascii: " ") || left == UInt8(ascii: "\n") else { return false }
        return right < 0x80 && Character(UnicodeScalar(right)).isWordLike
    }
    // The byte after the cut and the one before it have to be common too.
    var first = start - 1
    while first > 0, !isCut(first) { first -= 1 }
    var last = old.count - end + 1
    while last < old.count, !isCut(last) { last += 1 }
    return (max(first, 0), old.count - min(last, old.count))
}

extension Character {
    /// Whether it is an ASCII letter or digit.
    fileprivate var isWordLike: Bool { isASCII && (isLetter || isNumber) }
}

/// The same by cutting all of both texts into words.
func wholeWordSplices(from: String, to: String) -> [TextSplice] {
    var numbering = WordTokens.Numbering()
    let old = WordTokens(from, &numbering)
    let new = WordTokens(to, &numbering)
    let partners = joiningPhrases(TokenDifference(old.kinds, new.kinds).partners, old, new)
    var splices: [TextSplice] = []
    var position = 0
    var (x, y) = (0, 0)
    while x < old.kinds.count || y < new.kinds.count {
        let (startX, startY) = (x, y)
        while x < old.kinds.count, partners[x] < 0 { x += 1 }
        let next = x < old.kinds.count ? Int(partners[x]) : new.kinds.count
        y = next
        if x > startX || y > startY {
            let insert = String(to[new.bounds[startY]..<new.bounds[y]])
            let delete = from.unicodeScalars[old.bounds[startX]..<old.bounds[x]].count
            splices.append(TextSplice(at: position, delete: delete, insert: insert))
            position += insert.unicodeScalars.count
        }
        guard x < old.kinds.count else { break }
        position += from.unicodeScalars[old.bounds[x]..<old.bounds[x + 1]].count
        x += 1
        y += 1
    }
    return splices
}

/// Treats a space as changed if a word was replaced on both sides of it.
private func joiningPhrases(
    _ partners: [Int32],
    _ old: WordTokens,
    _ new: WordTokens
) -> [Int32] {
    var isKept = [Bool](repeating: false, count: new.kinds.count)
    for partner in partners where partner >= 0 { isKept[Int(partner)] = true }
    var joined = partners
    for index in partners.indices.dropFirst().dropLast() where old.isSpace[index] {
        let partner = Int(partners[index])
        guard partner > 0, partner + 1 < isKept.count else { continue }
        let isOldChanged = partners[index - 1] < 0 && partners[index + 1] < 0
        if isOldChanged, !isKept[partner - 1], !isKept[partner + 1] {
            joined[index] = -1
        }
    }
    return joined
}
