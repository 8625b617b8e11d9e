import CZlib
import Testing

/// The one gzip codec: what comes back is what went in, and nothing else is taken.
struct GzipTests {
    /// Calls a function of the codec; returns what it wrote, or the code with which it refused.
    func call(capacity: Int, _ function: (UnsafeMutablePointer<UInt8>?) -> Int) -> Outcome {
        var written = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            written = function(buffer.baseAddress)
            count = max(0, written)
        }
        return written < 0 ? .refused(written) : .bytes(bytes)
    }

    func packed(_ bytes: [UInt8], level: Int32 = 6, capacity: Int? = nil) -> Outcome {
        let bound = Int(concord_gzip_bound(UInt(bytes.count)))
        let capacity = capacity ?? bound
        return call(capacity: capacity) {
            concord_gzip(bytes, UInt(bytes.count), $0, UInt(capacity), level)
        }
    }

    func unpacked(_ bytes: [UInt8], capacity: Int) -> Outcome {
        call(capacity: capacity) {
            concord_gunzip(bytes, UInt(bytes.count), $0, UInt(capacity))
        }
    }

    func member(of bytes: [UInt8]) throws -> [UInt8] {
        try #require(packed(bytes).contents)
    }

    @Test(arguments: Contents.allCases, [-1, 0, 1, 6, 9] as [Int32])
    func whatWasPackedComesBackWithinExactlyItsSize(contents: Contents, level: Int32) throws {
        let bytes = contents.bytes
        let member = try #require(packed(bytes, level: level).contents)

        #expect(unpacked(member, capacity: bytes.count) == .bytes(bytes))
    }

    @Test(arguments: Contents.allCases)
    func oneByteLessThanTheContentsIsTooLarge(contents: Contents) throws {
        let bytes = contents.bytes
        guard !bytes.isEmpty else { return }  // nothing is less than nothing

        let outcome = unpacked(try member(of: bytes), capacity: bytes.count - 1)

        #expect(outcome == .refused(CONCORD_GZIP_TOO_LARGE))
    }

    @Test func aBodyThatInflatesBeyondItsLimitIsRefused() throws {
        let bomb = try member(of: [UInt8](repeating: 0, count: 10_000_000))

        #expect(bomb.count < 20_000)
        #expect(unpacked(bomb, capacity: 4096) == .refused(CONCORD_GZIP_TOO_LARGE))
        #expect(unpacked(bomb, capacity: 0) == .refused(CONCORD_GZIP_TOO_LARGE))
    }

    @Test(arguments: Contents.allCases)
    func everyProperPrefixIsTruncated(contents: Contents) throws {
        let bytes = contents.bytes
        let whole = try member(of: bytes)
        let cuts = Set(
            Array(0..<min(40, whole.count)) + Array(max(0, whole.count - 40)..<whole.count)
        )

        for cut in cuts {
            let outcome = unpacked(Array(whole[..<cut]), capacity: bytes.count)

            #expect(outcome == .refused(CONCORD_GZIP_TRUNCATED), "cut at \(cut)")
        }
    }

    @Test(arguments: Contents.allCases)
    func bytesBehindTheMemberAreRefused(contents: Contents) throws {
        let bytes = contents.bytes
        let one = try member(of: bytes)

        #expect(unpacked(one + [0], capacity: bytes.count) == .refused(CONCORD_GZIP_TRAILING))
        #expect(unpacked(one + one, capacity: 2 * bytes.count) == .refused(CONCORD_GZIP_TRAILING))
    }

    @Test func everyChangedByteIsRefusedOrChangesNothing() throws {
        let bytes = Array("what one device changed in one save".utf8)
        let member = try member(of: bytes)

        for place in member.indices {
            for bit in 0..<8 {
                var changed = member
                changed[place] ^= 1 << bit

                // Some bits of the header (its time, the system it names) say nothing of the contents.
                let outcome = unpacked(changed, capacity: 4096)
                #expect(
                    outcome.contents == nil || outcome == .bytes(bytes),
                    "byte \(place) bit \(bit)"
                )
            }
        }
    }

    @Test(arguments: ["not gzip at all", "\u{78}\u{1}", "{}"])
    func whatIsNotGzipIsCorrupt(text: String) {
        #expect(unpacked(Array(text.utf8), capacity: 100) == .refused(CONCORD_GZIP_CORRUPT))
    }

    @Test func aMemberOfAnotherProgramIsRead() {
        // printf 'Concord\n' | gzip -n -9 | xxd -i
        let member: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x73, 0xce, 0xcf, 0x4b,
            0xce, 0x2f, 0x4a, 0xe1, 0x02, 0x00, 0x0a, 0x59, 0xd6, 0x86, 0x08, 0x00, 0x00, 0x00,
        ]

        #expect(unpacked(member, capacity: 100) == .bytes(Array("Concord\n".utf8)))
    }

    @Test func thePackedFormNeedsItsRoomAndALevelThatExists() throws {
        let bytes = noise(5000)
        let size = try member(of: bytes).count

        #expect(packed(bytes, capacity: size - 1) == .refused(CONCORD_GZIP_TOO_LARGE))
        #expect(packed(bytes, capacity: 0) == .refused(CONCORD_GZIP_TOO_LARGE))
        #expect(packed(bytes, level: 10) == .refused(CONCORD_GZIP_CORRUPT))
    }

    @Test func theSameBytesArePackedAlike() throws {
        let bytes = noise(5000)

        #expect(try member(of: bytes) == member(of: bytes))
    }
}

/// What a function of the codec did.
enum Outcome: Equatable {
    case bytes([UInt8])
    case refused(Int)

    var contents: [UInt8]? {
        guard case .bytes(let bytes) = self else { return nil }
        return bytes
    }
}

/// What is packed; a name each, so that a failure does not print a hundred thousand bytes.
enum Contents: CaseIterable {
    case nothing
    case oneByte
    case anEnvelope
    case oneByteOftenRepeated
    case noise

    var bytes: [UInt8] {
        switch self {
        case .nothing: []
        case .oneByte: [0]
        case .anEnvelope: Array("{\"body\":{},\"head\":{}}\n".utf8)
        case .oneByteOftenRepeated: [UInt8](repeating: 65, count: 100_000)
        case .noise: CZlibTests.noise(70_000)
        }
    }
}

/// Bytes that do not compress, the same in every run.
private func noise(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}
