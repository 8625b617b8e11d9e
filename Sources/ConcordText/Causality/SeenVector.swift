/// For each branch, by local number, the newest diff that was seen: a version vector.
///
/// Anybody can make branches: forks, further devices, strangers on one invitation. A list of numbers for each diff
/// would make each later diff longer, and work over all of them grow with the square. So only the first
/// branches, which are all that most engagements have, stand in a list; the others stand in a tree, of which
/// a diff shares with those before it all but the few nodes that differ.
package struct SeenVector: Hashable, Sendable {
    /// How many branches the list has room for, and each node of the tree that has no nodes below.
    @inlinable package static var width: Int { 64 }

    /// The greatest number seen of each of the first branches; those beyond its end were not seen.
    package private(set) var first: [Int32]
    /// The same of all further branches; nil where none was seen.
    package private(set) var further: SeenTree?

    /// Nothing was seen but this.
    package init(_ seqs: [Int32] = []) {
        first = Array(seqs.prefix(Self.width))
        for (index, seq) in seqs.dropFirst(Self.width).enumerated() where seq > 0 {
            further = SeenTree.noting(seq, at: index, in: further)
        }
    }

    /// What storage has read.
    package init(first: [Int32], further: SeenTree?) {
        self.first = first
        self.further = further
    }

    /// Whether nothing was seen.
    package var isEmpty: Bool { first.isEmpty && further == nil }

    /// Whether the diff at `place` was seen.
    package func contains(_ place: BranchSeq) -> Bool {
        if place.branch < first.count { return Int(first[place.branch]) >= place.seq }
        return newest(of: place.branch) >= max(place.seq, 1)
    }

    /// Whether everything that `other` has seen was seen.
    package func includes(_ other: SeenVector) -> Bool {
        other.first.indices.allSatisfy { newest(of: $0) >= other.newest(of: $0) }
            && SeenTree.includes(further, other.further)
    }

    /// The newest number seen of `branch`, or 0.
    package func newest(of branch: Int) -> Int {
        if branch < first.count { return Int(first[branch]) }
        guard branch >= Self.width, let further else { return 0 }
        return Int(further.seq(at: branch - Self.width))
    }

    /// Notes that the diff at `place`, and all before it on its branch, was seen.
    package mutating func insert(_ place: BranchSeq) {
        let seq = Int32(place.seq)
        guard place.branch < Self.width else {
            if seq > 0 {
                further = SeenTree.noting(seq, at: place.branch - Self.width, in: further)
            }
            return
        }
        while first.count <= place.branch { first.append(0) }
        first[place.branch] = max(first[place.branch], seq)
    }

    /// Keeps what `other` has seen too.
    package mutating func formIntersection(_ other: SeenVector) {
        if first.count > other.first.count { first.removeLast(first.count - other.first.count) }
        for branch in first.indices { first[branch] = min(first[branch], other.first[branch]) }
        further = SeenTree.common(further, other.further)
    }

    /// Notes everything that `other` has seen.
    package mutating func formUnion(_ other: SeenVector) {
        noteFirst(of: other)
        further = SeenTree.all(further, other.further)
    }

    /// Everything that any of these has seen; what several of them share is looked at once.
    package static func union(of vectors: [SeenVector]) -> SeenVector {
        guard var union = vectors.first else { return SeenVector() }
        for vector in vectors.dropFirst() { union.noteFirst(of: vector) }
        union.further = SeenTree.all(vectors.compactMap(\.further))
        return union
    }

    private mutating func noteFirst(of other: SeenVector) {
        for (branch, seq) in other.first.enumerated() {
            if branch < first.count {
                first[branch] = max(first[branch], seq)
            } else {
                first.append(seq)
            }
        }
    }

    /// The branches of which more was seen than of `other`'s, ascending; without looking at what both share.
    package func branches(seenFurtherThan other: SeenVector) -> [Int] {
        var branches = first.indices.filter { Int(first[$0]) > other.newest(of: $0) }
        SeenTree.collect(further, beyond: other.further, from: Self.width, into: &branches)
        return branches
    }

    /// The branches of which something was seen here and of `other`'s, ascending; without looking at what only one of
    /// them holds.
    package func branches(seenToo other: SeenVector) -> [Int] {
        var branches = (0..<min(first.count, other.first.count)).filter {
            first[$0] > 0 && other.first[$0] > 0
        }
        SeenTree.collect(further, seenToo: other.further, from: Self.width, into: &branches)
        return branches
    }
}

