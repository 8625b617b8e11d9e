/// The graph of the events of a walk: which had seen which.
///
/// An event that continues from the last one of a *span*, and from nothing else, joins it, whatever
/// came between the two; any other event begins a span. So everything that a span's first event had
/// seen is in earlier spans, and the order of spans, then of places in them, is a causal order. The
/// difference between two versions is found span by span, from the last one down.
///
/// A version is named by its newest events; none at all is the start.
struct TextVersions: ~Copyable {
    /// The last `count` events of a span up to and with one.
    struct Range: BitwiseCopyable {
        var last: Int32
        var count: Int32
    }

    struct Span: BitwiseCopyable {
        var first: Int32
        var count: Int32
        var parents: Int32
        var parentCount: Int32
    }

    /// An event's place, in the order of spans.
    struct Entry: BitwiseCopyable {
        var span: Int32
        var offset: Int32
        /// The event before it in its span.
        var previous: Int32

        @inline(__always) var key: Int64 { Int64(span) << 32 | Int64(offset) }
    }

    /// An event on the way down, and on which side it was reached: 1 left, 2 right, 3 both.
    struct Step: BitwiseCopyable {
        var key: Int64
        var event: Int32
        var sides: Int32

        @inline(__always) var weight: Int { sides == 3 ? 0 : 1 }
    }

    private var entries = Pool<Entry>()
    private var spans = Pool<Span>()
    private var parentEvents = Pool<Int32>()
    private var steps = Pool<Step>()

    /// What the last `compare` found only in the left version.
    private(set) var leftOnly = Pool<Range>()
    /// What it found only in the right version.
    private(set) var rightOnly = Pool<Range>()

    var count: Int { entries.count }

    mutating func removeAll() {
        entries.removeAll()
        spans.removeAll()
        parentEvents.removeAll()
    }

    /// Adds an event; `parents` are earlier events.
    mutating func append(parents: UnsafeBufferPointer<Int32>) {
        let event = Int32(entries.count)
        if parents.count == 1 {
            let parent = entries[Int(parents[0])]
            let span = spans.base + Int(parent.span)
            if parent.offset == span.pointee.count - 1 {
                span.pointee.count += 1
                entries.append(
                    Entry(
                        span: parent.span,
                        offset: parent.offset + 1,
                        previous: parents[0]
                    )
                )
                return
            }
        }
        let span = Span(
            first: event,
            count: 1,
            parents: Int32(parentEvents.count),
            parentCount: Int32(parents.count)
        )
        parentEvents.append(contentsOf: parents)
        entries.append(Entry(span: Int32(spans.count), offset: 0, previous: -1))
        spans.append(span)
    }

    /// The event before another in its span.
    @inline(__always)
    func previous(_ event: Int32) -> Int32 {
        entries[Int(event)].previous
    }

    /// Finds what one version has seen and the other has not, in both directions.
    mutating func compare(
        _ left: UnsafeBufferPointer<Int32>,
        _ right: UnsafeBufferPointer<Int32>
    ) {
        leftOnly.removeAll()
        rightOnly.removeAll()
        steps.removeAll()
        for event in left { push(event, sides: 1) }
        for event in right { push(event, sides: 2) }
        var unshared = steps.count
        while unshared > 0 {
            var step = steps.removeLast()
            unshared -= step.weight
            while steps.count > 0, steps[steps.count - 1].key == step.key {
                let other = steps.removeLast()
                unshared -= other.weight
                step.sides |= other.sides
            }
            let entry = entries[Int(step.event)]
            let next: Step? = steps.count > 0 ? steps[steps.count - 1] : nil
            var count = entry.offset + 1
            if let next, Int32(truncatingIfNeeded: next.key >> 32) == entry.span {
                count = entry.offset - Int32(truncatingIfNeeded: next.key)
                // Further down the other one stands for this one too.
                steps.base[steps.count - 1].sides |= step.sides
                unshared += steps[steps.count - 1].weight - next.weight
            } else {
                unshared += pushParents(of: Int(entry.span), sides: step.sides)
            }
            guard step.weight > 0 else { continue }
            let range = Range(last: step.event, count: count)
            if step.sides == 1 { leftOnly.append(range) } else { rightOnly.append(range) }
        }
    }

    /// Goes on with what the first event of a span had seen; returns the steps that are not shared.
    @inline(__always)
    private mutating func pushParents(of span: Int, sides: Int32) -> Int {
        let span = spans[span]
        for index in 0..<Int(span.parentCount) {
            push(parentEvents[Int(span.parents) + index], sides: sides)
        }
        return sides == 3 ? 0 : Int(span.parentCount)
    }

    /// Keeps the steps sorted, the last one in order on top; there are rarely more than a few.
    @inline(__always)
    private mutating func push(_ event: Int32, sides: Int32) {
        let step = Step(key: entries[Int(event)].key, event: event, sides: sides)
        steps.append(step)
        var index = steps.count - 1
        while index > 0, steps.base[index - 1].key > step.key {
            steps.base[index] = steps.base[index - 1]
            index -= 1
        }
        steps.base[index] = step
    }
}
