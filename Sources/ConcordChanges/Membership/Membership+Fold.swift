package import ConcordEncoding
import ConcordModel

extension Membership {
    /// Takes in the next diff of the log, as far as membership goes, and answers for each of its
    /// operations on a control record why it is void, or nil where it has effect or is no control
    /// operation.
    ///
    /// - Parameters:
    ///   - isFork: whether the diff stands on the second branch of its author's chain.
    ///   - overUnseen: the indices of the operations that name what their author had not seen.
    @discardableResult
    public mutating func receive(
        _ diff: UnverifiedDiff,
        isFork: Bool = false,
        overUnseen: Set<Int> = [],
        verifier: some SignatureVerifier
    ) -> [VoidReason?] {
        if diff.head.engagement == nil, engagement == nil {
            found(diff.id)
            return diff.body.operations.map { operation in
                apply(operation)
                return nil
            }
        }
        let joins = join(diff, isFork: isFork, verifier: verifier)
        return diff.body.operations.enumerated().map { index, operation in
            guard let kind = Schema.kind(operation.path.kind), kind.isControl else { return nil }
            if overUnseen.contains(index) { return .overUnseen }
            if !operation.isWellFormed(in: diff.body) { return .malformedValue }
            switch verdict(
                on: operation,
                of: kind,
                by: diff.head.author,
                isFork: isFork,
                joins: joins
            )
            {
            case nil:
                apply(operation)
                return nil
            case let reason:
                return reason
            }
        }
    }

    /// How the diff joins its author, noting the device where its proof holds.
    private mutating func join(
        _ diff: UnverifiedDiff,
        isFork: Bool,
        verifier: some SignatureVerifier
    ) -> Join? {
        guard !isFork, devices[diff.head.author] == nil, let join = Join(diff),
            isProven(join, by: diff.head.author, verifier: verifier)
        else { return nil }
        var isSurplus = false
        if let id = join.invitation {
            guard var invitation = invitations[id] else { return nil }
            isSurplus = invitation.isWithdrawn || invitation.used >= invitation.uses
            if !isSurplus { invitation.used += 1 }
            invitations[id] = invitation
            if !isSurplus, members[join.member] == nil {
                members[join.member] = Member(
                    role: invitation.role,
                    inTraining: invitation.inTraining,
                    isRevoked: false
                )
            } else {
                // An invitation makes a new member; it does not hand over somebody else's.
                isSurplus = true
            }
        }
        devices[diff.head.author] = Device(
            member: join.member,
            isRevoked: false,
            isSurplus: isSurplus
        )
        return join
    }

    /// Why a control operation is void, or nil.
    private func verdict(
        on operation: Operation,
        of kind: RecordKind,
        by author: Author,
        isFork: Bool,
        joins: Join?
    ) -> VoidReason? {
        guard let device = devices[author] else { return .notMember }
        if device.isSurplus { return .surplus }
        if isFork { return .fork }
        guard let member = members[device.member], !device.isRevoked, !member.isRevoked else {
            return .revoked
        }
        if isOwnJoin(operation, kind: kind, author: author, joins: joins) { return nil }
        if isOwnName(operation, kind: kind, author: author, member: device.member) { return nil }
        let activity: Activity = kind.addActivity == .join ? .editTeam : kind.addActivity
        guard Rights.right(of: member.role, to: activity) == .yes else { return .noRight }
        guard let name = operation.path.field else {
            if case .remove = operation.action {
                let right = Rights.right(of: member.role, to: kind.removeActivity)
                if right != .yes { return .noRight }
            }
            // A leader makes invitations and gives orders; members and devices make themselves.
            return kind.addActivity == .join ? .noRight : nil
        }
        guard let field = kind.field(name) else { return nil }
        return field.rule == .control || field.activity != .join ? nil : .noRight
    }

    /// Whether the operation is the member's or device's record of the author who joins with it, and
    /// claims no more than the invitation gives.
    private func isOwnJoin(
        _ operation: Operation,
        kind: RecordKind,
        author: Author,
        joins: Join?
    ) -> Bool {
        guard let joins, operation.path.field == nil,
            case .add(.object(let fields)) = operation.action
        else { return false }
        if kind.name == Schema.device.name { return operation.path.record == author.text }
        guard kind.name == Schema.member.name, operation.path.record == joins.member,
            let member = members[joins.member]
        else { return false }
        let role = fields["role"]?.stringValue ?? WireText(member.role.rawValue)
        let training = fields["inTraining"]?.strings ?? []
        return role == WireText(member.role.rawValue) && training == member.inTraining
            && fields["status"] == nil
    }

    /// Whether the operation renames its own author's member or device.
    private func isOwnName(
        _ operation: Operation,
        kind: RecordKind,
        author: Author,
        member: WireText
    ) -> Bool {
        guard operation.path.field == "name" else { return false }
        return kind.name == Schema.member.name
            ? operation.path.record == member : operation.path.record == author.text
    }

    /// Carries out a control operation that has effect.
    private mutating func apply(_ operation: Operation) {
        let id = operation.path.record
        switch (operation.path.kind, operation.path.field, operation.action) {
        case ("member", nil, .add(.object(let fields))): addMember(id, fields)
        case ("device", nil, .add(.object(let fields))): addDevice(id, fields)
        case ("invitation", nil, .add(.object(let fields))): addInvitation(id, fields)
        case ("member", "role", .add(let value)):
            if let role = value.stringValue.flatMap(Role.init) { members[id]?.role = role }
        case ("member", "inTraining", .add(let value)):
            members[id]?.inTraining = value.strings ?? []
        case ("member", "status", .add(let value)):
            members[id]?.isRevoked = value.stringValue == "revoked"
        case ("device", "status", .add(let value)):
            if let author = Author(id) {
                devices[author]?.isRevoked = value.stringValue == "revoked"
            }
        case ("invitation", "status", .add(let value)):
            invitations[id]?.isWithdrawn = value.stringValue == "withdrawn"
        default: break
        }
    }

    private mutating func addMember(_ id: WireText, _ fields: JSONObject) {
        guard members[id] == nil, let role = fields["role"]?.stringValue.flatMap(Role.init) else {
            return
        }
        members[id] = Member(
            role: role,
            inTraining: fields["inTraining"]?.strings ?? [],
            isRevoked: false
        )
    }

    private mutating func addDevice(_ id: WireText, _ fields: JSONObject) {
        guard let author = Author(id), devices[author] == nil,
            let member = fields["member"]?.stringValue
        else { return }
        devices[author] = Device(member: member, isRevoked: false, isSurplus: false)
    }

    private mutating func addInvitation(_ id: WireText, _ fields: JSONObject) {
        guard invitations[id] == nil, let role = fields["role"]?.stringValue.flatMap(Role.init),
            let key = fields["key"]?.stringValue.flatMap(Base64URL.decode), key.count == 32
        else { return }
        invitations[id] = Invitation(
            key: key,
            role: role,
            inTraining: fields["inTraining"]?.strings ?? [],
            uses: Int(fields["uses"]?.integerValue ?? 1),
            used: 0,
            expires: fields["expires"]?.stringValue.flatMap { Timestamp($0) },
            isWithdrawn: false
        )
    }
}

extension JSON {
    /// The strings of an array of strings, or nil.
    package var strings: [WireText]? {
        arrayValue.map { $0.compactMap(\.stringValue) }
    }
}
