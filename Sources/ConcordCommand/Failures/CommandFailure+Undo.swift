import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

extension CommandFailure {
    /// Why a save cannot be undone, and what to do instead.
    init(_ error: UndoError, _ view: AuditView) {
        let place = error.path.map { view.subjects.place($0) } ?? ""
        let (message, next) = Self.words(error, place)
        self.init(.undo(error.code), message, next: next)
    }

    private static func words(_ error: UndoError, _ place: String) -> (String, String) {
        let states = error.states
        switch error.code {
        case .nothing:
            return ("there is nothing left to undo", "`concord log` lists what was saved.")
        case .nothingUndone:
            return (
                "there is no undo to reverse",
                "`concord redo` works until you save something else."
            )
        case .control:
            return (
                "that save changed \(subject(error)), which cannot be undone once it is in the log",
                instead(of: error) + " `concord undo --save SAVE` undoes an earlier save."
            )
        case .noStepBack:
            let open = steps(from: states.first ?? "", kind: error.path?.kind ?? "")
            return (
                "\(place) is \(states.first ?? ""); no step leads back to \(states.last ?? "")",
                open.isEmpty
                    ? "No step leads on from that state."
                    : "From there it can become \(open.asChoice)."
            )
        case .reasonMissing:
            return (
                "going back from \(states.first ?? "") to \(states.last ?? "") needs a reason",
                "Give --reason WHY."
            )
        case .noRight:
            return (
                "your role does not allow you to undo this: \(place)",
                "Ask your audit team leader to change it."
            )
        case .resolvedConflict:
            return (
                "that save resolved a conflict, which cannot be undone: \(place)",
                "Edit the value instead to choose differently. `concord undo --save SAVE` undoes an "
                    + "earlier save."
            )
        case .mergeStands:
            return (
                "that save merged a finding, and that merge is in conflict: \(place)",
                "Resolve it first: `concord conflicts` lists it, with what was written at the same time."
            )
        case .sealed:
            return ("\(place) is sealed", "Ask your audit team leader.")
        }
    }

    private static func steps(from state: WireText, kind: WireText) -> [WireText] {
        guard case .state(let cycle) = Schema.kind(kind)?.field("state")?.rule else { return [] }
        return cycle.next(from: state)
    }

    private static func subject(_ error: UndoError) -> String {
        switch error.path?.kind {
        case Schema.member.name, Schema.device.name, Schema.invitation.name: "the team"
        case Schema.admission.name: "which edits have effect"
        default: "something that applies to the whole team"
        }
    }

    /// What to do instead of undoing a control operation.
    private static func instead(of error: UndoError) -> String {
        switch (error.path?.kind, error.path?.field) {
        case (Schema.member.name, MemberField.role.name):
            "Restore the previous role with `concord member role`."
        case (Schema.member.name, MemberField.status.name),
            (Schema.device.name, DeviceField.status.name):
            "Invite the person again."
        case (Schema.invitation.name, _): "Withdraw it with `concord invite withdraw`."
        case (Schema.member.name, _), (Schema.device.name, _):
            "A membership ends with `concord member revoke`."
        case (Schema.admission.name, _): "Change what was admitted, like any other value."
        case (Schema.seal.name, _):
            "A leader can reopen the engagement; this version has no command for that."
        case (Schema.reopening.name, _):
            "Only a new seal ends a reopening; this version has no command for that."
        default: "It cannot be undone."
        }
    }
}
