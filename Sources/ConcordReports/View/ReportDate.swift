import ConcordEncoding

/// Dates as people write them; what is not a date is shown as it is.
enum ReportDate {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    /// "3 June 2014" for "2014-06-03".
    static func day(_ text: String) -> String {
        guard let date = parts(text) else { return text }
        return "\(date.day) \(months[date.month - 1]) \(date.year)"
    }

    /// "3–5 June 2014", or both days in full where months differ.
    static func range(_ from: String?, _ to: String?) -> String? {
        guard let from else { return to.map { day($0) } }
        guard let to, to != from else { return day(from) }
        guard let first = parts(from), let last = parts(to), first.year == last.year,
            first.month == last.month
        else { return "\(day(from)) – \(day(to))" }
        return "\(first.day)–\(day(to))"
    }

    /// "3 June 2014, 10:25" for an RFC 3339 time, at the place's own offset.
    static func moment(_ text: String) -> String {
        guard let timestamp = Timestamp(text) else { return day(text) }
        return "\(day(timestamp.day)), \(clock(timestamp))"
    }

    /// "10:25 (UTC+2)" after the day, for the time a report was made.
    static func momentWithOffset(_ timestamp: Timestamp) -> String {
        let description = timestamp.description
        let offset = description.hasSuffix("Z") ? "UTC" : "UTC\(description.suffix(6))"
        return "\(day(timestamp.day)), \(clock(timestamp)) \(offset)"
    }

    private static func clock(_ timestamp: Timestamp) -> String {
        String(timestamp.description.dropFirst(11).prefix(5))
    }

    private static func parts(_ text: String) -> (year: Int, month: Int, day: Int)? {
        let numbers = text.split(separator: "-").map { Int($0) }
        guard text.utf8.count == 10, numbers.count == 3, let year = numbers[0],
            let month = numbers[1], let day = numbers[2], (1...12).contains(month)
        else { return nil }
        return (year, month, day)
    }
}
