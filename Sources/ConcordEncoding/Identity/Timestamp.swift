/// A moment as a person's clock showed it: the time in UTC, and the offset from it at that place.
///
/// The text form is that of RFC 3339 with seconds, and milliseconds if there are any. A moment lies
/// in the years 0000 to 9999 of its own offset; one beyond is moved to the nearest end, since a
/// device's clock can be set to anything and must not stop the program.
public struct Timestamp: Hashable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let milliseconds: Int64
    /// Minutes by which the local clock is ahead of UTC, within ±23:59.
    public let offsetMinutes: Int

    private static let dayMilliseconds: Int64 = 86_400_000
    private static let firstDay: Int64 = -719_528
    private static let lastDay: Int64 = 2_932_896

    /// Makes a moment.
    public init(milliseconds: Int64, offsetMinutes: Int = 0) {
        let minutes = min(max(offsetMinutes, -1439), 1439)
        let offset = Int64(minutes) * 60_000
        let first = Self.firstDay * Self.dayMilliseconds - offset
        let last = (Self.lastDay + 1) * Self.dayMilliseconds - 1 - offset
        self.milliseconds = min(max(milliseconds, first), last)
        self.offsetMinutes = minutes
    }

    /// The local date and time of day, as if they were in UTC.
    private var local: (day: Int64, millisecond: Int64) {
        let local = milliseconds + Int64(offsetMinutes) * 60_000
        let day = local >= 0 ? local / Self.dayMilliseconds : (local + 1) / Self.dayMilliseconds - 1
        return (day, local - day * Self.dayMilliseconds)
    }

    /// The local date, `YYYY-MM-DD`.
    public var day: String {
        var text: [UInt8] = []
        Self.writeDay(local.day, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func writeDay(_ day: Int64, to text: inout [UInt8]) {
        let date = CivilDate(day: day)
        write(date.year, digits: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        write(date.month, digits: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        write(date.day, digits: 2, to: &text)
    }

    private static func write(_ value: Int, digits: Int, to text: inout [UInt8]) {
        var unit = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            text.append(0x30 + UInt8(value / unit % 10))
            unit /= 10
        }
    }
}

extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
    /// RFC 3339: `2026-03-02T09:15:00+01:00`, with `.250` after the seconds if there are
    /// milliseconds, and `Z` if the offset is zero.
    public var description: String {
        let (day, millisecond) = local
        var text: [UInt8] = []
        text.reserveCapacity(29)
        Self.writeDay(day, to: &text)
        text.append(UInt8(ascii: "T"))
        Self.write(Int(millisecond / 3_600_000), digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        Self.write(Int(millisecond / 60_000 % 60), digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        Self.write(Int(millisecond / 1000 % 60), digits: 2, to: &text)
        if millisecond % 1000 != 0 {
            text.append(UInt8(ascii: "."))
            Self.write(Int(millisecond % 1000), digits: 3, to: &text)
        }
        writeOffset(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func writeOffset(to text: inout [UInt8]) {
        if offsetMinutes == 0 {
            text.append(UInt8(ascii: "Z"))
            return
        }
        let minutes = abs(offsetMinutes)
        text.append(offsetMinutes < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        Self.write(minutes / 60, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        Self.write(minutes % 60, digits: 2, to: &text)
    }

    /// Reads RFC 3339; nothing if the text is something else or no such day or time exists.
    ///
    /// Any number of digits after the seconds is read; those beyond milliseconds are dropped. `t`
    /// and `z` may be lower case; `-00:00` is read as `Z`. The second 60 is refused: no device's
    /// clock shows it.
    public init?(_ description: String) {
        var reader = TimestampReader(Array(description.utf8))
        guard let parts = reader.read() else { return nil }
        let day = CivilDate(year: parts.year, month: parts.month, day: parts.day).dayNumber
        self.init(
            milliseconds: day * Self.dayMilliseconds + parts.millisecond
                - Int64(parts.offsetMinutes) * 60_000,
            offsetMinutes: parts.offsetMinutes
        )
    }
}

extension Timestamp {
    /// Reads RFC 3339, as on the wire.
    public init?(_ text: WireText) { self.init(text.string) }
}

extension Timestamp: Comparable {
    /// Tells whether the left moment is earlier; at the same moment, whether its offset is less.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.milliseconds, left.offsetMinutes) < (right.milliseconds, right.offsetMinutes)
    }
}
