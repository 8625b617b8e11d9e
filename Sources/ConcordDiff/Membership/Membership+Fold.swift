package import ConcordEncoding
import ConcordModel

extension Membership {
    /// Applies the next diff of the log to the membership. The result gives, for each of its
    /// operations, the reason why it is void, or nil if it has effect or is not a control operation.
    ///
    /// - Parameter isFork: whether the diff is on the second branch of its author's chain.
    @discardableResult
    public mutating func receive(
        _ diff: UnverifiedDiff,
        isFork: Bool = false,
        verifier: some SignatureVerifier
    ) -> [VoidReason?] {
        if diff.head.engagement == nil, engagement == nil {
            found(diff.id)
            return diff.body.operations.map { operation in
                if !operation.isWellFormed(as: operation.field, in: diff.body) {
                    return .malformedValue
                }
                apply(operation)
                return nil
            }
        }
        let joins = join(diff, isFork: isFork, verifier: verifier)
        return diff.body.operations.map { operation in
            guard let kind = Schema.kind(operation.path.kind), kind.isControl else { return nil }
            if !operation.isWellFormed(as: operation.field, in: diff.body) {
                return .malformedValue
            }
            let reason = verdict(
                on: ControlOperation(operation, of: kind, by: diff.head.author, joins: joins),
                isFork: isFork
            )
            if reason == nil { apply(operation) }
            return reason
        }
    }

    /// How the diff joins its author, noting the device where its proof holds.
    private mutating func join(
        _ diff: UnverifiedDiff,
        isFork: Bool,
        verifier: some SignatureVerifier
    ) -> Join? {
        let author = diff.head.author
        guard !isFork, devices[author] == nil, let join = Join(diff),
            joinCheck(of: join, by: author)?.isValid(verifier) ?? false
        else { return nil }
        var device = Device(member: join.member, isRevoked: false, isSurplus: false)
        switch join.warrant {
        case .invitation(let id): device.isSurplus = !admit(join.member, on: id)
        case .sibling, .firstDevice:
            device.isSurplus = tally.devices[join.member, default: 0] >= Self.devicesMax
        }
        set(device, of: author)
        return join
    }

    /// Makes a new member by an invitation, and answers whether it still does so.
    private mutating func admit(_ member: WireText, on id: WireText) -> Bool {
        guard var invitation = invitations[id], !invitation.isWithdrawn,
            invitation.used < invitation.uses
        else { return false }
        invitation.used += 1
        set(invitation, as: id)
        // An invitation makes a new member; it does not hand over somebody else's.
        guard members[member] == nil else { return false }
        var new = Member(
            role: invitation.role,
            inTraining: invitation.inTraining,
            isRevoked: false
        )
        new.invitation = id
        set(new, as: member)
        return true
    }

    // MARK: Carrying out.

    /// Carries out a control operation that has effect.
    private mutating func apply(_ operation: Operation) {
        let id = operation.path.record
        switch (operation.path.kind, operation.path.field, operation.action) {
        case (Schema.member.name, nil, .add(.object(let fields))): addMember(id, fields)
        case (Schema.device.name, nil, .add(.object(let fields))): addDevice(id, fields)
        case (Schema.invitation.name, nil, .add(.object(let fields))): addInvitation(id, fields)
        // Of the first diff alone: this is no control record.
        case (Schema.engagement.name, nil, .add(.object(let fields))): addRecovery(fields)
        case (Schema.member.name, let field?, .add(let value)):
            setField(field, to: value, ofMember: id)
        case (Schema.device.name, DeviceField.status.name, .add(let value)):
            setStatus(value, ofDevice: id)
        case (Schema.invitation.name, InvitationField.status.name, .add(let value)):
            withdraw(id, value.stringValue == "withdrawn")
        default: break
        }
    }

    private mutating func setField(_ field: WireText, to value: JSON, ofMember id: WireText) {
        guard var member = members[id] else { return }
        switch field {
        case MemberField.role.name:
            member.role = value.stringValue.flatMap(Role.init) ?? member.role
        case MemberField.inTraining.name: member.inTraining = value.strings ?? []
        case MemberField.status.name:
            member.isRevoked = value.stringValue == "revoked"
            // Otherwise the revoked person joins again on a use that is left. The recovery key outlives who used it.
            if member.isRevoked, let invitation = member.invitation, invitation != Self.recovery {
                withdraw(invitation, true)
            }
        default: return
        }
        set(member, as: id)
    }

    private mutating func setStatus(_ value: JSON, ofDevice id: WireText) {
        guard let author = Author(id), var device = devices[author] else { return }
        device.isRevoked = value.stringValue == "revoked"
        set(device, of: author)
    }

    private mutating func addMember(_ id: WireText, _ fields: JSONObject) {
        guard members[id] == nil,
            let role = fields[MemberField.role]?.stringValue.flatMap(Role.init)
        else {
            return
        }
        let member = Member(
            role: role,
            inTraining: fields[MemberField.inTraining]?.strings ?? [],
            isRevoked: fields[MemberField.status] == "revoked"
        )
        set(member, as: id)
    }

    /// Adds a device of the engagement's first diff; one that joins is here already, and says here
    /// whether it is revoked from its beginning.
    private mutating func addDevice(_ id: WireText, _ fields: JSONObject) {
        guard let author = Author(id), let member = fields[DeviceField.member]?.stringValue,
            CellPath.isName(member)
        else { return }
        var device = devices[author] ?? Device(member: member, isRevoked: false, isSurplus: false)
        if let status = fields[DeviceField.status] { device.isRevoked = status == "revoked" }
        set(device, of: author)
    }

    private mutating func addInvitation(_ id: WireText, _ fields: JSONObject) {
        guard invitations[id] == nil else { return }
        set(Invitation(fields), as: id)
    }

    /// What the engagement's first diff says of the recovery key: it admits leaders, as an invitation does.
    private mutating func addRecovery(_ fields: JSONObject) {
        guard invitations[Self.recovery] == nil, let key = fields[EngagementField.recoveryKey]
        else { return }
        let invitation: JSONObject = [
            InvitationField.key.name: key, InvitationField.letter.name: "R",
            InvitationField.role.name: .string(Role.lead.rawValue),
            InvitationField.uses.name: .integer(JSON.greatestInteger),
        ]
        set(Invitation(invitation), as: Self.recovery)
    }

    private mutating func withdraw(_ id: WireText, _ isWithdrawn: Bool) {
        guard var invitation = invitations[id] else { return }
        invitation.isWithdrawn = isWithdrawn
        set(invitation, as: id)
    }
}

extension JSON {
    /// The strings of an array of strings, or nil.
    package var strings: [WireText]? {
        arrayValue.map { $0.compactMap(\.stringValue) }
    }
}
