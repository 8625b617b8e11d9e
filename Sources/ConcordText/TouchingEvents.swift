/// What a merge has found to touch, stretch by stretch.
///
/// A class, since several parts of the search tell it what they find.
final class TouchingEvents {
    /// Pairs of events.
    private var pairs: Set<TextPair> = []
    /// Where events of long rows touch.
    private var regions: [TextRegion] = []
    /// Events whose authors left out many that have effect.
    private var manyLeftOut: [TextTouch.ManyLeftOut] = []

    /// Whether only pairs were found, so that what an arrival brings is told by them.
    var hasOnlyPairs: Bool { regions.isEmpty && manyLeftOut.isEmpty }

    /// Whether two events are known to touch.
    func contains(_ pair: TextPair) -> Bool { pairs.contains(pair) }

    /// Notes that two events touch.
    func note(_ pair: TextPair) { pairs.insert(pair) }

    /// Notes where events of a long row touch.
    func note(_ region: TextRegion) { regions.append(region) }

    /// Notes events of which many were left out.
    func note(_ many: [TextTouch.ManyLeftOut]) { manyLeftOut += many }

    /// The touching pairs that no effective event names whose author had seen both, and each event of a
    /// long row, or of many that one left out, that touches one with which it is not named, as a pair with itself.
    func openPairs(_ events: [TextEvent], malformed: Set<Int>) -> [TextPair] {
        if pairs.isEmpty, hasOnlyPairs { return [] }
        let settlers = TextSettlers(events, malformed: malformed)
        var open = pairs.filter { !settlers.settle($0) }
        for region in regions {
            for event in region.openEvents(settlers) { open.insert(TextPair(event, event)) }
        }
        for item in manyLeftOut {
            for other in item.others where !settlers.settle(TextPair(item.event, other)) {
                open.formUnion([TextPair(item.event, item.event), TextPair(other, other)])
            }
        }
        return open.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }
}
