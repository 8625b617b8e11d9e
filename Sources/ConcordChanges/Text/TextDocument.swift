/// A text that takes in events one at a time, as they arrive, and is merged after each.
///
/// As long as every event continues from everything before it, an event is applied as it stands
/// and there is nothing but text. The first concurrent one starts a walk from the last version that
/// everything since had seen; the walk goes on event by event, and is dropped once as many events
/// in a row were sequential as the walk is long: walking again can then be paid from them.
package struct TextDocument: ~Copyable {
    private static let viewsMax = 8

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
    private var critical: [Int] = []
    private var numbers: [Int32] = []

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
        critical.append(event)
        quiet += 1
        if walkStart != nil, quiet > max(walker.work, 256) {
            walkStart = nil
            walker.reset(baseLength: 0)
        }
    }

    /// Makes sure that the walk begins at a version that an event had seen, and everything since.
    private mutating func prepareWalk(before event: Int) {
        let earliest = graph.parents(of: event).first.map { Int($0) } ?? -1
        while let last = critical.last, last > earliest {
            critical.removeLast()
        }
        let start = (critical.last ?? -1) + 1
        // A view for each branch: else events that come from them in turn move one back and forth.
        let views = min(heads.count, Self.viewsMax)
        if let walkStart, walkStart <= start, views <= walker.viewCount { return }
        if views > walker.viewCount {
            walker = TextWalker(viewCount: min(views * 2, Self.viewsMax))
        }
        walkStart = start
        var deleted = 0
        for index in start..<event {
            let entry = graph.events[index]
            for slot in 0..<Int(entry.spliceCount) {
                deleted += Int(graph.splices[Int(entry.splices) + slot].delete)
            }
        }
        // The text there was not longer than what is left of it and what was deleted since.
        walker.reset(baseLength: buffer.count + deleted)
        for index in start..<event {
            walk(index, isNew: false)
        }
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