/// A node of the tree in which a version vector keeps all but its first branches; it never changes.
///
/// A node of level 0 holds numbers, one of level `l` the nodes of the level below. What is not there was not
/// seen: no node is empty, none ends with nothing, and the root has something after its first child. So two
/// vectors are equal if their trees are.
package final class SeenTree: Sendable {
    /// The binary logarithm of how many nodes are below a node. It is small: what differs is copied, and a
    /// reference costs more to copy than a number.
    private static var bits: Int { 5 }

    /// The binary logarithm of how many branches a node of a level has room for.
    private static func roomBits(_ level: Int) -> Int { 6 + bits * level }

    /// How many levels are below.
    package let level: Int
    /// At level 0: the newest number seen of each branch.
    package let seqs: [Int32]
    /// At all other levels: what is below.
    package let children: [SeenTree?]

    private init(seqs: [Int32]) {
        level = 0
        self.seqs = seqs
        children = []
    }

    private init(level: Int, children: [SeenTree?]) {
        self.level = level
        seqs = []
        self.children = children
    }

    /// A node as storage has read it; nil where it cannot be one.
    package convenience init?(level: Int, seqs: [Int32], children: [SeenTree?]) {
        guard level > 0 else {
            guard let last = seqs.last, last > 0, seqs.count <= SeenVector.width else { return nil }
            self.init(seqs: seqs)
            return
        }
        let isBelow = children.allSatisfy { $0.map { $0.level == level - 1 } ?? true }
        guard isBelow, children.last ?? nil != nil, children.count <= 1 << Self.bits else {
            return nil
        }
        self.init(level: level, children: children)
    }

    private static func node(_ seqs: [Int32]) -> SeenTree? {
        guard let last = seqs.lastIndex(where: { $0 > 0 }) else { return nil }
        return SeenTree(seqs: Array(seqs[...last]))
    }

    private static func node(level: Int, _ children: [SeenTree?]) -> SeenTree? {
        guard let last = children.lastIndex(where: { $0 != nil }) else { return nil }
        return SeenTree(level: level, children: Array(children[...last]))
    }

    /// The first child of a root whose other children are gone.
    private static func root(_ node: SeenTree?) -> SeenTree? {
        var node = node
        while let held = node, held.level > 0, held.children.count == 1 { node = held.children[0] }
        return node
    }

    /// How many branches each child stands for.
    private var part: Int { 1 << Self.roomBits(level - 1) }

    /// The same as the first part of a node of a level: below a node stand nodes of the next level alone.
    private func lifted(to level: Int) -> SeenTree {
        var tree = self
        while tree.level < level { tree = SeenTree(level: tree.level + 1, children: [tree]) }
        return tree
    }

    private func child(_ slot: Int) -> SeenTree? {
        slot < children.count ? children[slot] : nil
    }

    private func replacing(_ slot: Int, by child: SeenTree?) -> SeenTree {
        if self.child(slot) === child { return self }
        var changed = children
        while changed.count <= slot { changed.append(nil) }
        changed[slot] = child
        return SeenTree(level: level, children: changed)
    }

    // MARK: One number.

    func seq(at index: Int) -> Int32 {
        guard level > 0 else { return index < seqs.count ? seqs[index] : 0 }
        return child(index / part)?.seq(at: index % part) ?? 0
    }

    /// The tree in which a number, and all before it, was seen too.
    static func noting(_ seq: Int32, at index: Int, in tree: SeenTree?) -> SeenTree {
        guard var root = tree else {
            var level = 0
            while index >> roomBits(level) > 0 { level += 1 }
            return noting(seq, at: index, below: nil, level: level)
        }
        while index >> roomBits(root.level) > 0 {
            root = SeenTree(level: root.level + 1, children: [root])
        }
        return noting(seq, at: index, below: root, level: root.level)
    }

    private static func noting(
        _ seq: Int32,
        at index: Int,
        below node: SeenTree?,
        level: Int
    ) -> SeenTree {
        guard level > 0 else {
            var seqs = node?.seqs ?? []
            while seqs.count <= index { seqs.append(0) }
            if let node, seqs[index] >= seq { return node }
            seqs[index] = seq
            return SeenTree(seqs: seqs)
        }
        let node = node ?? SeenTree(level: level, children: [])
        let slot = index / node.part
        let child = noting(
            seq,
            at: index % node.part,
            below: node.child(slot),
            level: level - 1
        )
        return node.replacing(slot, by: child)
    }

    // MARK: Two trees.

    /// Whether the first has all that the second has.
    static func includes(_ tree: SeenTree?, _ other: SeenTree?) -> Bool {
        guard tree !== other, let other else { return true }
        // A root has something after its first child.
        guard let tree, tree.level >= other.level else { return false }
        if tree.level > other.level { return includes(tree.child(0), other) }
        if tree.level > 0 {
            return other.children.indices.allSatisfy { includes(tree.child($0), other.child($0)) }
        }
        return tree.covers(other)
    }

    /// Whether a node of level 0 has all that another one has: without a way out in between many numbers are
    /// compared at once.
    private func covers(_ other: SeenTree) -> Bool {
        guard other.seqs.count <= seqs.count else { return false }
        return seqs.withUnsafeBufferPointer { own in
            other.seqs.withUnsafeBufferPointer { others in
                var lacking: Int32 = 0
                for slot in others.indices { lacking |= own[slot] < others[slot] ? 1 : 0 }
                return lacking == 0
            }
        }
    }

    /// What either has.
    static func all(_ tree: SeenTree?, _ other: SeenTree?) -> SeenTree? {
        guard tree !== other, let other else { return tree }
        guard let tree else { return other }
        if tree.level > other.level {
            return tree.replacing(0, by: all(tree.child(0), other.lifted(to: tree.level - 1)))
        }
        if tree.level < other.level { return all(other, tree) }
        // Nearly always the first has most of it already, and nothing but the rest is written.
        if tree.level == 0 {
            if tree.covers(other) { return tree }
            if other.covers(tree) { return other }
            var seqs = tree.seqs
            seqs += other.seqs.dropFirst(seqs.count)
            for (slot, seq) in other.seqs.enumerated() where seq > seqs[slot] { seqs[slot] = seq }
            return SeenTree(seqs: seqs)
        }
        var children = tree.children
        children += other.children.dropFirst(children.count)
        for (slot, child) in other.children.enumerated() {
            let both = all(children[slot], child)
            if both !== children[slot] { children[slot] = both }
        }
        return tree.has(children)
            ? tree
            : other.has(children) ? other : SeenTree(level: tree.level, children: children)
    }

    /// What any of them has.
    ///
    /// All nodes of one place at once, each once: N nested forks share most of what is below a node, and to unite
    /// each with all before it would compare N² / 64 nodes.
    static func all(_ trees: [SeenTree]) -> SeenTree? {
        var known: Set<ObjectIdentifier> = []
        let trees = trees.filter { known.insert(ObjectIdentifier($0)).inserted }
        let level = trees.reduce(0) { max($0, $1.level) }
        guard trees.count > 2, level > 0 else { return trees.reduce(nil) { all($0, $1) } }
        let whole = trees.filter { $0.level == level }
        let low = trees.filter { $0.level < level }.map { $0.lifted(to: level - 1) }
        let count = whole.reduce(0) { max($0, $1.children.count) }
        let children = (0..<count).map { slot in
            all(whole.compactMap { $0.child(slot) } + (slot == 0 ? low : []))
        }
        return whole.first { $0.has(children) } ?? SeenTree(level: level, children: children)
    }

    /// What both have.
    static func common(_ tree: SeenTree?, _ other: SeenTree?) -> SeenTree? {
        guard tree !== other else { return tree }
        return root(commonPart(tree, other))
    }

    private static func commonPart(_ tree: SeenTree?, _ other: SeenTree?) -> SeenTree? {
        guard tree !== other, let tree, let other else { return tree === other ? tree : nil }
        if tree.level > other.level { return commonPart(tree.child(0), other) }
        if tree.level < other.level { return commonPart(other, tree) }
        if tree.level == 0 {
            let count = min(tree.seqs.count, other.seqs.count)
            let seqs = (0..<count).map { min(tree.seqs[$0], other.seqs[$0]) }
            return seqs == tree.seqs ? tree : seqs == other.seqs ? other : node(seqs)
        }
        let count = min(tree.children.count, other.children.count)
        let children = (0..<count).map { commonPart(tree.children[$0], other.children[$0]) }
        return tree.has(children)
            ? tree : other.has(children) ? other : node(level: tree.level, children)
    }

    private func has(_ children: [SeenTree?]) -> Bool {
        children.count == self.children.count
            && zip(children, self.children).allSatisfy { $0 === $1 }
    }

    /// Adds the branches of which the first has more than the second, ascending.
    static func collect(
        _ tree: SeenTree?,
        beyond other: SeenTree?,
        from start: Int,
        into branches: inout [Int]
    ) {
        guard tree !== other, let tree else { return }
        if let other, other.level > tree.level {
            return collect(tree, beyond: other.child(0), from: start, into: &branches)
        }
        guard tree.level > 0 else {
            for (slot, seq) in tree.seqs.enumerated() where seq > other?.seq(at: slot) ?? 0 {
                branches.append(start + slot)
            }
            return
        }
        for (slot, child) in tree.children.enumerated() {
            let isSame = other?.level == tree.level
            let beside = isSame ? other?.child(slot) : slot == 0 ? other : nil
            collect(child, beyond: beside, from: start + slot * tree.part, into: &branches)
        }
    }

    /// Adds the branches of which both have something, ascending.
    static func collect(
        _ tree: SeenTree?,
        seenToo other: SeenTree?,
        from start: Int,
        into branches: inout [Int]
    ) {
        guard let tree, let other else { return }
        if tree.level != other.level {
            let (high, low) = tree.level > other.level ? (tree, other) : (other, tree)
            return collect(high.child(0), seenToo: low, from: start, into: &branches)
        }
        guard tree.level > 0 else {
            for slot in 0..<min(tree.seqs.count, other.seqs.count)
            where tree.seqs[slot] > 0 && other.seqs[slot] > 0 { branches.append(start + slot) }
            return
        }
        for (slot, (child, beside)) in zip(tree.children, other.children).enumerated() {
            collect(child, seenToo: beside, from: start + slot * tree.part, into: &branches)
        }
    }
}

extension SeenTree: Hashable {
    package static func == (left: SeenTree, right: SeenTree) -> Bool {
        left === right
            || left.level == right.level && left.seqs == right.seqs
                && left.children == right.children
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(level)
        hasher.combine(seqs)
        hasher.combine(children)
    }
}
