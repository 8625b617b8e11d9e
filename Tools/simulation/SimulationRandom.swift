/// A small generator (SplitMix64): one seed gives one run, on every machine.
package struct SimulationRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator that begins at `seed`.
    package init(seed: UInt64) { state = seed }

    /// A generator of its own for step `step` of run `seed`: dropping one step leaves the choices of
    /// all others as they are, so that a failing history can be made shorter.
    package init(seed: UInt64, step: Int) {
        var mixer = SimulationRandom(seed: seed)
        state = mixer.next() ^ UInt64(truncatingIfNeeded: step) &* 0x9E37_79B9_7F4A_7C15
        _ = next()
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A number from 0 up to, not including, `limit`.
    package mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }

    /// Yes in one of `count` cases.
    package mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

    /// One of `items`.
    package mutating func pick<Item>(_ items: [Item]) -> Item {
        precondition(!items.isEmpty, "nothing to choose from")
        return items[below(items.count)]
    }

    /// 32 bytes, for keys.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) }
    }
}
