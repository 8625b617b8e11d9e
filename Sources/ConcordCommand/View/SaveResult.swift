import Concord
import ConcordChanges
import ConcordEncoding

extension EngagementOptions {
    /// Says what a save did, and ends with a refusal if part of it has no effect.
    ///
    /// What has no effect is kept all the same: it is signed and in the log, it is shown with its
    /// reason, and the leader can admit it.
    func report(
        _ receipt: SaveReceipt?,
        _ said: String,
        record: (kind: String, id: String, label: String)?
    ) throws {
        guard let receipt else {
            if json { return try Output.json(["changed": false]) }
            return try Output.lines(["Nothing to change: it is like that already."])
        }
        if json {
            var object: JSONObject = [
                "diff": .string(receipt.id.base64url),
                "write": .string(receipt.reference.description),
                "void": .array(
                    receipt.voided.map {
                        [
                            "path": .string($0.path.description),
                            "reason": .string($0.reason.rawValue),
                        ]
                    }
                ),
                "proposals": .array(receipt.proposals.map { .string($0.description) }),
            ]
            if let record {
                object["kind"] = .string(record.kind)
                object["id"] = .string(record.id)
                object["label"] = .string(record.label)
            }
            try Output.json(.object(object))
        } else {
            try Output.lines([said])
            for path in receipt.proposals {
                Output.note(
                    "Your \(path.field ?? "edit") is a proposal: the leader sees it beside the others."
                )
            }
        }
        guard let first = receipt.voided.first else { return }
        throw CommandFailure(
            .refused,
            first.reason.rawValue,
            "saved, but without effect (\(first.reason.rawValue)): \(first.path)",
            next: "It is kept in the log; the team leader can give it effect with `concord admit`."
        )
    }
}
