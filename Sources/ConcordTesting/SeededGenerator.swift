/// Random numbers that a seed repeats: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The same seed gives the same numbers on every machine.
    public init(seed: UInt64) { state = seed }

    /// A separate generator for one step of a run: leaving a step out does not change what the others choose,
    /// so that a history that fails can be made shorter.
    public init(seed: UInt64, step: Int) {
        var mixer = SeededGenerator(seed: seed)
        state = mixer.next() ^ UInt64(truncatingIfNeeded: step) &* 0x9E37_79B9_7F4A_7C15
        _ = next()
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to and without `bound`, which is at least 1.
    public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    /// True once in `count` times.
    public mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

    /// One of some elements; there is at least one.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        precondition(!elements.isEmpty, "nothing to choose from")
        return elements[below(elements.count)]
    }

    /// As many bytes for a file: random ones that repeat after 4,099, so that even large files cost little and no two of
    /// their parts are alike.
    public mutating func fileBytes(_ count: Int) -> [UInt8] {
        let block = bytes(min(count, 4099))
        var file: [UInt8] = []
        file.reserveCapacity(count + block.count)
        while file.count < count { file += block }
        file.removeLast(file.count - count)
        return file
    }

    /// As many random bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) }
    }
}
