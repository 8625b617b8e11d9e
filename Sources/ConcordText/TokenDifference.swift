/// A shortest common subsequence of two sequences of numbers, or nearly.
///
/// Myers' algorithm in linear space ("An O(ND) Difference Algorithm", 1986): the middle of a
/// shortest edit path is found from both ends, then each half is treated in the same way. A path
/// that is longer than `patience` is cut at the furthest point reached instead, so that two texts
/// with nothing in common cost time in proportion to their length, not to its square; the result
/// is still a correct difference.
package struct TokenDifference {
    /// For each element of the first sequence, its partner in the second, or -1.
    package private(set) var partners: [Int32]

    private let a: [Int32]
    private let b: [Int32]
    private let patience: Int
    private var forward: [Int]
    private var backward: [Int]
    private var boxes: [Box] = []

    private struct Box {
        var a: Range<Int>
        var b: Range<Int>
    }

    /// Compares two sequences.
    package init(_ a: [Int32], _ b: [Int32]) {
        self.a = a
        self.b = b
        patience = a.count + b.count < 10_000 ? 512 : 64
        partners = Array(repeating: -1, count: a.count)
        forward = Array(repeating: 0, count: 2 * patience + 3)
        backward = forward
        boxes.append(Box(a: a.indices, b: b.indices))
        while let box = boxes.popLast() {
            divide(trimmed(box))
        }
    }

    /// Matches what is equal at both ends of a box; returns what is between.
    private mutating func trimmed(_ box: Box) -> Box {
        var (x, y) = (box.a.lowerBound, box.b.lowerBound)
        while x < box.a.upperBound, y < box.b.upperBound, a[x] == b[y] {
            partners[x] = Int32(y)
            x += 1
            y += 1
        }
        var (u, v) = (box.a.upperBound, box.b.upperBound)
        while u > x, v > y, a[u - 1] == b[v - 1] {
            u -= 1
            v -= 1
            partners[u] = Int32(v)
        }
        return Box(a: x..<u, b: y..<v)
    }

    private mutating func divide(_ box: Box) {
        guard !box.a.isEmpty, !box.b.isEmpty else { return }
        let point = middle(of: box)
        // The search may run over an edge, where there is nothing to match.
        let x = min(max(point.0, box.a.lowerBound), box.a.upperBound)
        let y = min(max(point.1, box.b.lowerBound), box.b.upperBound)
        let first = Box(a: box.a.lowerBound..<x, b: box.b.lowerBound..<y)
        let second = Box(a: x..<box.a.upperBound, b: y..<box.b.upperBound)
        let isProgress = [first, second].allSatisfy { $0.a.count + $0.b.count > 0 }
        guard isProgress else { return }
        boxes.append(first)
        boxes.append(second)
    }

    /// A point on a shortest path, or the furthest one reached when patience ends.
    private mutating func middle(of box: Box) -> (Int, Int) {
        let (n, m) = (box.a.count, box.b.count)
        let delta = n - m
        let center = patience + 1
        forward[center + 1] = 0
        backward[center + 1] = 0
        for depth in 0...min(patience, (n + m + 1) / 2) {
            for k in stride(from: -depth, through: depth, by: 2) {
                let x = advance(k, depth, box)
                let other = delta - k
                if delta & 1 != 0, abs(other) < depth, x + backward[center + other] >= n {
                    return (box.a.lowerBound + x, box.b.lowerBound + x - k)
                }
            }
            for k in stride(from: -depth, through: depth, by: 2) {
                let x = retreat(k, depth, box)
                let other = delta - k
                if delta & 1 == 0, abs(other) <= depth, x + forward[center + other] >= n {
                    return (box.a.upperBound - x, box.b.upperBound - (x - k))
                }
            }
        }
        return furthest(of: box)
    }

    private mutating func advance(_ k: Int, _ depth: Int, _ box: Box) -> Int {
        let center = patience + 1
        let isDown = k == -depth || k != depth && forward[center + k - 1] < forward[center + k + 1]
        var x = isDown ? forward[center + k + 1] : forward[center + k - 1] + 1
        var y = x - k
        while x < box.a.count, y < box.b.count, y >= 0,
            a[box.a.lowerBound + x] == b[box.b.lowerBound + y]
        {
            x += 1
            y += 1
        }
        forward[center + k] = x
        return x
    }

    private mutating func retreat(_ k: Int, _ depth: Int, _ box: Box) -> Int {
        let center = patience + 1
        let isDown =
            k == -depth || k != depth && backward[center + k - 1] < backward[center + k + 1]
        var x = isDown ? backward[center + k + 1] : backward[center + k - 1] + 1
        var y = x - k
        while x < box.a.count, y < box.b.count, y >= 0,
            a[box.a.upperBound - 1 - x] == b[box.b.upperBound - 1 - y]
        {
            x += 1
            y += 1
        }
        backward[center + k] = x
        return x
    }

    private func furthest(of box: Box) -> (Int, Int) {
        var best = (x: 0, y: 0)
        for k in -patience...patience where (k + patience) & 1 == 0 {
            let x = min(forward[patience + 1 + k], box.a.count)
            let y = x - k
            guard y >= 0, y <= box.b.count else { continue }
            if x + y > best.x + best.y { best = (x, y) }
        }
        return (box.a.lowerBound + best.x, box.b.lowerBound + best.y)
    }
}
