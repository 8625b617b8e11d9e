/// Writes figures as Prometheus reads them (its text format, version 0.0.4).
struct MetricsText {
    /// The type of a document.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// What a figure is: one that only grows, or one that goes up and down.
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private(set) var text = ""

    /// Writes one figure.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        head(name, kind, help)
        text += "concord_\(name) \(value)\n"
    }

    /// Writes a figure with several values, each told apart by labels.
    mutating func add(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ values: [(labels: [(String, String)], value: Int)]
    ) {
        head(name, kind, help)
        for (labels, value) in values { text += "concord_\(name)\(Self.braces(labels)) \(value)\n" }
    }

    /// Writes how long answers took, by route.
    mutating func add(_ name: String, _ help: String, _ times: [String: ServerMetrics.Times]) {
        head(name, .histogram, help)
        for (route, times) in times.sorted(by: { $0.key < $1.key }) {
            var sum = 0
            for (end, count) in zip(ServerMetrics.Times.ends, times.counts) {
                sum += count
                let labels = Self.braces([("route", route), ("le", "\(Double(end) / 1000)")])
                text += "concord_\(name)_bucket\(labels) \(sum)\n"
            }
            let all = times.counts.reduce(0, +)
            let labels = Self.braces([("route", route)])
            text +=
                "concord_\(name)_bucket\(Self.braces([("route", route), ("le", "+Inf")])) \(all)\n"
            text += "concord_\(name)_sum\(labels) \(times.milliseconds / 1000)\n"
            text += "concord_\(name)_count\(labels) \(all)\n"
        }
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP concord_\(name) \(help)\n# TYPE concord_\(name) \(kind.rawValue)\n"
    }

    private static func braces(_ labels: [(String, String)]) -> String {
        let parts = labels.map { name, value in
            let safe = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n")
            return "\(name)=\"\(safe)\""
        }
        return "{\(parts.joined(separator: ","))}"
    }
}
