import Concord
import ConcordEncoding
import ConcordMerge
import ConcordModel

extension CommandFailure {
    /// Why a save cannot be taken back, and what to do instead.
    init(_ error: UndoError, _ view: AuditView) {
        let place = error.path.map { view.place($0) } ?? ""
        let status: ExitStatus = error.code == .reasonMissing ? .usage : .refused
        let (message, next) = Self.words(error, place)
        self.init(status, error.code.rawValue, message, next: next)
    }

    private static func words(_ error: UndoError, _ place: String) -> (String, String) {
        let states = error.states
        switch error.code {
        case .nothing:
            return ("you have no save left to take back", "`concord log` lists what was saved.")
        case .nothingUndone:
            return (
                "there is no undo to take back",
                "`concord redo` works until you save something else."
            )
        case .control:
            return (
                "your last save changed \(subject(error)), which counts from its place in the log",
                instead(of: error)
            )
        case .noStepBack:
            let open = steps(from: states.first ?? "", kind: error.path?.kind ?? "")
            return (
                "\(place) is \(states.first ?? ""); no step leads back to \(states.last ?? "")",
                open.isEmpty
                    ? "There is no step from there."
                    : "From there it can become \(open.joined(separator: " or "))."
            )
        case .reasonMissing:
            return (
                "going back from \(states.first ?? "") to \(states.last ?? "") takes a reason",
                "Give --reason WHY."
            )
        case .noRight:
            return (
                "your role does not allow what would take it back: \(place)",
                "Ask the team leader to change it."
            )
        case .settledConflict:
            return (
                "your last save settled a conflict, which is not taken back: \(place)",
                "To decide otherwise, change it like any other value: you are its author now."
            )
        case .mergeStands:
            return (
                "your last save merged a finding, and the merge waits for a decision: \(place)",
                "Settle it first: 'concord conflicts' lists it, with what was written at the same time."
            )
        case .sealed:
            return ("it is sealed: \(place)", "A team leader has to reopen the seal first.")
        }
    }

    private static func steps(from state: WireText, kind: WireText) -> [WireText] {
        guard case .state(let cycle) = Schema.kind(kind)?.field("state")?.rule else { return [] }
        return cycle.next(from: state)
    }

    private static func subject(_ error: UndoError) -> String {
        switch error.path?.kind {
        case "member", "device", "invitation": "the team"
        case "admission": "what has effect"
        default: "what counts for everybody"
        }
    }

    /// What to do instead of undoing a control operation.
    private static func instead(of error: UndoError) -> String {
        switch (error.path?.kind, error.path?.field) {
        case ("member", "role"): "Give the former role back with `concord member role`."
        case ("member", "status"), ("device", "status"): "Invite the person again."
        case ("invitation", _): "Make its code useless with `concord invite withdraw`."
        case ("member", _), ("device", _): "A membership ends with `concord member revoke`."
        case ("admission", _): "Change what was admitted, like any other value."
        case ("seal", _): "A leader can reopen it."
        case ("reopening", _): "Seal again."
        default: "It cannot be taken back."
        }
    }
}
