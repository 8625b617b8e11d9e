/// Growing memory for plain values, addressed by number and never bounds-checked in release.
///
/// The trees of this folder keep their nodes in pools and point at each other by index: no
/// reference counting, no exclusivity checks, and one allocation for thousands of nodes. An index
/// is only ever made by the owner of the pool, which is why a check at each access was refused;
/// debug builds assert it.
struct Pool<Element: BitwiseCopyable>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var capacity: Int
    private(set) var count = 0

    init(minimumCapacity: Int = 16) {
        capacity = max(minimumCapacity, 1)
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            assert(index >= 0 && index < count)
            return base[index]
        }
        @inline(__always) nonmutating set {
            assert(index >= 0 && index < count)
            base[index] = newValue
        }
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity {
            grow(to: count + 1)
        }
        base[count] = element
        count &+= 1
    }

    /// Makes room for `extra` more elements and counts them in, without giving them a value.
    ///
    /// Returns the index of the first. The caller writes each before reading it.
    mutating func extend(by extra: Int) -> Int {
        let first = count
        if first + extra > capacity {
            grow(to: first + extra)
        }
        count = first + extra
        return first
    }

    mutating func append(contentsOf bytes: UnsafeBufferPointer<Element>) {
        guard let start = bytes.baseAddress else { return }
        let first = extend(by: bytes.count)
        (base + first).update(from: start, count: bytes.count)
    }

    mutating func removeLast() -> Element {
        count -= 1
        return base[count]
    }

    mutating func removeAll() {
        count = 0
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let wanted = max(needed, capacity * 2)
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: wanted)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity = wanted
    }
}
