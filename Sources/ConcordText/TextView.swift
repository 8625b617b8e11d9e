/// The view of a walk, told by how much of each chain is in it: so what has to leave it and what to enter is
/// found without going through what both views share, however interwoven the chains are.
struct TextView {
    /// With more chains it is faster to go through the newest events.
    private static let chainsMax = 32

    /// Events that leave a view, and events that enter it, by their numbers in the walk.
    typealias Moves = (leaving: [Int32], entering: [Int32])

    private var version: [Int32]
    /// The numbers of the events of each chain that were walked.
    private var walked: [[Int32]]

    /// The view before anything; nil where there are many chains.
    init?(of ancestry: TextAncestry) {
        guard ancestry.chainCount <= Self.chainsMax else { return nil }
        version = Array(repeating: 0, count: ancestry.chainCount)
        walked = Array(repeating: [], count: ancestry.chainCount)
    }

    /// What has to leave the view, and what to enter it, for it to be what the author of an event had before
    /// it: of each chain the newest first.
    func move(to event: Int, _ ancestry: TextAncestry) -> Moves {
        let wanted = ancestry.version(of: event, withItself: false)
        var moves: Moves = ([], [])
        for chain in version.indices {
            let (now, then) = (version[chain], chain < wanted.count ? wanted[chain] : 0)
            if now > then { moves.leaving += walked[chain][Int(then)..<Int(now)].reversed() }
            if now < then { moves.entering += walked[chain][Int(now)..<Int(then)].reversed() }
        }
        return moves
    }

    /// Notes an event that is walked now, as a part of the view from now on.
    ///
    /// - Parameter isNext: whether its author had the view as it was, and nothing else.
    mutating func append(
        _ number: Int,
        for event: Int,
        _ ancestry: TextAncestry,
        isNext: Bool
    ) {
        let chain = ancestry.chain(of: event)
        walked[chain].append(Int32(number))
        if isNext {
            version[chain] += 1
            return
        }
        let seen = ancestry.version(of: event, withItself: true)
        for chain in version.indices { version[chain] = chain < seen.count ? seen[chain] : 0 }
    }
}
