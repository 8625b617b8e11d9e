import ConcordEncoding

/// One line of the benchmark: what we take, what the same machine takes for the bare minimum in the
/// same run, their ratio and the limit it has to keep.
struct BenchResult {
    /// Which side of the target is good.
    enum Target {
        /// The ratio has to be at most this.
        case atMost(Double)
        /// The ratio has to be at least this.
        case atLeast(Double)
        /// Only to be known.
        case none
    }

    /// What is measured.
    let name: String
    /// Ours, in microseconds for one.
    let ours: Double
    /// What it is compared with.
    let baselineName: String
    /// The baseline, in microseconds for one.
    let baseline: Double
    /// Ours against the baseline, as the target counts it.
    let ratio: Double
    /// The limit.
    let target: Target

    /// Whether the limit is kept.
    var isMet: Bool {
        switch target {
        case .atMost(let limit): ratio <= limit
        case .atLeast(let limit): ratio >= limit
        case .none: true
        }
    }

    private var judgement: String {
        if case .none = target { return "" }
        return isMet ? "ok" : "MISSED"
    }

    private var targetText: String {
        switch target {
        case .atMost(let limit): "≤ \(limit)"
        case .atLeast(let limit): "≥ \(limit)"
        case .none: "-"
        }
    }

    /// The line of the table.
    var row: [String] {
        [
            name, Self.number(ours), Self.number(baseline), Self.number(ratio), targetText,
            judgement, baselineName,
        ]
    }

    /// The line of JSON; decimals are strings, since our JSON knows no floats.
    var json: JSON {
        [
            "baseline": .string(baselineName),
            "baselineMicroseconds": .string(Self.number(baseline)),
            "met": .bool(isMet), "microseconds": .string(Self.number(ours)), "name": .string(name),
            "ratio": .string(Self.number(ratio)), "target": .string(targetText),
        ]
    }

    /// `value` with two decimals; a hyphen for a run that did not finish.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let hundredths = Int((value * 100).rounded())
        let fraction = abs(hundredths % 100)
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    /// The results as a table with aligned columns.
    static func table(_ results: [BenchResult]) -> String {
        let header = ["what", "µs", "baseline µs", "ratio", "target", "", "against"]
        let rows = [header] + results.map(\.row)
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { text, width in
                text + String(repeating: " ", count: width - text.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

/// Measures by the steady clock.
enum Stopwatch {
    /// The shortest of several runs, in microseconds for one of `count`.
    static func best(of runs: Int, count: Int, _ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<runs {
            best = min(best, try ContinuousClock().measure(body).microseconds / Double(count))
        }
        return best
    }

    /// What one call takes, in microseconds.
    static func once(_ body: () throws -> Void) rethrows -> Double {
        try best(of: 1, count: 1, body)
    }
}

extension Duration {
    /// The same in microseconds.
    var microseconds: Double {
        Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
    }
}
