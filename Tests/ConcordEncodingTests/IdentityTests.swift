import ConcordEncoding
import ConcordTesting
import Testing

@Suite("Identities")
struct IdentityTests {
    @Test func versionSevenCarriesItsTimeAndSortsByIt() throws {
        var random = SeededGenerator(seed: 11)
        let ids = (0..<100).map {
            UniqueID.v7(milliseconds: 1_772_000_000_000 + $0, random: &random)
        }

        #expect(ids == ids.sorted())
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(ids[5].milliseconds == 1_772_000_000_005)
        #expect(Set(ids).count == 100)
        for id in ids {
            let digits = Array(id.description)
            #expect(digits[14] == "7")
            #expect("89ab".contains(digits[19]))
            #expect(UniqueID(id.description) == id)
            #expect(UniqueID(bytes: id.bytes) == id)
        }
    }

    @Test func versionEightIsTheHashOfItsPartsWithTheirLengths() {
        let id = UniqueID.v8(hashing: ["criterion", "é"])
        var bytes = SHA256Digest(
            hashing: [0, 0, 0, 9] + Array("criterion".utf8) + [0, 0, 0, 2, 0xC3, 0xA9]
        ).bytes
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80

        #expect(id.bytes == Array(bytes[..<16]))
        #expect(id.version == 8)
        #expect(id.milliseconds == nil)
        #expect(UniqueID.v8(hashing: ["ab", "c"]) != UniqueID.v8(hashing: ["a", "bc"]))
    }

    @Test(arguments: [
        "0190A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "0190a1b2c3d47e5f8a9b0c1d2e3f4a5b",
        "{0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5",
        "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5bb", "0190a1b2-c3d4-7e5f-ca9b-0c1d2e3f4a5b",
        "0190a1b2-c3d4-0e5f-8a9b-0c1d2e3f4a5b", "0190a1b2-c3d4-9e5f-8a9b-0c1d2e3f4a5b",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "0190a1b2-c3d4-7e5f-8a9b_0c1d2e3f4a5b", "", "g190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    ])
    func otherTextsAreNoIdentity(_ text: String) {
        #expect(UniqueID(text) == nil)
    }
}

@Suite("Moments")
struct TimestampTests {
    @Test func oneMomentIsOrderedByItsOffset() throws {
        let there = try #require(Timestamp("2014-06-03T09:00:00+02:00"))
        let here = try #require(Timestamp("2014-06-03T07:00:00Z"))
        let later = try #require(Timestamp("2014-06-03T07:00:01Z"))

        #expect(here < there)
        #expect(!(there < here))
        #expect(there < later)
    }

    @Test(arguments: [
        "1970-01-01T00:00:00Z", "2026-03-02T09:15:00+01:00", "2026-03-02T09:15:00.250-03:30",
        "1969-12-31T23:59:59.999Z", "2024-02-29T12:00:00Z", "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z", "0000-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999-12:00",
        "1900-03-01T00:00:00Z", "2000-02-29T23:59:59+23:59",
    ])
    func theCanonicalTextRoundTrips(_ text: String) throws {
        let moment = try #require(Timestamp(text))

        #expect(moment.description == text)
        #expect(moment.day == String(text.prefix(10)))
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:01.5Z", 1500, 0), ("1970-01-01t00:00:00z", 0, 0),
            ("1970-01-01T01:00:00+01:00", 0, 60), ("1970-01-01T00:00:00-00:00", 0, 0),
            ("1970-01-01T00:00:00.123456789Z", 123, 0),
            ("2026-03-02T09:15:00+01:00", 1_772_439_300_000, 60),
        ] as [(String, Int64, Int)]
    )
    func itIsMillisecondsAndAnOffset(_ text: String, _ milliseconds: Int64, _ offset: Int) {
        #expect(Timestamp(text) == Timestamp(milliseconds: milliseconds, offsetMinutes: offset))
    }

    @Test(arguments: [
        "", "2026-03-02", "2026-03-02T09:15:00", "2026-03-02 09:15:00Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z", "1900-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T23:59:60Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01", "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00ZZ", "+2026-01-01T00:00:00Z", "2026-1-01T00:00:00Z",
        "٢٠٢٦-01-01T00:00:00Z",
    ])
    func otherTextsAreNoMoment(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func everyDayOfFourCenturiesHasItsDate() {
        for day in stride(from: Int64(-200_000), to: 200_000, by: 1) {
            let text = Timestamp(milliseconds: day * 86_400_000).description
            if Timestamp(text)?.milliseconds != day * 86_400_000 {
                Issue.record("\(text)")
                return
            }
        }
    }

    @Test func aClockBeyondTheCalendarIsMovedToItsEnd() {
        #expect(Timestamp(milliseconds: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).description == "0000-01-01T00:00:00Z")
        #expect(
            Timestamp(milliseconds: .max, offsetMinutes: 60).description
                == "9999-12-31T23:59:59.999+01:00"
        )
        #expect(Timestamp(milliseconds: 0, offsetMinutes: 5000).offsetMinutes == 1439)
    }

    @Test func earlierMomentsComeFirst() throws {
        let early = try #require(Timestamp("2026-03-02T10:00:00+02:00"))
        let late = try #require(Timestamp("2026-03-02T09:00:00Z"))

        #expect(early < late)
    }
}
