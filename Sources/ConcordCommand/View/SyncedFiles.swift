import Concord
import ConcordEncoding

/// What became of the files of evidence in a sync.
struct SyncedFiles {
    let summary: FileSyncSummary
    /// Why the files did not travel; nil if they did.
    let failure: CommandFailure?

    var json: JSON {
        var object: JSONObject = [
            "sent": .integer(Int64(summary.sent)), "received": .integer(Int64(summary.received)),
            "bytesSent": .integer(Int64(summary.bytesSent)),
            "bytesReceived": .integer(Int64(summary.bytesReceived)),
            "waiting": .array(
                summary.waiting.map {
                    [
                        "id": .string($0.id), "direction": $0.isSending ? "send" : "receive",
                        "bytes": .integer(Int64($0.file.size)),
                        "reason": .string(WireText($0.reason.rawValue)),
                    ]
                }
            ),
        ]
        if let failure {
            object["error"] = [
                "code": .string(WireText(failure.code.name)),
                "message": .string(WireText(failure.message)),
            ]
        }
        return .object(object)
    }

    var lines: [Shown] {
        var lines: [Shown] = []
        if summary.sent > 0 || summary.received > 0 {
            lines.append(
                Shown(
                    "Files: sent \(summary.sent) (\(ByteCount.words(summary.bytesSent))), "
                        + "received \(summary.received) (\(ByteCount.words(summary.bytesReceived)))."
                )
            )
        }
        let reasons = Dictionary(grouping: summary.waiting, by: \.reason)
        for (reason, files) in reasons.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            lines += Layout.indented(
                Shown("\(Layout.count(files.count, "file")) waiting: \(Self.words(reason))"),
                by: 0
            )
        }
        if let failure {
            lines += Layout.indented(
                Shown("The files wait for the next sync: \(failure.message)."),
                by: 0
            )
        }
        return lines
    }

    private static func words(_ reason: WaitingFile.Reason) -> String {
        switch reason {
        case .notOnServer: "the colleague who added it has not sent it yet."
        case .serverFull: "the server has no room for files. Tell its operator."
        case .diskFull: "this device's disk is full. Free some space and sync again."
        case .damagedHere:
            "the bytes here are not those that were signed: `concord evidence verify`."
        case .refused: "the server does not take it, or gives other bytes than were signed."
        case .noReceipt:
            "the server says that it has them and does not sign that. Tell its operator."
        case .cut: "the connection was lost. The next sync continues where it was."
        }
    }

    /// How far the files have come, for the line that a terminal shows.
    static func line(_ state: FileSyncProgress) -> String {
        let verb = state.isSending ? "Sending" : "Receiving"
        let bytes = ByteCount.words(state.bytesDone, of: state.bytes)
        return "\(verb) file \(state.done + 1) of \(state.files): \(bytes)"
    }
}
