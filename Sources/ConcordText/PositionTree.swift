/// The inner nodes of a B+tree that finds a leaf by position.
///
/// Leaves are numbers; what they hold is their owner's affair. For each child an inner node keeps
/// some widths, one for each *column* (the text buffer: scalars; the tracker: characters in the
/// result, and in the view), so that a position in one numbering is found, and translated into
/// another, in a time that grows with the logarithm of the number of leaves.
///
/// Invariant: a child's widths in its parent are the sums over the leaves below it. Leaves all
/// have the same depth. While there is one leaf there are no inner nodes, and no widths.
struct PositionTree: ~Copyable {
    /// Children of one inner node.
    static let fanout = 16
    static let none: Int32 = -1

    /// Where a descent ended.
    struct Found {
        var leaf: Int
        /// What is left of the position inside the leaf.
        var rest: Int
        /// The width of column 0 in all leaves before.
        var before: Int
    }

    struct Node: BitwiseCopyable {
        var count: Int32
        var parent: Int32
    }

    struct Leaf: BitwiseCopyable {
        var parent: Int32
        var next: Int32
    }

    let columns: Int
    private let stride: Int
    // Node n: `fanout` children, then `fanout` widths for each column.
    private var blocks = Pool<Int32>()
    private var nodes = Pool<Node>()
    private var leaves = Pool<Leaf>()
    private var freeLeaves = Pool<Int32>()
    private var freeNodes = Pool<Int32>()
    private var root = 0
    private(set) var height = 0

    init(columns: Int) {
        self.columns = columns
        stride = Self.fanout * (1 + columns)
        reset()
    }

    /// Back to one leaf, number 0, of no width.
    mutating func reset() {
        blocks.removeAll()
        nodes.removeAll()
        leaves.removeAll()
        freeLeaves.removeAll()
        freeNodes.removeAll()
        leaves.append(Leaf(parent: Self.none, next: Self.none))
        root = 0
        height = 0
    }

    @inline(__always)
    func leaf(after leaf: Int) -> Int? {
        let next = leaves.base[leaf].next
        return next < 0 ? nil : Int(next)
    }

    /// The first leaf of the order; it stays there forever, since nothing is put before it.
    var firstLeaf: Int { 0 }

    @inline(__always)
    private func block(_ node: Int) -> UnsafeMutablePointer<Int32> {
        blocks.base + node &* stride
    }

    @inline(__always)
    private func slot(of child: Int32, in block: UnsafeMutablePointer<Int32>) -> Int {
        var slot = 0
        while block[slot] != child {
            slot &+= 1
        }
        return slot
    }

    /// Finds the leaf that holds the character number `position` of a column.
    ///
    /// A position past the end ends in the last leaf, with the excess in `rest`.
    @inline(__always)
    func find(_ position: Int, column: Int) -> Found {
        var rest = position
        var before = 0
        var node = root
        for _ in 0..<height {
            let block = block(node)
            let widths = block + Self.fanout &* (1 &+ column)
            let others = block + Self.fanout
            let last = Int(nodes.base[node].count) &- 1
            var child = 0
            while child < last, rest >= Int(widths[child]) {
                rest &-= Int(widths[child])
                before &+= Int(others[child])
                child &+= 1
            }
            node = Int(block[child])
        }
        return Found(leaf: node, rest: rest, before: before)
    }

    /// The width of a column in all leaves before one.
    func width(before leaf: Int, column: Int) -> Int {
        var sum = 0
        var child = Int32(leaf)
        var parent = leaves.base[leaf].parent
        while parent >= 0 {
            let block = block(Int(parent))
            for slot in 0..<slot(of: child, in: block) {
                sum &+= Int(block[Self.fanout &* (1 &+ column) &+ slot])
            }
            child = parent
            parent = nodes.base[Int(parent)].parent
        }
        return sum
    }

    /// The width of a column in all leaves, or nil while there is one.
    func total(column: Int) -> Int? {
        guard height > 0 else { return nil }
        return Int(sum(of: root, column: column))
    }

