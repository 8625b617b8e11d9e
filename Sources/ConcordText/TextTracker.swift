/// The sequence of all items of a concurrent stretch of history, in the order of the merge.
///
/// An *item* is one inserted character; a *run* is a stretch of items that were typed one after the
/// other and still have the same state. The tracker counts in two numberings at once. The *view*
/// is the text as the author of the event being walked saw it; it moves back and forth in the graph
/// (`adjust`). The *result* is the merged text; it only grows by what is walked. An operation
/// comes in as a position in the view and goes out as a position in the result.
///
/// What was there before the stretch is one run of placeholders, items 0 ..< `baseLength`; all of
/// them are seen by everybody, which is why their history does not matter. Inserted items are
/// numbered on from there in the order of the walk.
///
/// The order of concurrent insertions at one place is Fugue's in its maximal variant: see
/// `TextTracker+Order.swift`.
struct TextTracker: ~Copyable {
    static let leafRuns = 16
    static let none: Int32 = -1

    /// A run of items.
    ///
    /// The origins are those of the first item. Each following item has the one before it as left
    /// origin and no right origin, as follows from typing.
    struct Run: BitwiseCopyable {
        var id: Int32
        var length: Int32
        var left: Int32
        var right: Int32
        /// Reasons why it is not in the result; 0 if it is.
        var result: UInt32

        @inline(__always) var resultWidth: Int { result == 0 ? Int(length) : 0 }
    }

    /// A change of the result: `length` characters inserted or removed.
    struct Edit: BitwiseCopyable {
        var at: Int
        var length: Int
    }

    /// Who inserted items: decides between siblings with equal origins.
    struct Rank: BitwiseCopyable {
        var agent: Int32
        var seq: Int32
        var event: Int32
    }

    // The state of a run in a view: bit 0 says seen; above stands the number of reasons why it is
    // hidden. It shows if its state is exactly `seen`.
    static let seen: UInt32 = 1
    static let hidden: UInt32 = 2

    /// Its columns: the widths of the result and of the view, and how many items the view's author had seen,
    /// hidden ones too.
    private(set) var tree = PositionTree(columns: 3)
    private(set) var runs = Pool<Run>()
    /// For each leaf, the states of its runs.
    private(set) var states = Pool<UInt32>()
    private(set) var runCounts = Pool<Int32>()
    private(set) var marks = MarkSet()
    /// For the first item of each run: its leaf.
    private(set) var leafOf = Pool<Int32>()
    private(set) var ranks = Pool<Rank>()
    /// Where insertions begin, and the rank of each.
    private(set) var insertions = MarkSet()
    private(set) var rankOf = Pool<Int32>()
    private var insertionStarts = Pool<Int32>()
    /// The items that are the right origin of some run, and for each the greatest in rank of these.
    private(set) var anchors = MarkSet()
    private(set) var greatest = Pool<Int32>()
    /// What the last deletion removes from the result, each edit on top of the one before.
    private(set) var removals = Pool<Edit>()
    /// The items the last deletion hid: ids and lengths.
    private(set) var targets = Pool<Edit>()
    private(set) var nextID = 0

    init() { reset(baseLength: 0) }

    /// Starts over a text of `baseLength` characters that everybody has seen.
    mutating func reset(baseLength: Int) {
        forget()
        tree.reset()
        runs.removeAll()
        runCounts.removeAll()
        ranks.removeAll()
        leafOf.removeAll()
        rankOf.removeAll()
        greatest.removeAll()
        states.removeAll()
        addLeaf(count: 0)
        precondition(baseLength < Int(Int32.max), "a text has fewer than 2^31 characters")
        nextID = baseLength
        reserve(baseLength + 64)
        guard baseLength > 0 else { return }
        let base = Run(
            id: 0,
            length: Int32(baseLength),
            left: Self.none,
            right: Self.none,
            result: 0
        )
        runs[0] = base
        runCounts[0] = 1
        states[0] = Self.seen
        marks.insert(0)
        leafOf[0] = 0
    }

    /// Clears the marks run by run: cheaper than wiping a bitmap as long as the document.
    private mutating func forget() {
        for leaf in 0..<runCounts.count {
            for slot in 0..<Int(runCounts.base[leaf]) {
                let run = runs.base[leaf * Self.leafRuns + slot]
                marks.remove(Int(run.id))
                if run.right >= 0 { anchors.remove(Int(run.right)) }
            }
        }
        for index in 0..<insertionStarts.count {
            insertions.remove(Int(insertionStarts[index]))
        }
        insertionStarts.removeAll()
    }

    private mutating func reserve(_ ids: Int) {
        if ids > leafOf.count {
            let more = max(ids - leafOf.count, leafOf.count)
            _ = leafOf.extend(by: more)
            _ = rankOf.extend(by: more)
            _ = greatest.extend(by: more)
        }
        marks.reserve(leafOf.count)
        insertions.reserve(leafOf.count)
        anchors.reserve(leafOf.count)
    }

