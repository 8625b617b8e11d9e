import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// The decisions of a leader on saves without effect (`docs/decisions/0025-declining-edits-without-effect.md`).
///
/// The right to it is asked here: a save of somebody else's would be kept without effect beside what it is about.
public struct SaveDecisionActs: Sendable {
    /// The role of the member who decides.
    public let role: Role

    /// The decisions of a member with this role.
    public init(by role: Role) { self.role = role }

    /// Gives saves effect: each counts at its own place in the history.
    ///
    /// - Throws: `reasonMissing`, `noRightToAdmit`, `cannotBeAdmitted`.
    public func admit(_ saves: [VoidSave], reason: WireText?) throws(ActRefusal) -> Edit {
        var edit = try decision(.admission, reason)
        if let save = saves.first(where: { !$0.canBeAdmitted }) { throw .cannotBeAdmitted(save) }
        for save in saves { edit.admit(save.diff) }
        return edit
    }

    /// Leaves saves without effect: their authors read the reason, and they are not listed again.
    ///
    /// - Parameter newID: a new record id, for each save.
    /// - Throws: `reasonMissing`, `noRightToAdmit`.
    public func decline(
        _ saves: [VoidSave],
        reason: WireText?,
        newID: () -> WireText
    ) throws(ActRefusal) -> Edit {
        var edit = try decision(.declining, reason)
        for save in saves {
            var fields: JSONObject = [:]
            fields[DeclinedField.diff] = .string(save.diff.base64url)
            fields[DeclinedField.reason] = reason.map { .string($0) }
            edit.add(Schema.declined.name, id: newID(), fields: fields)
        }
        return edit
    }

    private func decision(
        _ act: ActRefusal.ReasonedAct,
        _ reason: WireText?
    ) throws(ActRefusal) -> Edit {
        guard let reason, !reason.isBlank else { throw .reasonMissing(act) }
        guard Rights.right(of: role, to: .admit) == .yes else { throw .noRightToAdmit }
        return Edit(reason: reason)
    }
}
