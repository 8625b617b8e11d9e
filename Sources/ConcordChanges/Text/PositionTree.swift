/// The inner nodes of a B+tree that finds a leaf by position.
///
/// Leaves are numbers; what they hold is their owner's affair. For each child an inner node keeps
/// a few widths (the text buffer: scalars; the tracker: characters in the current view and in the
/// result), so that a position in one numbering is found, and translated into another, in a time
/// that grows with the logarithm of the number of leaves.
///
/// Invariant: a child's widths in its parent are the sums over the leaves below it. Leaves all
/// have the same depth. No inner node is empty, except none at all while there is one leaf.
struct PositionTree: ~Copyable {
    /// Children of one inner node.
    static let fanout = 16
    /// Widths kept for each child.
    static let columns = 2
    private static let stride = fanout * (1 + columns)
    static let none: Int32 = -1

    /// Where a descent ended.
    struct Found {
        var leaf: Int
        /// What is left of the position inside the leaf.
        var rest: Int
        /// The width of column 1 in all leaves before.
        var before: Int
    }

    // Node n: `fanout` children, then `fanout` widths for each column.
    private var blocks = Pool<Int32>()
    private var nodes = Pool<Node>()
    private var leaves = Pool<Leaf>()
    private var freeLeaves = Pool<Int32>()
    private var freeNodes = Pool<Int32>()
    private var root = 0
    private(set) var height = 0

    struct Node {
        var count: Int32
        var parent: Int32
    }

    struct Leaf {
        var parent: Int32
        var next: Int32
    }

    init() {
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

    /// One more than the highest number of a leaf.
    var leafLimit: Int { leaves.count }

    @inline(__always)
    func leaf(after leaf: Int) -> Int? {
        let next = leaves.base[leaf].next
        return next < 0 ? nil : Int(next)
    }

    /// The first leaf of the order; leaf 0 stays there for ever, since nothing is put before it.
    var firstLeaf: Int { 0 }

    /// Finds the leaf that holds the character number `position` of a column.
    ///
    /// A position past the end ends in the last leaf, with the excess in `rest`.
    @inline(__always)
    func find(_ position: Int, column: Int) -> Found {
        var rest = position
        var before = 0
        var node = root
        for _ in 0..<height {
            let block = blocks.base + node &* Self.stride
            let widths = block + Self.fanout &* (1 &+ column)
            let others = block + Self.fanout &* 2
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
            let block = blocks.base + Int(parent) &* Self.stride
            let widths = block + Self.fanout &* (1 &+ column)
            var slot = 0
            while block[slot] != child {
                sum &+= Int(widths[slot])
                slot &+= 1
            }
            child = parent
            parent = nodes.base[Int(parent)].parent
        }
        return sum
    }

    /// Adds to the widths of a leaf.
    @inline(__always)
    func add(_ first: Int, _ second: Int, to leaf: Int) {
        var child = Int32(truncatingIfNeeded: leaf)
        var parent = leaves.base[leaf].parent
        while parent >= 0 {
            let block = blocks.base + Int(parent) &* Self.stride
            var slot = 0
            while block[slot] != child {
                slot &+= 1
            }
            block[Self.fanout &+ slot] &+= Int32(truncatingIfNeeded: first)
            block[Self.fanout &* 2 &+ slot] &+= Int32(truncatingIfNeeded: second)
            child = parent
            parent = nodes.base[Int(parent)].parent
        }
    }

    /// Whether one leaf stands before another.
    func precedes(_ left: Int, _ right: Int) -> Bool {
        var (a, b) = (Int32(left), Int32(right))
        var (up, over) = (leaves.base[left].parent, leaves.base[right].parent)
        while up != over {
            (a, b) = (up, over)
            up = nodes.base[Int(a)].parent
            over = nodes.base[Int(b)].parent
        }
        let block = blocks.base + Int(up) &* Self.stride
        var slot = 0
        while block[slot] != a, block[slot] != b {
            slot += 1
        }
        return block[slot] == a && a != b
    }
}

// MARK: - Growing and shrinking

extension PositionTree {
    /// Puts a new leaf after another and moves some of its width over; returns the new number.
    mutating func split(_ leaf: Int, moving first: Int, _ second: Int, total: (Int, Int)) -> Int {
        let new: Int
        if freeLeaves.count > 0 {
            new = Int(freeLeaves.removeLast())
            leaves[new] = Leaf(parent: Self.none, next: Self.none)
        } else {
            new = leaves.count
            leaves.append(Leaf(parent: Self.none, next: Self.none))
        }
        leaves.base[new].next = leaves.base[leaf].next
        leaves.base[leaf].next = Int32(new)
        if height == 0 {
            root = newNode()
            height = 1
            adopt(Int32(leaf), Int32(total.0), Int32(total.1), at: 0, in: root, level: 1)
        }
        add(-first, -second, to: leaf)
        let parent = Int(leaves.base[leaf].parent)
        insert(Int32(new), Int32(first), Int32(second), after: Int32(leaf), in: parent, level: 1)
        add(first, second, above: Int(leaves.base[new].parent))
        return new
    }

