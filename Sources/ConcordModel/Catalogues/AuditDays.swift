public import ConcordEncoding

/// A number of auditor-days of eight hours, exact to the hundredth.
///
/// Whole hundredths instead of a floating-point number: the figures are agreed in contracts, and
/// two devices must compute the same ones.
public struct AuditDays: Hashable, Sendable {
    /// The days in hundredths: 650 is six and a half days.
    public let hundredths: Int

    /// A number of days in hundredths.
    public init(hundredths: Int) {
        self.hundredths = hundredths
    }

    /// Reads a decimal with at most two places, such as "6" or "9.35"; nil otherwise.
    public init?(_ text: WireText) {
        let parts = text.string.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ part in
                !part.isEmpty && part.allSatisfy { $0.isASCII && $0.isNumber }
            })
        else { return nil }
        let places = parts.count == 2 ? String(parts[1]) : ""
        guard places.count <= 2, parts[0].count <= 6, let whole = Int(parts[0]),
            let fraction = Int((places + "00").prefix(2))
        else { return nil }
        self.init(hundredths: whole * 100 + fraction)
    }

    /// What is left after a reduction by whole percents, rounded to the nearest hundredth.
    public func reduced(byPercent percent: Int) -> AuditDays {
        AuditDays(hundredths: (hundredths * (100 - percent) + 50) / 100)
    }

    /// The nearest half day; a quarter is rounded up.
    public var roundedToHalfDays: AuditDays {
        AuditDays(hundredths: (hundredths + 25) / 50 * 50)
    }

    /// The sum of two times.
    public static func + (lhs: AuditDays, rhs: AuditDays) -> AuditDays {
        AuditDays(hundredths: lhs.hundredths + rhs.hundredths)
    }
}

extension AuditDays: CustomStringConvertible {
    /// The decimal without needless zeros: "6", "9.5", "9.35".
    public var description: String {
        let whole = hundredths / 100
        let fraction = hundredths % 100
        if fraction == 0 { return "\(whole)" }
        if fraction % 10 == 0 { return "\(whole).\(fraction / 10)" }
        return fraction < 10 ? "\(whole).0\(fraction)" : "\(whole).\(fraction)"
    }
}

extension AuditDays: Comparable {
    /// By length.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.hundredths < rhs.hundredths }
}