    /// Numbers `length` new items.
    @inline(__always)
    mutating func newItems(_ length: Int) -> Int {
        let first = nextID
        nextID += length
        precondition(nextID < Int(Int32.max), "a history has fewer than 2^31 characters")
        if nextID > leafOf.count {
            reserve(nextID)
        }
        return first
    }

    /// Notes that an insertion of the last rank begins at an item.
    @inline(__always)
    mutating func noteRank(at id: Int) {
        insertions.insert(id)
        insertionStarts.append(Int32(id))
        rankOf.base[id] = Int32(ranks.count - 1)
    }

    /// Says whose the items are that are inserted from now on.
    @inline(__always)
    mutating func append(_ rank: Rank) { ranks.append(rank) }

    /// Forgets what the last deletion did.
    @inline(__always)
    mutating func beginDeletion() {
        removals.removeAll()
        targets.removeAll()
    }

    /// Notes items that a deletion hides.
    mutating func note(target: Edit) {
        let last = targets.count - 1
        if last >= 0, targets[last].at + targets[last].length == target.at {
            targets.base[last].length += target.length
        } else {
            targets.append(target)
        }
    }

    /// Notes characters that leave the result.
    mutating func note(removal length: Int, at position: Int) {
        let last = removals.count - 1
        if last >= 0, removals[last].at == position {
            removals.base[last].length += length
        } else {
            removals.append(Edit(at: position, length: length))
        }
    }

    private mutating func addLeaf(count: Int) {
        _ = runs.extend(by: Self.leafRuns)
        _ = states.extend(by: Self.leafRuns)
        runCounts.append(Int32(count))
    }

    /// Counts a change of the widths of a leaf.
    @inline(__always)
    func count(view change: Int, result: Int, seen: Int = 0, in leaf: Int) {
        tree.add(result, change, seen, to: leaf)
    }

    /// Characters of the view.
    var viewLength: Int {
        tree.total(column: 1) ?? widths(0..<Int(runCounts[0]), of: 0).view
    }

    /// Characters of the result.
    var resultLength: Int {
        tree.total(column: 0) ?? widths(0..<Int(runCounts[0]), of: 0).result
    }

    /// The widths of some runs of a leaf.
    func widths(_ slots: Range<Int>, of leaf: Int) -> (view: Int, result: Int, seen: Int) {
        let states = states(in: leaf)
        var sum = (view: 0, result: 0, seen: 0)
        for slot in slots {
            let run = runs.base[leaf * Self.leafRuns + slot]
            sum.view += states[slot] == Self.seen ? Int(run.length) : 0
            sum.seen += states[slot] & Self.seen != 0 ? Int(run.length) : 0
            sum.result += run.resultWidth
        }
        return sum
    }
}

// MARK: - Runs

extension TextTracker {
    /// A run, by the leaf and the slot in it.
    struct Place {
        var leaf: Int
        var slot: Int
    }

    /// A character of the view: its run, its offset in the run, and its place in the result.
    struct Found {
        var place: Place
        var offset: Int
        /// Result characters before the run.
        var before: Int
    }

    @inline(__always)
    func run(at place: Place) -> UnsafeMutablePointer<Run> {
        runs.base + (place.leaf &* Self.leafRuns &+ place.slot)
    }

    /// The states of a leaf's runs in the view.
    @inline(__always)
    func states(in leaf: Int) -> UnsafeMutablePointer<UInt32> {
        states.base + leaf &* Self.leafRuns
    }

    @inline(__always)
    func isSeen(_ place: Place) -> Bool {
        states(in: place.leaf)[place.slot] & Self.seen != 0
    }

    /// Finds the character number `position` of the view, which must be there.
    @inline(__always)
    func locate(view position: Int) -> Found {
        let found = tree.find(position, column: 1)
        let start = runs.base + found.leaf &* Self.leafRuns
        let states = states(in: found.leaf)
        let last = Int(runCounts.base[found.leaf]) &- 1
        var slot = 0
        var rest = found.rest
        var before = found.before
        while slot < last {
            let width = states[slot] == Self.seen ? Int(start[slot].length) : 0
            if rest < width { break }
            rest &-= width
            before &+= start[slot].resultWidth
            slot &+= 1
        }
        precondition(
            rest >= 0 && last >= 0 && states[slot] == Self.seen && rest < Int(start[slot].length),
            "a position is within the view"
        )
        return Found(place: Place(leaf: found.leaf, slot: slot), offset: rest, before: before)
    }

    /// Finds the run of an item.
    @inline(__always)
    func locate(id: Int) -> Place {
        let first = marks.last(upTo: id)
        let leaf = Int(leafOf.base[first])
        let start = runs.base + leaf &* Self.leafRuns
        var slot = 0
        while Int(start[slot].id) != first {
            slot &+= 1
        }
        return Place(leaf: leaf, slot: slot)
    }

