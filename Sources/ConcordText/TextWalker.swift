/// Walks events in causal order and turns what their authors typed into edits of the merged text.
///
/// The event-graph walker of Gentle and Kleppmann ("Collaborative Text Editing with Eg-walker",
/// EuroSys 2025): before an event, the tracker's view is moved to the version that its author had
/// in front of them, by taking back what they had not seen and adding what they had; then their positions
/// are those of the view. Nothing of this is kept once the walk is over.
struct TextWalker: ~Copyable {
    /// What an event did, as items: `length` inserted ones, or as many hidden ones if negative.
    struct Record: BitwiseCopyable {
        var id: Int32
        var length: Int32

        /// Takes in a record of the same kind that stands right before or after.
        @inline(__always)
        mutating func join(_ other: Record) -> Bool {
            if length > 0, other.length > 0 {
                guard other.id + other.length == id || id + length == other.id else { return false }
            } else if length < 0, other.length < 0 {
                guard other.id - other.length == id || id - length == other.id else { return false }
            } else {
                return false
            }
            id = min(id, other.id)
            length += other.length
            return true
        }
    }

    private(set) var tracker: TextTracker
    private(set) var versions = TextVersions()
    private var records = Pool<Record>()
    private var recordStarts = Pool<Int32>()
    /// The newest events of the view.
    private var view: [Int32] = []
    /// The first item of the last insertion.
    private(set) var lastInserted = 0

    init() { tracker = TextTracker() }

    /// Starts over a text of `baseLength` characters that all events have seen.
    mutating func reset(baseLength: Int) {
        tracker.reset(baseLength: baseLength)
        versions.removeAll()
        records.removeAll()
        recordStarts.removeAll()
        view.removeAll(keepingCapacity: true)
    }

    /// Begins an event: moves the view to its parents. Returns its number.
    @discardableResult
    mutating func begin(parents: UnsafeBufferPointer<Int32>) -> Int {
        move(to: parents)
        return append(parents: parents)
    }

    /// The same where it is known what the only view has too much and what it lacks: numbers of events, the
    /// newest of each branch first.
    mutating func begin(
        parents: UnsafeBufferPointer<Int32>,
        leaving: [Int32],
        entering: [Int32]
    ) -> Int {
        adjust(leaving, isSeen: false)
        adjust(entering, isSeen: true)
        return append(parents: parents)
    }

    private mutating func append(parents: UnsafeBufferPointer<Int32>) -> Int {
        let number = versions.count
        versions.append(parents: parents)
        recordStarts.append(Int32(records.count))
        view.removeAll(keepingCapacity: true)
        view.append(Int32(number))
        return number
    }

    /// Says whose the items are that are inserted from now on.
    @inline(__always)
    mutating func rank(agent: Int, seq: Int, event: Int) {
        tracker.append(TextTracker.Rank(agent: Int32(agent), seq: Int32(seq), event: Int32(event)))
    }

    /// Inserts into the view; returns the place in the result.
    mutating func insert(_ length: Int, at position: Int, isShown: Bool = true) -> Int {
        let id = tracker.newItems(length)
        let place = tracker.insert(length, at: position, id: id, isShown: isShown)
        record(id, length)
        lastInserted = id
        return place
    }

    /// Deletes from the view; `tracker.removals` then says what leaves the result.
    mutating func delete(_ length: Int, at position: Int, hasEffect: Bool = true) {
        tracker.delete(length, at: position, hasEffect: hasEffect)
        for index in 0..<tracker.targets.count {
            let target = tracker.targets[index]
            record(target.at, -target.length)
        }
    }

    /// Takes items out of the result for good; `tracker.removals` then says what leaves it.
    mutating func conceal(_ items: TextStretch.Items) { tracker.conceal(items.id, items.length) }

    /// Hides items of the view for one more reason, or for one less.
    mutating func adjust(_ items: TextStretch.Items, isHidden: Bool) {
        let change = isHidden ? TextTracker.hidden : 0 &- TextTracker.hidden
        tracker.adjust(items.id, items.length, by: change)
    }

    /// Cuts the runs where items begin and end.
    mutating func cut(_ items: TextStretch.Items) { tracker.adjust(items.id, items.length, by: 0) }

    @inline(__always)
    private mutating func record(_ id: Int, _ length: Int) {
        records.append(Record(id: Int32(id), length: Int32(length)))
    }

    /// Moves the view to a version.
    private mutating func move(to parents: UnsafeBufferPointer<Int32>) {
        if view.elementsEqual(parents) { return }
        view.withUnsafeBufferPointer { versions.compare($0, parents) }
        for index in 0..<versions.leftOnly.count {
            adjust(versions.leftOnly[index], isSeen: false)
        }
        for index in 0..<versions.rightOnly.count {
            adjust(versions.rightOnly[index], isSeen: true)
        }
    }

    /// Takes events back from the view, or adds them to it.
    ///
    /// What follows each other in one span is mostly one typing run, and then one step here.
    private mutating func adjust(_ range: TextVersions.Range, isSeen: Bool) {
        var pending = Record(id: 0, length: 0)
        var event = range.last
        for _ in 0..<range.count {
            collect(event, into: &pending, isSeen: isSeen)
            event = versions.previous(event)
        }
        adjust(pending, isSeen: isSeen)
    }

    private mutating func adjust(_ events: [Int32], isSeen: Bool) {
        var pending = Record(id: 0, length: 0)
        for event in events { collect(event, into: &pending, isSeen: isSeen) }
        adjust(pending, isSeen: isSeen)
    }

    /// Adds what an event did to what is to be adjusted, which is done first where the two do not join.
    @inline(__always)
    private mutating func collect(_ event: Int32, into pending: inout Record, isSeen: Bool) {
        let (start, end) = bounds(Int(event))
        var index = end
        while index > start {
            index -= 1
            let record = records[index]
            if !pending.join(record) {
                adjust(pending, isSeen: isSeen)
                pending = record
            }
        }
    }

    @inline(__always)
    private mutating func adjust(_ record: Record, isSeen: Bool) {
        if record.length > 0 {
            let change = isSeen ? TextTracker.seen : 0 &- TextTracker.seen
            tracker.adjust(Int(record.id), Int(record.length), by: change)
        } else if record.length < 0 {
            let change = isSeen ? TextTracker.hidden : 0 &- TextTracker.hidden
            tracker.adjust(Int(record.id), -Int(record.length), by: change)
        }
    }

    /// Takes what an event did out of the view although it is seen, or puts it back.
    mutating func void(_ event: Int, isVoid: Bool) {
        let (start, end) = bounds(event)
        let more = isVoid ? TextTracker.hidden : 0 &- TextTracker.hidden
        for index in start..<end {
            let record = records[index]
            if record.length > 0 {
                tracker.adjust(Int(record.id), Int(record.length), by: more)
            } else {
                tracker.adjust(Int(record.id), -Int(record.length), by: 0 &- more)
            }
        }
    }

    /// The records of an event.
    @inline(__always)
    private func bounds(_ event: Int) -> (Int, Int) {
        let after = event + 1
        let end = after < recordStarts.count ? Int(recordStarts[after]) : records.count
        return (Int(recordStarts[event]), end)
    }
}
