import ConcordEncoding
import ConcordModel

@testable import ConcordDiff
@testable import ConcordMerge

/// All that people are shown of an engagement: what two replicas, or two folds, must agree on.
struct Picture: Equatable, CustomStringConvertible {
    /// What is shown at each place of the records that are present; at a record's own place `true`.
    var shown: [String: JSON] = [:]
    /// What is disputed there.
    var conflicts: [String: JSON] = [:]
    /// Every write without effect, with its reason: `"/finding/f1/unit 2@… no-right"`.
    var voids: Set<String> = []

    var description: String {
        let lines =
            shown.map { "\n    \($0.key) \($0.value)" }.sorted()
            + conflicts.map { "\n  ! \($0.value)" }.sorted() + voids.map { "\n  - \($0)" }.sorted()
        return lines.joined()
    }

    /// The value of a field, a set as an object, or a record as an object of its fields.
    subscript(_ path: String) -> JSON? {
        let place = "/" + path
        if path.split(separator: "/").count > 2, let value = shown[place] { return value }
        let parts = shown.filter { $0.key.hasPrefix(place + "/") }
        if parts.isEmpty { return shown[place] == nil ? nil : [:] }
        let names = Set(parts.keys.map { $0.dropFirst(place.count + 1).prefix { $0 != "/" } })
        var object: JSONObject = [:]
        for name in names { object[WireText(String(name))] = self["\(path)/\(name)"] }
        return .object(object)
    }

    /// The conflict over a place, if there is one.
    func conflict(_ path: String) -> JSON? { conflicts[path] }

    /// The candidates' values of the conflict over a place.
    func candidates(_ path: String) -> [JSON] {
        (conflict(path)?["candidates"]?.arrayValue ?? []).compactMap { $0["value"] }
    }

    /// Why something that a diff wrote is void.
    func void(_ path: String, _ diff: VerifiedDiff) -> String? {
        let start = "/\(path) \(diff.reference) "
        return voids.first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }

    /// What differs from another picture.
    func difference(from other: Picture) -> String {
        if self == other { return "" }
        let mine = Set(description.split(separator: "\n"))
        let theirs = Set(other.description.split(separator: "\n"))
        return mine.subtracting(theirs).sorted().map { "\n  shows \($0)" }.joined()
            + theirs.subtracting(mine).sorted().map { "\n  not   \($0)" }.joined()
    }
}

/// What one cell has a part in a picture with.
struct PictureLine {
    let path: String
    let shown: JSON?
    let conflict: JSON?
    let voids: [String]
}

extension Fold {
    /// What a cell has a part in the picture with.
    func line(of key: CellKey) throws -> (line: PictureLine, evaluation: Evaluation) {
        let evaluation = try evaluator.evaluate(key)
        let place = path(of: key, in: try record(key.record)).description
        var voids: [String] = []
        for write in try cell(key).writes {
            guard let reason = write.effect.voidReason else { continue }
            voids.append("\(place) \(try entry(write.diff).reference) \(reason.rawValue)")
        }
        let line = PictureLine(
            path: place,
            shown: evaluation.shown,
            conflict: evaluation.conflict?.json,
            voids: voids
        )
        return (line, evaluation)
    }

    /// What it shows, every cell evaluated again.
    func picture() throws -> Picture {
        var lines: [CellKey: PictureLine] = [:]
        for number in memory.records.keys {
            lines[.presence(of: number)] = try line(of: .presence(of: number)).line
            for key in try allCells(of: number) { lines[key] = try line(of: key).line }
        }
        return Picture(lines)
    }
}

extension Picture {
    /// What these cells show together.
    init(_ lines: [CellKey: PictureLine]) {
        for (key, line) in lines {
            voids.formUnion(line.voids)
            guard lines[.presence(of: key.record)]?.shown != nil else { continue }
            if let value = line.shown { shown[line.path] = value }
            if let conflict = line.conflict { conflicts[line.path] = conflict }
        }
    }
}
