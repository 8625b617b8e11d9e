import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// How safe things are, in words.
enum SafetyView {
    /// What a step means.
    static func words(_ safety: Safety) -> String {
        switch safety {
        case .onlyHere: "only on this device"
        case .sent: "sent, not confirmed by the server's signature yet"
        case .durable: "on the server, not seen by a second device yet"
        case .seen: "on the server, and seen by a second device"
        case .sealed: "sealed"
        }
    }

    /// How many saves are how safe, the least safe first.
    static func words(_ counts: [Safety: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.value) \(words($0.key))" }
            .joined(separator: "; ")
    }

    static func json(_ counts: [Safety: Int]) -> JSON {
        var object = JSONObject()
        for safety in Safety.allCases {
            object[WireText(safety.rawValue)] = .integer(Int64(counts[safety] ?? 0))
        }
        return .object(object)
    }
}

/// What no second device has, record by record.
struct UnsafeView: View {
    let records: [RecordSafety]
    let counts: [Safety: Int]
    let view: AuditView

    var json: JSON {
        [
            "safety": SafetyView.json(counts),
            "records": .array(
                records.map {
                    [
                        "kind": .string($0.record.kind), "id": .string($0.record.record),
                        "label": .string(WireText(label($0))),
                        "safety": .string(WireText($0.safety.rawValue)),
                        "saves": SafetyView.json($0.saves),
                    ]
                }
            ),
        ]
    }

    var lines: [Shown] {
        if records.isEmpty {
            return ["Everything is on the server, and a second device has seen it."]
        }
        var lines: [Shown] = []
        for safety in Safety.allCases {
            let part = records.filter { $0.safety == safety }
            if part.isEmpty { continue }
            if !lines.isEmpty { lines.append("") }
            lines.append(Style.output.strong(Shown(SafetyView.words(safety) + ":")))
            for record in part { lines += Layout.indented(Shown(label(record)), by: 2) }
        }
        return lines
    }

    private func label(_ record: RecordSafety) -> String {
        view.conflictView.describe(record.record).record
    }
}

/// Whether this device can be wiped.
struct WipeView: View {
    let check: WipeCheck

    var json: JSON {
        [
            "safe": .bool(check.isSafe),
            "reasons": .array(
                check.reasons.map {
                    [
                        "code": .string(WireText($0.code)),
                        "message": .string(WireText(Self.sentence($0))),
                    ]
                }
            ),
        ]
    }

    var lines: [Shown] {
        if check.isSafe {
            return [
                "Yes: the server has signed that it has everything that was saved on this device."
            ]
        }
        return [Style.output.warning("No, do not wipe this device:")]
            + check.reasons.flatMap { Layout.indented(Shown(Self.sentence($0)), by: 2) }
    }

    private static func sentence(_ reason: WipeCheck.Reason) -> String {
        switch reason {
        case .unsent(let saves):
            "\(Layout.count(saves, "save")) \(saves == 1 ? "is" : "are") only here: `concord sync`."
        case .unsigned(let saves):
            "\(Layout.count(saves, "save")) \(saves == 1 ? "was" : "were") sent, and the server has not signed that it "
                + "has \(saves == 1 ? "it" : "them"): `concord sync`."
        case .captures(let count):
            "\(Layout.count(count, "captured finding")) \(count == 1 ? "was" : "were") not raised yet."
        case .files(let count):
            "Of \(Layout.count(count, "evidence file")) on this device the server has not said within a day that it has"
                + " \(count == 1 ? "it" : "them"): run `concord sync`."
        case .contradiction:
            "The server contradicts what it had signed, so its word that it has everything is not enough: "
                + "`concord proof --contradiction` writes the evidence."
        case .unprovenServer:
            "Somebody answered the last sync who does not hold the key of the log, so nobody knows whether the server still"
                + " has everything: sync with the right server first."
        case .accessEnded:
            "The server serves this device nothing more: what is here cannot be had again."
        case .restoredCopy:
            "This file is an older copy of what this device has written: `concord sync` gets the rest."
        case .onlyLeader:
            "You lead alone, and have no other device: without this one nobody can lead, except with the recovery key."
        }
    }
}
