package struct MergedText: Hashable, Sendable {
    package struct Pair: Hashable, Sendable { package var first: Int; package var second: Int }
    package var text: String
    package var openPairs: [Pair]
    package var malformed: [Int]
}
package func mergeText(_ events: [TextEvent]) -> MergedText { preconditionFailure("stub") }
package func textAfter(_ index: Int, in events: [TextEvent]) -> String { "" }
