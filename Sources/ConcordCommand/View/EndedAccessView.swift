import Concord
import ConcordDiff
import ConcordEncoding

/// That the server serves this device nothing more, and which of its saves wait for a leader.
struct EndedAccessView: View {
    private let refusal: AccessRefusal?
    private let saves: [(diff: DiffID, deeds: String)]

    init(_ view: AuditView) throws {
        // What the log here says itself is told more exactly.
        let isKnown = view.membership.revocation(of: view.replica.author) != nil
        refusal = isKnown ? nil : try view.replica.endedAccess()
        let ids = refusal == nil ? [] : try view.replica.savesWithoutPlace()
        saves = try ids.map { id in
            let operations = try view.replica.diff(id)?.body.operations ?? []
            return (id, DeedsView(view: view, operations: operations).summary)
        }
    }

    /// In one line, for the status; nil while the server serves it.
    var line: Shown? {
        switch refusal {
        case nil: nil
        case .surplus:
            "the server serves this device nothing more: more devices joined than the invitation allowed"
        case .invitationEnded:
            "the server serves this device nothing: the invitation by which it joins has ended"
        case .revoked:
            "the server serves this device nothing more: your membership, or this device, was revoked"
        }
    }

    var json: JSON {
        guard let refusal else { return .null }
        return [
            "code": .string(WireText(refusal.rawValue)),
            "saves": .array(
                saves.map {
                    ["diff": .string($0.diff.base64url), "deeds": .string(WireText($0.deeds))]
                }
            ),
        ]
    }

    var lines: [Shown] {
        guard let line else { return [] }
        var lines = Layout.indented("At the last sync: \(line).", by: 0)
        if saves.isEmpty { return lines }
        lines += Layout.indented(
            "These saves have no effect unless a leader admits them:",
            by: 0
        )
        for save in saves { lines += Layout.indented("You \(save.deeds).", by: 2) }
        return lines
    }
}
