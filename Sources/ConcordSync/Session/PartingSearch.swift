import ConcordDiff

/// The search for the last entry that a client's log and a server's have in common.
///
/// Each answer says up to which of the marks that were sent the two agree; the next marks lie between
/// that one and the first that differs. With 32 marks a request, a log of 100,000 entries takes four.
struct PartingSearch: Hashable, Sendable {
    /// How many entries are known to be in common.
    private(set) var common = 0
    /// The first position that is known to differ: so many entries are not in common.
    private var differing: Int
    /// The positions to be shown next, ascending; none once the last entry in common is found.
    private(set) var positions: [Int] = []

    /// A search among the first `position` entries, of which the last is not in common.
    init(position: Int) { differing = position }

    /// Takes an answer in; false if it cannot be, or says nothing new.
    mutating func narrow(_ parting: LogParting, after request: SyncRequest) -> Bool {
        let marks = request.marks.map(\.position)
        guard 0...Int(Int32.max) ~= parting.size,
            parting.common == 0 || marks.contains(parting.common),
            parting.common <= parting.size
        else { return false }
        let before = (common, differing)
        common = max(common, parting.common)
        differing = min(differing, marks.first { $0 > parting.common } ?? differing)
        // After its end the server has no entry to be in common.
        differing = min(differing, parting.size + 1)
        guard common < differing, marks.isEmpty || before != (common, differing) else {
            return false
        }
        positions = Self.spread(from: common + 1, to: differing - 1)
        return true
    }

    /// At most `SyncLimits.marks` positions from `first` to `last`, at equal distances, with both.
    private static func spread(from first: Int, to last: Int) -> [Int] {
        guard first <= last else { return [] }
        let count = last - first + 1
        if count <= SyncLimits.marks { return Array(first...last) }
        let steps = SyncLimits.marks - 1
        return (0...steps).map { first + (count - 1) * $0 / steps }
    }
}