    /// The first run, or nil if there is none.
    var firstPlace: Place? {
        runCounts.base[tree.firstLeaf] > 0 ? Place(leaf: tree.firstLeaf, slot: 0) : nil
    }

    /// The run after another, or nil at the end.
    @inline(__always)
    func place(after place: Place) -> Place? {
        if place.slot &+ 1 < Int(runCounts.base[place.leaf]) {
            return Place(leaf: place.leaf, slot: place.slot &+ 1)
        }
        guard let leaf = tree.leaf(after: place.leaf) else { return nil }
        return Place(leaf: leaf, slot: 0)
    }

    /// The first run from a place on that the view's author had seen, hidden or not; nil if there is none.
    func firstSeen(from place: Place) -> Place? {
        if let slot = firstSeen(from: place.slot, in: place.leaf) {
            return Place(leaf: place.leaf, slot: slot)
        }
        guard let leaf = tree.leaf(after: place.leaf, withAnyIn: 2) else { return nil }
        return firstSeen(from: 0, in: leaf).map { Place(leaf: leaf, slot: $0) }
    }

    private func firstSeen(from slot: Int, in leaf: Int) -> Int? {
        let states = states(in: leaf)
        return (slot..<Int(runCounts.base[leaf])).first { states[$0] & Self.seen != 0 }
    }

    /// Characters of the result before a run.
    func resultWidth(before place: Place) -> Int {
        let slots = 0..<place.slot
        return slots.reduce(tree.width(before: place.leaf, column: 0)) { sum, slot in
            sum + runs.base[place.leaf &* Self.leafRuns &+ slot].resultWidth
        }
    }

    /// Puts a run at a slot; what was there moves on. Widths are not counted here.
    ///
    /// A new run is seen; the rest of a split one has the state of the run before it. Returns where
    /// the run stands, since its leaf may be split.
    @discardableResult
    mutating func put(_ run: Run, at place: Place, isRest: Bool = false) -> Place {
        var place = place
        if Int(runCounts.base[place.leaf]) == Self.leafRuns {
            place = makeRoom(at: place)
        }
        let start = runs.base + place.leaf &* Self.leafRuns
        let count = Int(runCounts.base[place.leaf])
        let moved = count &- place.slot
        (start + place.slot + 1).update(from: start + place.slot, count: moved)
        start[place.slot] = run
        let lane = states(in: place.leaf)
        (lane + place.slot + 1).update(from: lane + place.slot, count: moved)
        lane[place.slot] = isRest ? lane[place.slot &- 1] : Self.seen
        runCounts.base[place.leaf] = Int32(count &+ 1)
        marks.insert(Int(run.id))
        leafOf.base[Int(run.id)] = Int32(truncatingIfNeeded: place.leaf)
        return place
    }

    /// Splits a full leaf and says where the slot is now.
    @inline(never)
    private mutating func makeRoom(at place: Place) -> Place {
        let half = Self.leafRuns / 2
        let leaf = place.leaf
        let isFirst = tree.height == 0
        let new = tree.split(leaf)
        addLeaf(count: Self.leafRuns - half)
        let moved = widths(half..<Self.leafRuns, of: leaf)
        if isFirst {
            let all = widths(0..<Self.leafRuns, of: leaf)
            tree.add(all.result, all.view, all.seen, to: leaf)
        }
        tree.move(moved.seen, column: 2, from: leaf, to: new)
        tree.move(moved.view, column: 1, from: leaf, to: new)
        tree.move(moved.result, column: 0, from: leaf, to: new)
        states(in: new).update(from: states(in: leaf) + half, count: Self.leafRuns - half)
        let (from, to) = (leaf * Self.leafRuns + half, new * Self.leafRuns)
        for slot in 0..<(Self.leafRuns - half) {
            runs.base[to + slot] = runs.base[from + slot]
            leafOf.base[Int(runs.base[to + slot].id)] = Int32(new)
        }
        runCounts.base[leaf] = Int32(half)
        // A slot at the seam stays with the left leaf: the run before it is there.
        guard place.slot > half else { return place }
        return Place(leaf: new, slot: place.slot - half)
    }

    /// Cuts a run before its item number `offset`; returns the place of the first part.
    @discardableResult
    mutating func split(_ place: Place, at offset: Int) -> Place {
        var place = place
        if Int(runCounts.base[place.leaf]) == Self.leafRuns {
            // Ask for the slot after, so that both parts come to stand in one leaf.
            let next = makeRoom(at: Place(leaf: place.leaf, slot: place.slot + 1))
            place = Place(leaf: next.leaf, slot: next.slot - 1)
        }
        let run = run(at: place)
        var rest = run.pointee
        rest.id += Int32(offset)
        rest.length -= Int32(offset)
        rest.left = rest.id - 1
        rest.right = Self.none
        run.pointee.length = Int32(offset)
        put(rest, at: Place(leaf: place.leaf, slot: place.slot + 1), isRest: true)
        return place
    }
}
