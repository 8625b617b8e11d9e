package import ConcordDiff
package import ConcordEncoding
package import ConcordMerge
import ConcordText

extension ReplicaReader {
    private static let batch = 4_096

    /// A record as it is shown now; nil if nobody ever named it.
    package func record(kind: WireText, id: WireText) throws -> RecordPicture? {
        let fold = try fold()
        return try fold.pictures.picture(kind: kind, id: id)
    }

    /// A record as it was shown at a point of its history; nil if nobody had named it by then.
    ///
    /// The part of the log that the point includes is folded again in memory. Verdicts are those of the
    /// log's order as it is known now: what was pending then and has its place since is judged there.
    ///
    /// - Parameter progress: called from time to time with the number of folded diffs.
    package func record(
        kind: WireText,
        id: WireText,
        at point: HistoryPoint,
        progress: (Int) -> Void = { _ in }
    ) throws -> RecordPicture? {
        let fold = Fold(verifier: verifier)
        let isIncluded = try inclusion(of: point)
        var count = 0
        try eachIncluded("position IS NOT NULL ORDER BY position", isIncluded) { diffs in
            if let refused = try fold.order.takeIn(log: diffs.map { .new($0) }) {
                throw DamagedRow("diff (\(refused.error))")
            }
            count += diffs.count
            progress(count)
        }
        try eachIncluded("position IS NULL ORDER BY depth, id", isIncluded) { diffs in
            for diff in diffs {
                guard case .taken = try fold.order.takeIn(pending: diff) else {
                    throw DamagedRow("pending diff")
                }
            }
            count += diffs.count
            progress(count)
        }
        return try fold.pictures.picture(kind: kind, id: id)
    }

    /// Whether a diff belongs to what a point includes, by its place and its position.
    private func inclusion(of point: HistoryPoint) throws -> (BranchSeq, Int?) -> Bool {
        switch point {
        case .position(let last): return { _, position in position.map { $0 <= last } ?? false }
        case .diff(let id):
            let fold = try fold()
            guard let number = try fold.number(of: id) else { throw DamagedRow("diff") }
            let entry = try fold.entry(number)
            var seen = entry.seen
            seen.insert(entry.at)
            return { place, _ in seen.contains(place) }
        }
    }

    /// Reads the included diffs in their order, some at a time.
    private func eachIncluded(
        _ filter: String,
        _ isIncluded: (BranchSeq, Int?) -> Bool,
        _ body: ([VerifiedDiff]) throws -> Void
    ) throws {
        let query = try statements(
            "SELECT branch, seq, position, envelope, proof FROM diff WHERE \(filter)"
        )
        defer { query.reset() }
        var diffs: [VerifiedDiff] = []
        while try query.next() {
            let place = BranchSeq(branch: query.int(0), seq: query.int(1))
            guard isIncluded(place, query.optionalInt(2)) else { continue }
            diffs.append(try VerifiedDiff(stored: query.bytes(3), proof: query.int(4)))
            if diffs.count == Self.batch {
                try body(diffs)
                diffs.removeAll(keepingCapacity: true)
            }
        }
        if !diffs.isEmpty { try body(diffs) }
    }

    // MARK: Naming points.

    /// The diff at a position of the server's log, nil if it does not reach so far.
    package func diff(atPosition position: Int) throws -> DiffID? {
        let query = try statements("SELECT id FROM diff WHERE position = ?1")
        query.bind(position, at: 1)
        return try query.first { try $0.digest(0) }
    }

    /// The diffs that a name can mean: an identity or its beginning; a reference `seq@author`, whose
    /// author may be cut short.
    package func diffs(named name: String) throws -> [DiffSummary] {
        if let at = name.firstIndex(of: "@"), let seq = Int(name[..<at]) {
            let prefix = String(name[name.index(after: at)...])
            let authors = try statements(
                "SELECT DISTINCT author FROM branch WHERE substr(author, 1, length(?1)) = ?1"
            )
            authors.bind(prefix, at: 1)
            let found = try authors.rows { $0.string(0) }.compactMap { Author($0) }
            return try found.flatMap { try diffs(WriteReference(seq: seq, author: $0)) }
        }
        if let id = DiffID(base64url: name) { return try diff(id).map { [$0] } ?? [] }
        let ids = try statements("SELECT id FROM diff").rows { try $0.digest(0) }
        return try ids.filter { $0.base64url.hasPrefix(name) }.compactMap { try diff($0) }
    }
}
