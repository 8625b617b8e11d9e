import Concord
import ConcordChanges
import ConcordEncoding
import ConcordModel

/// One save of which something has no effect.
struct VoidSave {
    let diff: DiffID
    let write: WriteReference
    /// What of it has no effect.
    let writes: [Snapshot.VoidWrite]
    /// Who signed it.
    let by: Signature
    let role: Role?
    /// What it would have done.
    let deeds: String
    /// Why a leader has declined it; nil where nobody has.
    let declined: Declined?

    /// That a leader has looked at it and leaves it without effect.
    struct Declined {
        let name: WireText
        let reason: WireText?
    }

    /// The first reason: one save mostly fails for one.
    var reason: VoidReason { writes[0].reason }

    /// Whether a leader can give it effect.
    var canBeAdmitted: Bool { writes.contains { $0.reason.canBeAdmitted } }

    /// `12@Jb0xPqLr`.
    var name: String { write.short }
}

extension AuditView {
    /// The kind of record by which a leader says that a save stays without effect;
    /// `docs/decisions/0025-declining-what-does-not-count.md`.
    static let declinedKind: WireText = "declined"

    /// What has no effect, by save, in the order of the log.
    func voidSaves() throws -> [VoidSave] {
        var order: [DiffID] = []
        var writes: [DiffID: [Snapshot.VoidWrite]] = [:]
        for void in snapshot.voids {
            if writes[void.diff] == nil { order.append(void.diff) }
            writes[void.diff, default: []].append(void)
        }
        let declined = try declinedSaves()
        return try order.compactMap { id in
            guard let writes = writes[id], let first = writes.first else { return nil }
            let places = Set(writes.map { CellPath(kind: $0.path.kind, record: $0.path.record) })
            let operations = try replica.diff(first.write)?.body.operations ?? []
            let concerned = operations.filter {
                places.contains(CellPath(kind: $0.path.kind, record: $0.path.record))
            }
            return VoidSave(
                diff: id,
                write: first.write,
                writes: writes,
                by: try signature(of: first.write),
                role: snapshot.person(of: first.write.author)?.role,
                deeds: Deeds(view: self, operations: concerned).summary,
                declined: declined[id.text]
            )
        }
    }

    /// The saves that a leader has declined, by identity.
    ///
    /// The record is one of a kind that the rules do not know, which others may write too: it is
    /// heeded where the member who wrote it may admit.
    func declinedSaves() throws -> [WireText: VoidSave.Declined] {
        var found: [WireText: VoidSave.Declined] = [:]
        for (id, fields) in snapshot.state[Self.declinedKind]?.objectValue ?? [:] {
            let cells = try replica.blame(kind: Self.declinedKind, id: id)
            guard let diff = fields["diff"]?.stringValue,
                let write = cells.first(where: { $0.path.field == nil })?.write,
                let person = snapshot.person(of: write.write.author), let role = person.role,
                Rights.right(of: role, to: .admit) == .yes
            else { continue }
            found[diff] = VoidSave.Declined(
                name: person.name,
                reason: fields["reason"]?.stringValue
            )
        }
        return found
    }

    /// A save without effect, for people.
    func text(_ save: VoidSave) -> [Shown] {
        var lines = Layout.indented("\(save.name)  \(save.by.name), \(save.by.moment)", by: 0)
        lines[0] = Style.output.strong(lines[0])
        lines += Layout.indented("\(save.by.name) \(save.deeds).", by: 2)
        let why = VoidWords.of(save.reason, role: save.role)
        lines += Layout.indented("It does not count: \(why).", by: 2)
        if let declined = save.declined {
            let reason = declined.reason.map { ": \($0)" } ?? ""
            lines += Layout.indented("\(declined.name) has declined it\(reason).", by: 2)
        } else if !save.canBeAdmitted {
            lines += Layout.indented("It cannot be accepted as it is, only done again.", by: 2)
        }
        return lines
    }

    /// A save without effect as JSON; the shape is in `docs/concord.md`.
    func json(_ save: VoidSave) -> JSON {
        var object: JSONObject = [
            "diff": .string(save.diff.base64url), "write": .string(save.write.description),
            "name": .string(save.by.name), "member": .string(save.by.member),
            "time": .string(save.by.time), "deeds": .string(save.deeds),
            "reason": .string(save.reason.rawValue), "admissible": .bool(save.canBeAdmitted),
            "declined": .bool(save.declined != nil),
        ]
        object["declinedBy"] = save.declined.map { .string($0.name) }
        object["declinedBecause"] = save.declined?.reason.map { .string($0) }
        return .object(object)
    }
}