    /// Adds to column 0 and to another column of a leaf.
    @inline(__always)
    func add(_ zero: Int, _ other: Int, column: Int, to leaf: Int) {
        add(zero, other, column: column, child: Int32(leaf), parent: leaves.base[leaf].parent)
    }

    @inline(__always)
    private func add(_ zero: Int, _ other: Int, column: Int, child: Int32, parent: Int32) {
        var (child, parent) = (child, parent)
        while parent >= 0 {
            let block = block(Int(parent))
            let slot = slot(of: child, in: block)
            block[Self.fanout &+ slot] &+= Int32(truncatingIfNeeded: zero)
            block[Self.fanout &* (1 &+ column) &+ slot] &+= Int32(truncatingIfNeeded: other)
            child = parent
            parent = nodes.base[Int(parent)].parent
        }
    }

    /// Adds to all three columns of a leaf.
    @inline(__always)
    func add(_ zero: Int, _ one: Int, _ two: Int, to leaf: Int) {
        var child = Int32(leaf)
        var parent = leaves.base[leaf].parent
        while parent >= 0 {
            let block = block(Int(parent))
            let widths = block + (Self.fanout &+ slot(of: child, in: block))
            widths[0] &+= Int32(truncatingIfNeeded: zero)
            widths[Self.fanout] &+= Int32(truncatingIfNeeded: one)
            widths[2 &* Self.fanout] &+= Int32(truncatingIfNeeded: two)
            child = parent
            parent = nodes.base[Int(parent)].parent
        }
    }

    /// The first leaf after another in which a column has some width.
    func leaf(after leaf: Int, withAnyIn column: Int) -> Int? {
        var child = Int32(leaf)
        var parent = leaves.base[leaf].parent
        var level = 1
        while parent >= 0 {
            let from = slot(of: child, in: block(Int(parent))) + 1
            if let found = self.child(of: Int(parent), from: from, withAnyIn: column) {
                return first(below: found, level: level - 1, withAnyIn: column)
            }
            child = parent
            parent = nodes.base[Int(parent)].parent
            level += 1
        }
        return nil
    }

    private func first(below node: Int, level: Int, withAnyIn column: Int) -> Int? {
        var node = node
        for _ in 0..<level {
            guard let child = child(of: node, from: 0, withAnyIn: column) else { return nil }
            node = child
        }
        return node
    }

    private func child(of node: Int, from slot: Int, withAnyIn column: Int) -> Int? {
        let block = block(node)
        let widths = block + Self.fanout * (1 + column)
        let count = Int(nodes.base[node].count)
        return (slot..<max(slot, count)).first { widths[$0] > 0 }.map { Int(block[$0]) }
    }

    /// Moves width of a column from one leaf to another.
    func move(_ width: Int, column: Int, from leaf: Int, to other: Int) {
        let parent = leaves.base[leaf].parent
        guard parent == leaves.base[other].parent else {
            add(0, -width, column: column, to: leaf)
            add(0, width, column: column, to: other)
            return
        }
        let block = block(Int(parent))
        let lane = Self.fanout * (1 + column)
        block[lane + slot(of: Int32(leaf), in: block)] -= Int32(width)
        block[lane + slot(of: Int32(other), in: block)] += Int32(width)
    }
}

// MARK: - Growing and shrinking

extension PositionTree {
    /// Puts a new leaf after another and returns its number.
    ///
    /// It has no width yet; `move` gives it some. With the first split there are widths at all:
    /// then those of the old leaf are 0 too, and the caller adds them.
    mutating func split(_ leaf: Int) -> Int {
        let new: Int
        if freeLeaves.count > 0 {
            new = Int(freeLeaves.removeLast())
        } else {
            new = leaves.extend(by: 1)
        }
        leaves[new] = Leaf(parent: Self.none, next: leaves.base[leaf].next)
        leaves.base[leaf].next = Int32(new)
        if height == 0 {
            root = newNode()
            height = 1
            adopt(Int32(leaf), at: 0, in: root, level: 1)
        }
        insert(Int32(new), after: Int32(leaf), in: Int(leaves.base[leaf].parent), level: 1)
        return new
    }