    /// Takes an empty leaf out, unless it is the first.
    ///
    /// `previous` is the leaf before it. Nothing is rebalanced: a node may become thin, but none
    /// stays empty, so the depth is bounded by the largest size the tree ever had.
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
        if freeNodes.count > 0 {
            let node = Int(freeNodes.removeLast())
            nodes[node] = Node(count: 0, parent: Self.none)
            return node
        }
        nodes.append(Node(count: 0, parent: Self.none))
        _ = blocks.extend(by: Self.stride)
        return nodes.count - 1
    }

    private func setParent(_ parent: Int, of child: Int32, level: Int) {
        if level == 1 {
            leaves.base[Int(child)].parent = Int32(parent)
        } else {
            nodes.base[Int(child)].parent = Int32(parent)
        }
    }

    private func adopt(
        _ child: Int32,
        _ first: Int32,
        _ second: Int32,
        at slot: Int,
        in node: Int,
        level: Int
    ) {
        let block = blocks.base + node * Self.stride
        let count = Int(nodes.base[node].count)
        for column in 0...Self.columns {
            let lane = block + column * Self.fanout
            var index = count
            while index > slot {
                lane[index] = lane[index - 1]
                index -= 1
            }
        }
        block[slot] = child
        block[Self.fanout + slot] = first
        block[Self.fanout * 2 + slot] = second
        nodes.base[node].count = Int32(count + 1)
        setParent(node, of: child, level: level)
    }

    /// The widths of a node's ancestors grow; its own entries are right already.
    private func add(_ first: Int, _ second: Int, above node: Int) {
        var child = Int32(node)
        var parent = nodes.base[node].parent
        while parent >= 0 {
            let block = blocks.base + Int(parent) * Self.stride
            var slot = 0
            while block[slot] != child {
                slot += 1
            }
            block[Self.fanout + slot] += Int32(first)
            block[Self.fanout * 2 + slot] += Int32(second)
            child = parent
            parent = nodes.base[Int(parent)].parent
        }
    }

    /// Inserts a child whose width its ancestors do not count yet.
    private mutating func insert(
        _ child: Int32,
        _ first: Int32,
        _ second: Int32,
        after sibling: Int32,
        in node: Int,
        level: Int
    ) {
        var target = node
        if Int(nodes.base[node].count) == Self.fanout {
            let right = splitNode(node, level: level)
            let block = blocks.base + right * Self.stride
            for slot in 0..<Int(nodes.base[right].count) where block[slot] == sibling {
                target = right
            }
        }
        let block = blocks.base + target * Self.stride
        var slot = 0
        while block[slot] != sibling {
            slot += 1
        }
        adopt(child, first, second, at: slot + 1, in: target, level: level)
    }

    /// Moves the right half of a full node into a new one and returns it.
    private mutating func splitNode(_ node: Int, level: Int) -> Int {
        if node == root {
            let top = newNode()
            let sums = sum(of: node)
            adopt(Int32(node), sums.0, sums.1, at: 0, in: top, level: height + 1)
            root = top
            height += 1
        }
        let right = newNode()
        let half = Self.fanout / 2
        let (from, to) = (blocks.base + node * Self.stride, blocks.base + right * Self.stride)
        for column in 0...Self.columns {
            for slot in half..<Self.fanout {
                to[column * Self.fanout + slot - half] = from[column * Self.fanout + slot]
            }
        }
        nodes.base[node].count = Int32(half)
        nodes.base[right].count = Int32(Self.fanout - half)
        for slot in 0..<(Self.fanout - half) {
            setParent(right, of: to[slot], level: level)
        }
        let sums = sum(of: right)
        add(-Int(sums.0), -Int(sums.1), above: node)
        let parent = Int(nodes.base[node].parent)
        insert(Int32(right), sums.0, sums.1, after: Int32(node), in: parent, level: level + 1)
        add(Int(sums.0), Int(sums.1), above: Int(nodes.base[right].parent))
        return right
    }

    private func sum(of node: Int) -> (Int32, Int32) {
        let block = blocks.base + node * Self.stride
        var sums: (Int32, Int32) = (0, 0)
        for slot in 0..<Int(nodes.base[node].count) {
            sums.0 += block[Self.fanout + slot]
            sums.1 += block[Self.fanout * 2 + slot]
        }
        return sums
    }

    private func take(_ child: Int32, from node: Int) {
        let block = blocks.base + node * Self.stride
        let count = Int(nodes.base[node].count)
        var slot = 0
        while block[slot] != child {
            slot += 1
        }
        for column in 0...Self.columns {
            let lane = block + column * Self.fanout
            for index in slot..<(count - 1) {
                lane[index] = lane[index + 1]
            }
        }
        nodes.base[node].count = Int32(count - 1)
    }
}
