/// The graph of the events of a walk: which had seen which.
///
/// Events are numbered in causal order. Stretches in which each event has exactly the one before
/// it as parent are one *span*, so the difference between two versions is found span by span. A
/// version is named by its newest events; none at all is the start.
struct TextVersions: ~Copyable {
    /// Events `first` to `last`, both included.
    struct Range: BitwiseCopyable {
        var first: Int32
        var last: Int32
    }

    struct Span: BitwiseCopyable {
        var first: Int32
        var parents: Int32
        var parentCount: Int32
    }

    /// An event on the way down, and on which side it was reached: 1 left, 2 right, 3 both.
    struct Step: BitwiseCopyable {
        var event: Int32
        var sides: Int32
    }

    private var spanOf = Pool<Int32>()
    private var spans = Pool<Span>()
    private var parentEvents = Pool<Int32>()
    private var steps = Pool<Step>()

    /// What the last `compare` found only in the left version, newest first.
    private(set) var leftOnly = Pool<Range>()
    /// What it found only in the right version, newest first.
    private(set) var rightOnly = Pool<Range>()

    var count: Int { spanOf.count }

    mutating func removeAll() {
        spanOf.removeAll()
        spans.removeAll()
        parentEvents.removeAll()
    }

    /// Adds an event; `parents` are earlier events.
    mutating func append(parents: UnsafeBufferPointer<Int32>) {
        let event = Int32(spanOf.count)
        if event > 0, parents.count == 1, parents[0] == event - 1 {
            spanOf.append(Int32(spans.count - 1))
            return
        }
        spanOf.append(Int32(spans.count))
        spans.append(
            Span(
                first: event,
                parents: Int32(parentEvents.count),
                parentCount: Int32(parents.count)
            )
        )
        parentEvents.append(contentsOf: parents)
    }

    /// Finds what one version has seen and the other has not, in both directions.
    ///
    /// Returns how many events these are; gives up when they are more than `limit`.
    mutating func compare(
        _ left: UnsafeBufferPointer<Int32>,
        _ right: UnsafeBufferPointer<Int32>,
        limit: Int
    ) -> Int {
        var distance = 0
        leftOnly.removeAll()
        rightOnly.removeAll()
        steps.removeAll()
        for event in left { push(Step(event: event, sides: 1)) }
        for event in right { push(Step(event: event, sides: 2)) }
        var unshared = steps.count
        while unshared > 0, steps.count > 0, distance <= limit {
            var step = steps.removeLast()
            unshared -= step.sides == 3 ? 0 : 1
            while steps.count > 0, steps[steps.count - 1].event == step.event {
                let other = steps.removeLast()
                unshared -= other.sides == 3 ? 0 : 1
                step.sides |= other.sides
            }
            let span = spans[Int(spanOf[Int(step.event)])]
            var first = span.first
            let next = steps.count > 0 ? steps[steps.count - 1].event : -1
            if next >= first {
                first = next + 1
            }
            if step.sides == 1 {
                leftOnly.append(Range(first: first, last: step.event))
            } else if step.sides == 2 {
                rightOnly.append(Range(first: first, last: step.event))
            }
            let weight = step.sides == 3 ? 0 : 1
            distance += weight * Int(step.event - first + 1)
            if first > span.first {
                push(Step(event: next, sides: step.sides))
                unshared += weight
            } else {
                for index in 0..<Int(span.parentCount) {
                    let parent = parentEvents[Int(span.parents) + index]
                    push(Step(event: parent, sides: step.sides))
                    unshared += weight
                }
            }
        }
        return distance
    }

    /// Keeps the steps sorted, the newest event last; there are rarely more than a few.
    @inline(__always)
    private mutating func push(_ step: Step) {
        steps.append(step)
        var index = steps.count - 1
        while index > 0, steps.base[index - 1].event > step.event {
            steps.base[index] = steps.base[index - 1]
            index -= 1
        }
        steps.base[index] = step
    }
}
