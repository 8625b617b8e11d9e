package struct MergedText: Hashable, Sendable {
    package struct Pair: Hashable, Sendable { package var first: Int; package var second: Int }
    package var text: String
    package var openPairs: [Pair]
    package var malformed: [Int]
}
package func mergeText(_ events: [TextEvent]) -> MergedText { preconditionFailure("stub") }
package func textAfter(_ index: Int, in events: [TextEvent]) -> String { "" }
package func wordSplices(from: String, to: String) -> [TextSplice] {
    from == to ? [] : [TextSplice(at: 0, delete: from.unicodeScalars.count, insert: to)]
}
