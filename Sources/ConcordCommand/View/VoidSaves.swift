import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// One save of which something has no effect.
struct VoidSave {
    let diff: DiffID
    let write: WriteReference
    /// What of it has no effect.
    let writes: [VoidWrite]
    /// Who signed it.
    let by: Signature
    let role: Role?
    /// Why the first write of it has no effect, in words.
    let why: String
    /// What it would have done.
    let deeds: String
    /// Why a leader has declined it; nil where nobody has.
    let declined: Declined?

    /// That a leader has looked at it and leaves it without effect.
    struct Declined {
        /// The record that says so.
        let record: WireText
        let reason: WireText?
    }

    /// The first reason: one save mostly fails for one.
    var reason: VoidReason { writes[0].reason }

    /// Whether a leader can give it effect.
    var canBeAdmitted: Bool { writes.contains { $0.reason.canBeAdmitted(at: $0.path) } }

    /// `12@Jb0xPqLr`.
    var name: String { write.short }
}

/// Saves without effect.
struct VoidView {
    let view: AuditView

    /// The kind of record by which a leader says that a save stays without effect;
    /// `docs/decisions/0025-declining-edits-without-effect.md`.
    static let declinedKind = Schema.declined.name

    /// Why something of an author's has no effect, as the end of "It has no effect: …".
    ///
    /// Somebody who lost a device goes on with another one: then it is the device's standing that ended.
    func why(_ reason: VoidReason, by author: Author) -> String {
        if reason == .revoked, view.membership.revocation(of: author) == .device {
            return "the device had been revoked before it reached the server"
        }
        return VoidWords.of(reason, role: view.person(of: author)?.role)
    }

    /// What has no effect, by save, in the order of the log.
    func voidSaves() throws -> [VoidSave] {
        var order: [DiffID] = []
        var writes: [DiffID: [VoidWrite]] = [:]
        for void in view.voids {
            if writes[void.diff] == nil { order.append(void.diff) }
            writes[void.diff, default: []].append(void)
        }
        let declined = declinedSaves()
        return try order.compactMap { id in
            guard let writes = writes[id], let first = writes.first else { return nil }
            let places = Set(writes.map { CellPath(kind: $0.path.kind, record: $0.path.record) })
            let diff = try view.replica.diff(id)
            let operations = diff?.body.operations ?? []
            let concerned = operations.filter {
                places.contains(CellPath(kind: $0.path.kind, record: $0.path.record))
            }
            return VoidSave(
                diff: id,
                write: first.write,
                writes: writes,
                by: view.index.signature(of: diff, by: first.write.author),
                role: view.person(of: first.write.author)?.role,
                why: why(first.reason, by: first.write.author),
                deeds: Deeds(view: view, operations: concerned).summary,
                declined: declined[id.text]
            )
        }
    }

    /// How many writes of each save have no effect, without those that a leader has declined.
    func undecidedVoids() -> [DiffID: Int] {
        let declined = declinedSaves()
        return view.voids.reduce(into: [:]) { $0[$1.diff, default: 0] += 1 }
            .filter { declined[$0.key.text] == nil }
    }

    /// The saves that a leader has declined, by identity: only a leader writes such a record with effect.
    func declinedSaves() -> [WireText: VoidSave.Declined] {
        var found: [WireText: VoidSave.Declined] = [:]
        for (id, fields) in view.listed(Self.declinedKind) {
            guard let diff = fields[DeclinedField.diff]?.stringValue else { continue }
            found[diff] = VoidSave.Declined(
                record: id,
                reason: fields[DeclinedField.reason]?.stringValue
            )
        }
        return found
    }

    /// Who declined it.
    func name(of declined: VoidSave.Declined) throws -> WireText {
        let cells = try view.replica.blame(kind: Self.declinedKind, id: declined.record)
        let write = cells.first { $0.path.field == nil }?.write
        return write.flatMap { view.person(of: $0.write.author)?.name } ?? "somebody"
    }

    /// A save without effect, for people.
    func text(_ save: VoidSave) throws -> [Shown] {
        var lines = Layout.indented("\(save.name)  \(save.by.name), \(save.by.moment)", by: 0)
        lines[0] = Style.output.strong(lines[0])
        lines += Layout.indented("\(save.by.name) \(save.deeds).", by: 2)
        lines += Layout.indented("It has no effect: \(save.why).", by: 2)
        if let declined = save.declined {
            let reason = declined.reason.map { ": \($0)" } ?? ""
            lines += Layout.indented("\(try name(of: declined)) declined it\(reason).", by: 2)
        } else if !save.canBeAdmitted {
            lines += Layout.indented("It cannot be admitted; it has to be done again.", by: 2)
        }
        return lines
    }

    /// A save without effect as JSON; the shape is in `docs/concord.md`.
    func json(_ save: VoidSave) throws -> JSON {
        var object: JSONObject = [
            "diff": .string(save.diff.base64url), "write": .string(save.write.description),
            "name": .string(save.by.name), "member": .string(save.by.member),
            "time": .string(save.by.time), "deeds": .string(save.deeds),
            "reason": .string(save.reason.rawValue), "admissible": .bool(save.canBeAdmitted),
            "declined": .bool(save.declined != nil),
        ]
        object["declinedBy"] = try save.declined.map { .string(try name(of: $0)) }
        object["declinedBecause"] = save.declined?.reason.map { .string($0) }
        return .object(object)
    }
}
