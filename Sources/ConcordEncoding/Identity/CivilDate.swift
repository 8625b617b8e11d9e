/// A date of the Gregorian calendar, extended to before its introduction.
struct CivilDate: Hashable {
    let year: Int
    let month: Int
    let day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date that is this number of days after 1970-01-01.
    ///
    /// Years are taken to begin in March, so that the leap day is the last of its year; 146,097 is
    /// the number of days in 400 years.
    init(day number: Int64) {
        let shifted = Int(number) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The number of days since 1970-01-01.
    var dayNumber: Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    /// Whether the calendar has such a date.
    var exists: Bool {
        1...12 ~= month && day >= 1 && CivilDate(day: dayNumber) == self
    }
}

/// Reads the text form of a timestamp, RFC 3339.
struct TimestampReader {
    /// What the text says.
    struct Parts {
        var year = 0
        var month = 0
        var day = 0
        var millisecond: Int64 = 0
        var offsetMinutes = 0
    }

    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    mutating func read() -> Parts? {
        var parts = Parts()
        guard let year = number(4), take("-"), let month = number(2), take("-"),
            let day = number(2), CivilDate(year: year, month: month, day: day).exists,
            take("T") || take("t"), let time = timeOfDay(), let offset = offset(),
            position == text.count
        else { return nil }
        (parts.year, parts.month, parts.day) = (year, month, day)
        (parts.millisecond, parts.offsetMinutes) = (time, offset)
        return parts
    }

    private mutating func timeOfDay() -> Int64? {
        guard let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60,
            take(":"), let second = number(2), second < 60
        else { return nil }
        var millisecond = ((hour * 60 + minute) * 60 + second) * 1000
        if take(".") {
            let first = position
            var unit = 100
            while position < text.count, 0x30...0x39 ~= text[position] {
                millisecond += Int(text[position] - 0x30) * unit
                unit /= 10
                position += 1
            }
            if position == first { return nil }
        }
        return Int64(millisecond)
    }

    private mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        let isNegative = take("-")
        guard isNegative || take("+"), let hours = number(2), hours < 24, take(":"),
            let minutes = number(2), minutes < 60
        else { return nil }
        return isNegative ? -(hours * 60 + minutes) : hours * 60 + minutes
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func number(_ digits: Int) -> Int? {
        guard position + digits <= text.count else { return nil }
        var value = 0
        for digit in text[position..<position + digits] {
            guard 0x30...0x39 ~= digit else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        position += digits
        return value
    }
}
