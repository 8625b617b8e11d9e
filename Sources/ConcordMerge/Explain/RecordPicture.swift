public import ConcordDiff
public import ConcordEncoding
import ConcordModel

/// A point of an engagement's history.
public enum HistoryPoint: Hashable, Sendable {
    /// What a person saw who had seen this diff and everything before it.
    case diff(DiffID)
    /// The state of the server's log up to this position, counted from 0.
    case position(Int)
}

/// A record as it was on somebody's screen.
public struct RecordPicture: Hashable, Sendable {
    /// The record.
    public let path: CellPath
    /// Whether it was shown.
    public let isPresent: Bool
    /// Its fields as the state document has them.
    public let fields: JSONObject
    /// Its conflicts.
    public let conflicts: [Conflict]
    /// The records that belonged to it and were shown.
    public let parts: [RecordPicture]
}

/// What records show as a whole, and what is open in them.
package struct Pictures: FoldPart {
    package let memory: FoldMemory

    /// What is shown of a record; nil if nobody ever named it.
    package func picture(kind: WireText, id: WireText) throws -> RecordPicture? {
        guard let record = try record(named: RecordName(kind: kind, id: id)) else { return nil }
        return try picture(of: record)
    }

    private func picture(of record: RecordEntry) throws -> RecordPicture {
        var fields = JSONObject()
        var sets: [WireText: JSONObject] = [:]
        var conflicts: [Conflict] = []
        let presence = CellKey.presence(of: record.number)
        let isPresent = try evaluator.evaluate(presence).shown != nil
        for key in try allCells(of: record.number).sorted(by: CellKey.isBefore) {
            let evaluation = try evaluator.evaluate(key)
            if let conflict = evaluation.conflict { conflicts.append(conflict) }
            guard !key.field.isEmpty, let shown = evaluation.shown else { continue }
            if key.member.isEmpty {
                fields[key.field] = shown
            } else {
                sets[key.field, default: [:]][key.member] = shown
            }
        }
        for (field, members) in sets { fields[field] = .object(members) }
        var parts: [RecordPicture] = []
        for number in try records(ownedBy: record.number) {
            let part = try picture(of: self.record(number))
            if part.isPresent { parts.append(part) }
        }
        return RecordPicture(
            path: path(of: presence, in: record),
            isPresent: isPresent,
            fields: fields,
            conflicts: isPresent ? conflicts : [],
            parts: parts.sorted { $0.path.record < $1.path.record }
        )
    }
}
