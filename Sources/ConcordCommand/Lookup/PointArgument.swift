import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge

/// A point of history as people name it: a diff, or a position in the server's log.
struct PointArgument {
    let point: HistoryPoint
    /// The diff; nil for a position.
    let diff: DiffSummary?

    /// Reads `12@Jb0xPqLr`, the beginning of an identity, or a position.
    init(_ name: String, _ replica: Replica) throws {
        let text = DiffName.plain(name)
        if let position = Int(text), text.count < 10 {
            let size = try replica.status().log
            guard position >= 0, position < size else {
                throw CommandFailure(
                    .notFound,
                    "the log on this device has no position \(position)",
                    next: size == 0
                        ? "The server's log is empty so far; name a diff as `concord log` shows it."
                        : "Its positions are 0 to \(size - 1)."
                )
            }
            point = .position(position)
            diff = nil
            return
        }
        let found = text.count < 3 ? [] : try replica.diffs(named: text)
        guard let only = found.first, found.count == 1 else {
            throw CommandFailure(
                found.isEmpty ? .notFound : .ambiguous,
                found.isEmpty
                    ? "there is no diff '\(text)' on this device"
                    : "'\(text)' may be any of \(found.count) diffs",
                next: found.isEmpty
                    ? "`concord log` lists them; you can also give a position in the log."
                    : "Give more of it: "
                        + found.prefix(4).map(\.id.base64url)
                        .joined(separator: ", ") + "."
            )
        }
        point = .diff(only.id)
        diff = only
    }
}

extension PointArgument {
    /// The diff that a name means, also by its position in the log.
    static func diff(_ text: String, _ replica: Replica) throws -> DiffID {
        let point = try PointArgument(text, replica)
        if let diff = point.diff { return diff.id }
        guard case .position(let position) = point.point else {
            preconditionFailure("a point is a diff or a position")
        }
        return try replica.diff(atPosition: position)
    }
}

extension WriteReference {
    /// As people read and type it: `12@Jb0xPqLr`.
    var short: String { "\(seq)@\(author.description.prefix(8))" }
}
