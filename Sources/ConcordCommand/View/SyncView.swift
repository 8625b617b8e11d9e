import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient

/// What a sync brought, and what of it somebody should know.
struct SyncView: View {
    /// A save of the member's that turned out to have no effect.
    struct Uncounted {
        let save: VoidSave
        let deeds: String
        let why: String
    }

    let summary: SyncSummary
    /// What became of the files of evidence; nil if they were left out.
    let files: SyncedFiles?
    /// How many conflicts are open.
    let conflicts: Int
    let replica: Replica
    /// The new address of the server, if it has moved.
    let moved: SyncServer?
    /// What others did that came with it; nil if nobody did anything.
    let news: NewsView?
    let uncounted: [Uncounted]

    /// How many saves that came to count for nothing are told by what they did.
    private static let namedMax = 5

    var json: JSON {
        var object: JSONObject = [
            "sent": .integer(Int64(summary.pushed)),
            "received": .integer(Int64(summary.received)),
            "logSize": .integer(Int64(summary.size)),
            "rounds": .integer(Int64(summary.rounds)),
            "restored": .integer(Int64(summary.restored)),
            "keyChange": summary.keyChange.map { KeyChangeView(change: $0).json } ?? .null,
            "parted": .array(
                summary.parted.map {
                    [
                        "held": .integer(Int64($0.position)),
                        "common": .integer(Int64($0.common)),
                        "logSize": .integer(Int64($0.size)),
                    ]
                }
            ),
            "reread": .array(summary.reread.map { .string($0.description) }),
            "conflicts": .integer(Int64(conflicts)),
            "news": news?.json ?? ["people": [], "returned": []],
            "uncounted": .array(
                uncounted.map {
                    [
                        "diff": .string($0.save.diff.base64url), "deeds": .string($0.deeds),
                        "reason": .string($0.save.reason.rawValue),
                    ]
                }
            ),
            "refused": .array(
                summary.refused.map {
                    [
                        "diff": .string($0.id.base64url), "code": .string($0.code),
                        "message": .string($0.detail),
                    ]
                }
            ),
        ]
        object["files"] = files?.json
        object["movedTo"] = moved.map { .string($0.address.description) }
        return .object(object)
    }

    var lines: [Shown] {
        get throws {
            var lines: [Shown] = [
                "Sent \(summary.pushed), received \(summary.received); "
                    + "the server's log has \(summary.size) diffs."
            ]
            if let moved {
                lines.append(
                    Shown("The server has moved: this engagement syncs with \(moved.address) now.")
                )
            }
            lines += files?.lines ?? []
            lines += accounts.map { Shown($0) }
            if let change = summary.keyChange { lines += KeyChangeView(change: change).lines }
            lines += news?.lines ?? []
            lines += try reread()
            lines += toldUncounted
            switch try replica.moment().people().membership.revocation(of: replica.author) {
            case .member: lines += Self.ended("Your membership has ended")
            case .device: lines += Self.ended("This device was revoked")
            case nil: break
            }
            if conflicts > 0 {
                lines.append(
                    Style.output.warning(Shown(Layout.count(conflicts, "conflict")))
                        + " open: see `concord conflicts`."
                )
            }
            return lines
        }
    }

    /// What is out of the ordinary: logs that had parted, a restored device, a narrow way.
    private var accounts: [String] {
        var lines = summary.parted.map(\.description)
        if summary.restored > 0 {
            lines.append(
                "This device was restored from a copy. It received"
                    + " \(Layout.count(summary.restored, "diff")) of its own from the server,"
                    + " and continues after " + (summary.restored == 1 ? "it." : "them.")
            )
        }
        if let bytes = summary.requestBytes {
            lines.append(
                "A proxy limits the size of requests, so this sync sent at most \(bytes) bytes at a"
                    + " time. Ask the server's operator to allow requests of up to"
                    + " \(SyncLimits.bodyBytes) bytes."
            )
        }
        return lines
    }

    private static func ended(_ what: String) -> [Shown] {
        [
            Style.output.warning(Shown(what))
                + "; edits that you save here have no effect. Ask your audit team leader."
        ]
    }

    /// The texts that read differently in the new order of the log.
    private func reread() throws -> [Shown] {
        let texts = summary.reread
        if texts.isEmpty { return [] }
        let view = try AuditView(replica)
        let count = Layout.count(texts.count, "text")
        return [
            Style.output.warning(
                Shown("\(count) \(texts.count == 1 ? "reads" : "read") differently now")
            ) + "; the log has another order. `concord blame` shows what each person typed:"
        ] + texts.flatMap { Layout.indented("\(view.subjects.place($0))", by: 2) }
    }

    /// What can be done about saves without effect.
    private var next: Shown {
        let admissible = uncounted.count { $0.save.canBeAdmitted }
        let it = uncounted.count == 1 ? "it" : "them"
        if admissible == 0 { return Shown("do \(it) again") }
        let which = admissible == uncounted.count ? it : "\(admissible) of them"
        return Shown("an audit team leader can admit \(which)")
    }

    private var toldUncounted: [Shown] {
        if uncounted.isEmpty { return [] }
        var lines: [Shown] = [
            Style.output.warning(
                Shown(
                    "\(uncounted.count) of your saves "
                        + (uncounted.count == 1 ? "has" : "have") + " no effect"
                )
            )
                + "; \(next): see `concord inbox`."
        ]
        for save in uncounted.prefix(Self.namedMax) {
            lines += Layout.indented("You \(save.deeds): \(save.why).", by: 2)
        }
        let left = uncounted.count - Self.namedMax
        return left > 0 ? lines + ["  and \(left) more"] : lines
    }
}