    /// Takes an empty leaf out, unless it is the first; `previous` is the leaf before it.
    ///
    /// Nothing is rebalanced: a node may become thin, but none stays empty, so the depth is bounded
    /// by the largest size the tree ever had.
    mutating func remove(_ leaf: Int, previous: Int) {
        leaves.base[previous].next = leaves.base[leaf].next
        var child = Int32(leaf)
        var parent = leaves.base[leaf].parent
        while parent >= 0 {
            take(child, from: Int(parent))
            guard nodes.base[Int(parent)].count == 0 else { break }
            freeNodes.append(parent)
            child = parent
            parent = nodes.base[Int(parent)].parent
        }
        freeLeaves.append(Int32(leaf))
    }

    private mutating func newNode() -> Int {
        let empty = Node(count: 0, parent: Self.none)
        if freeNodes.count > 0 {
            let node = Int(freeNodes.removeLast())
            nodes[node] = empty
            return node
        }
        nodes.append(empty)
        _ = blocks.extend(by: stride)
        return nodes.count - 1
    }

    private func setParent(_ parent: Int, of child: Int32, level: Int) {
        if level == 1 {
            leaves.base[Int(child)].parent = Int32(parent)
        } else {
            nodes.base[Int(child)].parent = Int32(parent)
        }
    }

    /// Makes a child of no width one of a node that has room.
    private func adopt(_ child: Int32, at slot: Int, in node: Int, level: Int) {
        let block = block(node)
        let count = Int(nodes.base[node].count)
        for lane in 0...columns {
            let start = block + lane * Self.fanout
            (start + slot + 1).update(from: start + slot, count: count - slot)
            start[slot] = 0
        }
        block[slot] = child
        nodes.base[node].count = Int32(count + 1)
        setParent(node, of: child, level: level)
    }

    private mutating func insert(_ child: Int32, after sibling: Int32, in node: Int, level: Int) {
        var node = node
        if Int(nodes.base[node].count) == Self.fanout {
            splitNode(node, level: level)
            node = Int(level == 1 ? leaves[Int(sibling)].parent : nodes[Int(sibling)].parent)
        }
        let after = slot(of: sibling, in: block(node))
        adopt(child, at: after + 1, in: node, level: level)
    }

    /// Moves the right half of a full node into a new one next to it.
    private mutating func splitNode(_ node: Int, level: Int) {
        let right = newNode()
        if node == root {
            root = newNode()
            height += 1
            adopt(Int32(node), at: 0, in: root, level: height)
        }
        let half = Self.fanout / 2
        let (from, to) = (block(node), block(right))
        for lane in 0...columns {
            (to + lane * Self.fanout).update(from: from + lane * Self.fanout + half, count: half)
        }
        nodes.base[node].count = Int32(half)
        nodes.base[right].count = Int32(half)
        for slot in 0..<half {
            setParent(right, of: to[slot], level: level)
        }
        let parent = Int(nodes.base[node].parent)
        insert(Int32(right), after: Int32(node), in: parent, level: level + 1)
        restate(node)
        restate(right)
    }

    /// Writes a node's widths again into its parent.
    private func restate(_ node: Int) {
        let parent = block(Int(nodes.base[node].parent))
        let slot = slot(of: Int32(node), in: parent)
        for column in 0..<columns {
            parent[Self.fanout * (1 + column) + slot] = sum(of: node, column: column)
        }
    }

    private func sum(of node: Int, column: Int) -> Int32 {
        let lane = block(node) + Self.fanout * (1 + column)
        return (0..<Int(nodes.base[node].count)).reduce(0) { $0 + lane[$1] }
    }

    private func take(_ child: Int32, from node: Int) {
        let block = block(node)
        let slot = slot(of: child, in: block)
        let count = Int(nodes.base[node].count)
        for lane in 0...columns {
            let start = block + lane * Self.fanout + slot
            start.update(from: start + 1, count: count - slot - 1)
        }
        nodes.base[node].count = Int32(count - 1)
    }
}
