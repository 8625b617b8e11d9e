/// A text that takes in events one at a time, as they arrive, and is merged after each.
///
/// As long as every event continues from everything before it, an event is applied as it stands
/// and there is nothing but text. The first concurrent one starts a walk from the last version that
/// everything since had seen; the walk goes on event by event, and is dropped once as many events
/// in a row were sequential as the walk is long: walking again can then be paid from them.
package struct TextDocument: ~Copyable {
    /// A view for each branch that grows, up to here; beyond, branches share views.
    private static let viewsMax = 32

    private var graph = TextGraph()
    private var buffer = TextBuffer()
    private var walker = TextWalker(viewCount: 2)
    /// The first event that is in the walk, if there is one.
    private var walkStart: Int?
    /// Sequential events since the last concurrent one.
    private var quiet = 0
    /// The events that nobody has seen yet, ascending.
    private var heads: [Int] = []
    /// Events from which alone everything later continues so far, ascending.
    private var critical: [Critical] = []
    private var numbers: [Int32] = []

    /// An event that had seen all others, and how long the text was with it.
    private struct Critical {
        var event: Int
        var length: Int
    }

    /// An empty text.
    package init() {}

    /// The number of events so far.
    package var eventCount: Int { graph.count }

    /// The merged text.
    package var text: String { buffer.text }

    /// Stops the program where the text or the walk contradicts itself.
    package func checkInvariants() {
        buffer.checkInvariants()
        walker.tracker.checkInvariants()
    }

    /// Takes in an event; `parents` are the newest ones its author had seen, by their number here.
    ///
    /// - Precondition: every splice is within the text its author saw.
    package mutating func append(
        parents: [Int],
        agent: Int,
        seq: Int,
        splices: [TextSplice]
    ) {
        let event = graph.count
        graph.appendEvent(parents: parents, agent: agent, seq: seq)
        for splice in splices {
            graph.appendSplice(at: splice.at, delete: splice.delete, insert: splice.insert)
        }
        takeIn(event)
    }

    /// Takes in an event of another history; its parents are those that came in here.
    ///
    /// `numbers` gives, for each event of the other history that came in, its number here.
    ///
    /// - Precondition: every splice is within the text its author saw.
    package mutating func append(_ event: Int, of other: borrowing TextGraph, numbers: [Int32]) {
        let number = graph.count
        graph.append(event, of: other, numbers: numbers)
        takeIn(number)
    }

    private mutating func takeIn(_ event: Int) {
        let isSequential = isHeads(graph.parents(of: event))
        if !isSequential {
            quiet = 0
            prepareWalk(before: event)
        }
        if walkStart == nil {
            graph.apply(event, to: &buffer)
        } else {
            walk(event, isNew: true)
        }
        advanceHeads(event, isSequential: isSequential)
    }

    private borrowing func isHeads(_ parents: UnsafeBufferPointer<Int32>) -> Bool {
        guard parents.count == heads.count else { return false }
        for index in 0..<heads.count where Int(parents[index]) != heads[index] {
            return false
        }
        return true
    }

    private mutating func advanceHeads(_ event: Int, isSequential: Bool) {
        if isSequential {
            heads.removeAll(keepingCapacity: true)
        } else {
            for parent in graph.parents(of: event) {
                heads.removeAll { $0 == Int(parent) }
            }
        }
        heads.append(event)
        guard heads.count == 1 else { return }
        critical.append(Critical(event: event, length: buffer.count))
        quiet += 1
        if walkStart != nil, quiet > max(walker.work, 256) {
            walkStart = nil
            walker.reset(baseLength: 0)
        }
    }

    /// Makes sure that the walk begins at a version that an event had seen, and everything since.
    private mutating func prepareWalk(before event: Int) {
        let earliest = graph.parents(of: event).first.map { Int($0) } ?? -1
        while let last = critical.last, last.event > earliest {
            critical.removeLast()
        }
        let needed = (critical.last?.event ?? -1) + 1
        // A view for each branch: else events that come from them in turn move one back and forth.
        let views = min(heads.count, Self.viewsMax)
        if let walkStart, walkStart <= needed, views <= walker.viewCount { return }
        if views > walker.viewCount {
            walker = TextWalker(viewCount: min(views * 2, Self.viewsMax))
        }
        let base = base(atLeast: needed)
        let start = base.event + 1
        walkStart = start
        walker.reset(baseLength: base.length)
        for index in start..<event {
            walk(index, isNew: false)
        }
    }

    /// Where a walk begins that has to begin at an event or earlier.
    ///
    /// Whoever comes with an ever older text in front of him would have everything walked again each
    /// time; a walk that has to begin earlier therefore becomes twice as long at once.
    private func base(atLeast needed: Int) -> Critical {
        var limit = needed - 1
        if let walkStart {
            limit = min(limit, walkStart - (graph.count - walkStart))
        }
        var (low, high) = (0, critical.count)
        while low < high {
            let middle = (low + high) / 2
            if critical[middle].event <= limit { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? critical[low - 1] : Critical(event: -1, length: 0)
    }

    /// Walks an event; a new one is also applied to the text.
    private mutating func walk(_ event: Int, isNew: Bool) {
        let start = walkStart ?? event
        let entry = graph.events[event]
        numbers.removeAll(keepingCapacity: true)
        for parent in graph.parents(of: event) where Int(parent) >= start {
            numbers.append(parent - Int32(start))
        }
        numbers.withUnsafeBufferPointer { _ = walker.begin(parents: $0) }
        walker.rank(agent: Int(entry.agent), seq: Int(entry.seq), event: event)
        for slot in 0..<Int(entry.spliceCount) {
            let splice = graph.splices[Int(entry.splices) + slot]
            if splice.delete > 0 {
                walker.delete(Int(splice.delete), at: Int(splice.at))
                for index in 0..<walker.tracker.removals.count where isNew {
                    let edit = walker.tracker.removals[index]
                    buffer.delete(edit.length, at: edit.at)
                }
            }
            if splice.insert > 0 {
                let place = walker.insert(Int(splice.insert), at: Int(splice.at))
                if isNew {
                    let content = graph.content(of: splice)
                    buffer.insert(content, scalars: Int(splice.insert), at: place)
                }
            }
        }
    }
}
