public import ConcordDiff
public import ConcordEncoding

/// An entry that a client holds; the client shows it to the server to find where their logs differ.
///
/// Wire form: `[position, "id"]`, `Protocol/sync.md`, "Logs that part".
public struct LogMark: Hashable, Sendable {
    /// How many entries the log has up to and with this one, so at least 1.
    public let position: Int
    /// The identity of that entry.
    public let id: DiffID

    /// The entry `id`, which is the last of the first `position` ones.
    public init(position: Int, id: DiffID) {
        self.position = position
        self.id = id
    }
}

extension LogMark {
    var wireValue: JSON { .array([.integer(Int64(position)), .string(id.base64url)]) }

    /// Reads the marks of a request: 1 to `SyncLimits.marks`, ascending, all before its last entry; nil
    /// if they are anything else.
    static func list(_ value: JSON, below position: Int) -> [LogMark]? {
        guard let values = value.arrayValue, 1...SyncLimits.marks ~= values.count else {
            return nil
        }
        var marks: [LogMark] = []
        var previous = 0
        for value in values {
            guard let pair = value.arrayValue, pair.count == 2,
                let place = pair[0].integerValue, place > previous, place < position,
                let id = pair[1].stringValue.flatMap(DiffID.init(base64url:))
            else { return nil }
            previous = Int(place)
            marks.append(LogMark(position: previous, id: id))
        }
        return marks
    }
}
