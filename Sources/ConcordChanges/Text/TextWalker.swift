/// Walks events in causal order and turns what their authors typed into edits of the merged text.
///
/// The event-graph walker of Gentle and Kleppmann ("Collaborative Text Editing with Eg-walker",
/// EuroSys 2025): before an event, the tracker's view is moved to the version that its author had
/// in front of him, by taking back what he had not seen and adding what he had; then his positions
/// are those of the view. Nothing of this is kept once the walk is over.
struct TextWalker: ~Copyable {
    /// What an event did, as items: `length` inserted ones, or as many hidden ones if negative.
    struct Record: BitwiseCopyable {
        var id: Int32
        var length: Int32
    }

    var tracker: TextTracker
    private(set) var versions = TextVersions()
    private var records = Pool<Record>()
    private var recordStarts = Pool<Int32>()
    /// The newest events of each view of the tracker.
    private var views: [[Int32]]

    /// A walk with one view, or several for events that arrive from several branches in turn.
    init(viewCount: Int = 1) {
        tracker = TextTracker(viewCount: viewCount)
        views = Array(repeating: [], count: viewCount)
    }

    /// Starts over a text of `baseLength` characters that all events have seen.
    mutating func reset(baseLength: Int) {
        tracker.reset(baseLength: baseLength)
        versions.removeAll()
        records.removeAll()
        recordStarts.removeAll()
        for view in views.indices {
            views[view].removeAll(keepingCapacity: true)
        }
    }

    /// The number of records so far: a measure of what a walk again would cost.
    var work: Int { records.count }

    /// Begins an event: moves the view to its parents. Returns its number.
    @discardableResult
    mutating func begin(parents: UnsafeBufferPointer<Int32>) -> Int {
        move(to: parents)
        let number = versions.count
        versions.append(parents: parents)
        recordStarts.append(Int32(records.count))
        views[tracker.view].removeAll(keepingCapacity: true)
        views[tracker.view].append(Int32(number))
        return number
    }

    /// Says whose the items are that are inserted from now on.
    @inline(__always)
    mutating func rank(agent: Int, seq: Int, event: Int) {
        tracker.ranks.append(
            TextTracker.Rank(
                id: Int32(tracker.nextID),
                agent: Int32(agent),
                seq: Int32(seq),
                event: Int32(event)
            )
        )
    }

    /// Inserts into the view; returns the place in the result.
    mutating func insert(_ length: Int, at position: Int, isShown: Bool = true) -> Int {
        let id = tracker.nextID
        let place = tracker.insert(length, at: position, isShown: isShown)
        record(id, length)
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

    @inline(__always)
    private mutating func record(_ id: Int, _ length: Int) {
        records.append(Record(id: Int32(id), length: Int32(length)))
    }

    /// Makes the view that is nearest to a version the current one, and moves it there.
    private mutating func move(to parents: UnsafeBufferPointer<Int32>) {
        if isAt(parents, tracker.view) { return }
        for view in views.indices where isAt(parents, view) {
            tracker.view = view
            return
        }
        var best = tracker.view
        var distance = self.distance(of: best, from: parents, limit: .max)
        for view in views.indices where view != best && view != tracker.view {
            let other = self.distance(of: view, from: parents, limit: distance)
            if other < distance {
                (best, distance) = (view, other)
            }
        }
        if views.count > 1 {
            tracker.view = best
            _ = self.distance(of: best, from: parents, limit: .max)
        }
        for index in 0..<versions.leftOnly.count {
            adjust(versions.leftOnly[index], isSeen: false)
        }
        for index in 0..<versions.rightOnly.count {
            adjust(versions.rightOnly[index], isSeen: true)
        }
    }

    @inline(__always)
    private func isAt(_ parents: UnsafeBufferPointer<Int32>, _ view: Int) -> Bool {
        guard views[view].count == parents.count else { return false }
        for index in 0..<parents.count where parents[index] != views[view][index] {
            return false
        }
        return true
    }

    /// How many events are between a view and a version; more than `limit` if it is more.
    private mutating func distance(
        of view: Int,
        from parents: UnsafeBufferPointer<Int32>,
        limit: Int
    ) -> Int {
        views[view].withUnsafeBufferPointer {
            versions.compare($0, parents, limit: limit)
        }
    }

    /// Takes events back from the view, or adds them to it.
    private mutating func adjust(_ range: TextVersions.Range, isSeen: Bool) {
        let (start, end) = bounds(range)
        let inserted: UInt32 = isSeen ? TextTracker.seen : 0 &- TextTracker.seen
        let deleted: UInt32 = isSeen ? TextTracker.hidden : 0 &- TextTracker.hidden
        var index = start
        while index < end {
            let first = records[index]
            index += 1
            guard first.length > 0 else {
                tracker.adjust(Int(first.id), -Int(first.length), by: deleted)
                continue
            }
            var length = first.length
            while index < end, records[index].length > 0, records[index].id == first.id + length {
                length += records[index].length
                index += 1
            }
            tracker.adjust(Int(first.id), Int(length), by: inserted)
        }
    }

    /// Takes what an event did out of the view although it is seen, or puts it back.
    mutating func void(_ event: Int, isVoid: Bool) {
        let (start, end) = bounds(TextVersions.Range(first: Int32(event), last: Int32(event)))
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

    private func bounds(_ range: TextVersions.Range) -> (Int, Int) {
        let after = Int(range.last) + 1
        let end = after < recordStarts.count ? Int(recordStarts[after]) : records.count
        return (Int(recordStarts[Int(range.first)]), end)
    }
}
