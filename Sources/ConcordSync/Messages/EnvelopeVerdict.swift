public import ConcordDiff
public import ConcordEncoding

/// The server's verdict on one posted envelope.
///
/// Wire form: `Protocol/sync.md`, "Verdicts".
public enum EnvelopeVerdict: Hashable, Sendable {
    /// It is in the log now, durably, at this position.
    case accepted(position: Int)
    /// It was in the log already, at this position.
    case known(position: Int)
    /// It had seen diffs that are not in the log; these are some of them.
    case missing([DiffID])
    /// It is not evidence and is refused. `Protocol/rejections.json` lists the code; a newer server
    /// may know codes that this program does not.
    case refused(code: WireText, detail: WireText)
}

extension EnvelopeVerdict {
    /// The position, if it was accepted.
    var accepted: Int? {
        if case .accepted(let position) = self { position } else { nil }
    }

    /// The line on the wire.
    ///
    /// - Parameter last: where the diff was put that was accepted last before this one: the next place need not be said.
    func wireObject(after last: Int?) -> JSONObject {
        switch self {
        case .accepted(let position):
            if let last, position == last + 1 { return ["verdict": "accepted"] }
            return ["position": .integer(Int64(position)), "verdict": "accepted"]
        case .known(let position):
            return ["position": .integer(Int64(position)), "verdict": "known"]
        case .missing(let ids):
            precondition(
                1...SyncLimits.missing ~= ids.count,
                "a verdict names 1 to 8 missing diffs"
            )
            return ["missing": .array(ids.map { .string($0.base64url) }), "verdict": "missing"]
        case .refused(let code, let detail):
            return ["code": .string(code), "detail": .string(detail), "verdict": "refused"]
        }
    }

    /// Reads the next line.
    ///
    /// - Parameter last: where the diff was put that was accepted last before this one.
    init(_ reader: inout LineReader, after last: Int?) throws(MessageError) {
        let object = try reader.nextObject(or: .malformedVerdict)
        guard let verdict = Self(object, after: last) else { throw reader.error(.malformedVerdict) }
        self = verdict
    }

    private init?(_ object: JSONObject, after last: Int?) {
        switch object["verdict"]?.stringValue {
        case "accepted":
            if object.count == 1, let last {
                self = .accepted(position: last + 1)
                return
            }
            guard object.count == 2, let position = object.count("position") else { return nil }
            self = .accepted(position: position)
        case "known":
            guard object.count == 2, let position = object.count("position") else { return nil }
            self = .known(position: position)
        case "missing":
            guard object.count == 2, let values = object["missing"]?.arrayValue,
                1...SyncLimits.missing ~= values.count
            else { return nil }
            let ids = values.compactMap { $0.stringValue.flatMap(DiffID.init(base64url:)) }
            guard ids.count == values.count else { return nil }
            self = .missing(ids)
        case "refused":
            guard object.count == 3, let code = object["code"]?.stringValue,
                let detail = object["detail"]?.stringValue,
                detail.utf8.count <= SyncLimits.detailBytes
            else { return nil }
            self = .refused(code: code, detail: detail)
        default:
            return nil
        }
    }
}
