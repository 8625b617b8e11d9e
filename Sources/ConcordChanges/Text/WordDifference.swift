/// The splices that turn one text into another, word by word.
///
/// A splice begins and ends between grapheme clusters of both texts, and applying all of them in
/// turn to `from` gives `to`, scalar by scalar. Neighbouring changes are one splice.
package func wordSplices(from: String, to: String) -> [TextSplice] {
    var numbering = WordTokens.Numbering()
    let old = WordTokens(from, &numbering)
    let new = WordTokens(to, &numbering)
    let difference = TokenDifference(old.kinds, new.kinds)
    var splices: [TextSplice] = []
    var position = 0
    var (x, y) = (0, 0)
    while x < old.kinds.count || y < new.kinds.count {
        let (startX, startY) = (x, y)
        while x < old.kinds.count, difference.partners[x] < 0 { x += 1 }
        let next = x < old.kinds.count ? Int(difference.partners[x]) : new.kinds.count
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
