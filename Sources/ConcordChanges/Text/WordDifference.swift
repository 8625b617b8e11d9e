/// The splices that turn one text into another, word by word.
///
/// A splice begins and ends between grapheme clusters of both texts, and applying all of them in
/// turn to `from` gives `to`, scalar by scalar. Neighbouring changes are one splice, and so are those
/// with nothing but a space between them: whoever rewrites a phrase has not kept its spaces.
package func wordSplices(from: String, to: String) -> [TextSplice] {
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

/// Takes a space for changed where on both sides of it a word went and another came.
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
