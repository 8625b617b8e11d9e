/// A set of numbers that answers "which is the greatest member up to this one?" in a few steps.
///
/// A bitmap under bitmaps: a bit of an upper level says whether the word below it has a member.
/// The tracker marks in it where runs of items begin; a run is then found from any of its items
/// without a search tree, and a run of a million characters costs one bit.
struct MarkSet: ~Copyable {
    private var levels: [Int] = []
    private var words = Pool<UInt64>()
    private(set) var limit = 0

    init() {
        reserve(1 << 12)
    }

    /// Makes room for the numbers below `limit`; members are kept.
    mutating func reserve(_ wanted: Int) {
        guard wanted > limit else { return }
        var members: [Int] = []
        if limit > 0 {
            members = all()
        }
        limit = max(wanted, limit * 2)
        levels = []
        var total = 0
        var size = limit
        repeat {
            size = (size + 63) / 64
            levels.append(total)
            total += size
        } while size > 1
        words.removeAll()
        _ = words.extend(by: total)
        words.base.update(repeating: 0, count: total)
        for member in members {
            insert(member)
        }
    }

    @inline(__always)
    func insert(_ member: Int) {
        var index = member
        for level in levels {
            let word = words.base + level + index >> 6
            let before = word.pointee
            word.pointee = before | 1 << UInt64(index & 63)
            if before != 0 { return }
            index >>= 6
        }
    }

    @inline(__always)
    func remove(_ member: Int) {
        var index = member
        for level in levels {
            let word = words.base + level + index >> 6
            word.pointee &= ~(1 << UInt64(index & 63))
            if word.pointee != 0 { return }
            index >>= 6
        }
    }

    @inline(__always)
    func contains(_ member: Int) -> Bool {
        words.base[member >> 6] >> UInt64(member & 63) & 1 != 0
    }

    /// The greatest member that is not greater than `number`; there must be one.
    @inline(__always)
    func last(upTo number: Int) -> Int {
        let word = words.base[number >> 6] & (~0 >> UInt64(63 - number & 63))
        if word != 0 {
            return number & ~63 | (63 - word.leadingZeroBitCount)
        }
        return climb(number >> 6)
    }

    private func climb(_ start: Int) -> Int {
        var index = start
        var level = 1
        while level < levels.count {
            let mask: UInt64 = (1 << UInt64(index & 63)) - 1
            let word = words.base[levels[level] + index >> 6] & mask
            if word != 0 {
                index = index & ~63 | (63 - word.leadingZeroBitCount)
                break
            }
            index >>= 6
            level += 1
        }
        precondition(level < levels.count, "an item belongs to a run")
        while level > 0 {
            level -= 1
            let word = words.base[levels[level] + index]
            index = index << 6 | (63 - word.leadingZeroBitCount)
        }
        return index
    }

    private func all() -> [Int] {
        var members: [Int] = []
        for index in 0..<((limit + 63) / 64) {
            var word = words.base[index]
            while word != 0 {
                members.append(index << 6 | word.trailingZeroBitCount)
                word &= word - 1
            }
        }
        return members
    }
}
