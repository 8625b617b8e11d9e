// Edits that keep apart need no walk.
//
// Nearly always two people who change one text at the same time change different parts of it. Then every
// event stands in a chain that grew from the text all of them had seen, and between what two chains
// changed of it lies a character that neither touches: nothing touches, and each splice goes where it
// was meant, moved by as much as the other chains have lengthened or shortened what stands before it.

/// What one chain of events has changed of the text that all had seen.
private struct TextChanges {
    /// A stretch of that text, and how many scalars stand there now.
    struct Region {
        var start: Int
        var end: Int
        var count: Int
    }

    /// With more regions, and chains that may have none, a walk is faster.
    static let regionsMax = 64

    /// The newest event of the chain.
    var tip: Int
    /// Ascending; adjacent ones are joined.
    private(set) var regions: [Region] = []
    /// By how much the text has become longer.
    private(set) var growth = 0

    init(tip: Int) { self.tip = tip }

    /// Replaces scalars of the text as the chain has it, and answers where of the text that all had seen
    /// the region begins that this fell into.
    mutating func replace(_ delete: Int, at place: Int, by insert: Int) -> Int {
        var first = 0
        var before = 0
        while first < regions.count,
            regions[first].end + before + regions[first].growth < place
        {
            before += regions[first].growth
            first += 1
        }
        // As if nothing was there yet; regions that it meets are taken up.
        var region = Region(start: place - before, end: place + delete - before, count: insert)
        var last = first
        while last < regions.count, regions[last].start + before <= place + delete {
            let met = regions[last]
            let metEnd = met.start + before + met.count
            // What is left of it stands before and after what was deleted.
            region.count += max(0, place - met.start - before) + max(0, metEnd - place - delete)
            region.start = min(region.start, met.start)
            region.end = max(place + delete, metEnd) - before - met.growth
            before += met.growth
            last += 1
        }
        regions.replaceSubrange(first..<last, with: CollectionOfOne(region))
        growth += insert - delete
        return region.start
    }

    /// By how much what stands before a place of the text that all had seen has become longer.
    func growth(before place: Int) -> Int {
        regions.reduce(0) { $1.end < place ? $0 + $1.growth : $0 }
    }
}

extension TextChanges.Region {
    var growth: Int { count - (end - start) }
}

/// Merges the events that are not known yet if all keep apart.
///
/// - Parameters:
///   - known: How many of the events are in the text already, all of them well-formed.
///   - length: The length of the text so far.
///   - lengthMax: How long an author may make a text.
/// - Returns: the changes of the text; nil where a walk is needed.
func mergeApart(
    _ events: [TextEvent],
    known: Int,
    into length: Int,
    lengthMax: Int
) -> [TextSplice]? {
    var chains: [TextChanges] = []
    var base = length
    var changes: [TextSplice] = []
    for (index, event) in events.enumerated() {
        guard event.hasEffect, event.without.isEmpty, event.erasure == nil,
            let chain = TextChanges.chain(of: event, index: index, in: &chains)
        else { return nil }
        if index == known { base = length - chains.reduce(0) { $0 + $1.growth } }
        let isNew = index >= known
        let before = base + chains[chain].growth
        let limits = isNew ? (before, lengthMax) : (TextMerge.deletedMax, .max)
        guard event.isWellFormed(length: limits.0, lengthMax: limits.1) else { return nil }
        for splice in event.splices {
            let place = chains[chain].replace(
                splice.delete,
                at: splice.at,
                by: splice.insert.unicodeScalars.count
            )
            let regions = chains.reduce(0) { $0 + $1.regions.count }
            guard chains.count + regions <= TextChanges.regionsMax else { return nil }
            guard isNew, splice.delete > 0 || !splice.insert.isEmpty else { continue }
            var change = splice
            for other in chains.indices where other != chain {
                change.at += chains[other].growth(before: place)
            }
            changes.append(change)
        }
    }
    guard TextChanges.keepApart(chains), !decideAtOnce(events) else { return nil }
    return changes
}

/// Whether events of several authors name the same write: who had seen whom, a walk tells.
private func decideAtOnce(_ events: [TextEvent]) -> Bool {
    var agents: [Int: Int] = [:]
    for event in events {
        for name in event.names
        where agents.updateValue(event.agent, forKey: name) ?? event.agent != event.agent {
            return true
        }
    }
    return false
}

extension TextChanges {
    /// The chain that an event continues or begins; nil if its author had seen several, or a part of one.
    static func chain(of event: TextEvent, index: Int, in chains: inout [TextChanges]) -> Int? {
        guard let parent = event.parents.first else {
            chains.append(TextChanges(tip: index))
            return chains.count - 1
        }
        guard event.parents.count == 1, let chain = chains.firstIndex(where: { $0.tip == parent })
        else { return nil }
        chains[chain].tip = index
        return chain
    }

    /// Whether between what any two chains have changed something stands that none has.
    static func keepApart(_ chains: [TextChanges]) -> Bool {
        if chains.count < 2 { return true }
        var regions: [(chain: Int, region: Region)] = []
        for (number, chain) in chains.enumerated() {
            for region in chain.regions { regions.append((number, region)) }
        }
        regions.sort { $0.region.start < $1.region.start }
        return zip(regions, regions.dropFirst()).allSatisfy { left, right in
            left.chain == right.chain || left.region.end < right.region.start
        }
    }
}
