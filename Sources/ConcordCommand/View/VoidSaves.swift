import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// What is said of saves without effect.
struct VoidView {
    let view: AuditView

    /// Why something of an author's has no effect, as the end of "It has no effect: …".
    ///
    /// Somebody who lost a device goes on with another one: then it is the device's standing that ended.
    func why(_ reason: VoidReason, by author: Author) -> String {
        if reason == .revoked, view.membership.revocation(of: author) == .device {
            return "the device had been revoked before it reached the server"
        }
        return VoidWords.of(reason, role: view.person(of: author)?.role)
    }

    /// How many writes of each save have no effect, without those that a leader has declined.
    func undecidedVoids() -> [DiffID: Int] {
        Dictionary(
            view.voidSaves.filter { $0.declined == nil }.map { ($0.diff, $0.writes.count) }
        ) { first, _ in first }
    }

    /// What a save without effect would have done.
    func deeds(of save: VoidSave) throws -> String {
        let operations = try view.replica.diff(save.diff)?.body.operations ?? []
        return DeedsView(view: view, operations: save.concerned(operations)).summary
    }

    /// Who declined a save.
    func name(of declined: VoidSave.Declined) throws -> WireText {
        let cells = try view.replica.blame(kind: Schema.declined.name, id: declined.record)
        let write = cells.first { $0.path.field == nil }?.write
        return write.flatMap { view.person(of: $0.write.author)?.name } ?? "somebody"
    }
}

/// A save without effect.
struct VoidSaveView: View {
    let save: VoidSave
    let view: AuditView
    private let by: Signature
    private let deeds: String

    init(_ save: VoidSave, in view: AuditView) throws {
        self.save = save
        self.view = view
        let diff = try view.replica.diff(save.diff)
        by = view.index.signature(of: diff, by: save.author)
        let operations = save.concerned(diff?.body.operations ?? [])
        deeds = DeedsView(view: view, operations: operations).summary
    }

    var lines: [Shown] {
        get throws {
            var lines = Layout.indented("\(save.write.short)  \(by.name), \(by.moment)", by: 0)
            lines[0] = Style.output.strong(lines[0])
            lines += Layout.indented("\(by.name) \(deeds).", by: 2)
            let why = view.voidView.why(save.reason, by: save.author)
            lines += Layout.indented("It has no effect: \(why).", by: 2)
            if let declined = save.declined {
                let name = try view.voidView.name(of: declined)
                let reason = declined.reason.map { ": \($0)" } ?? ""
                lines += Layout.indented("\(name) declined it\(reason).", by: 2)
            } else if !save.canBeAdmitted {
                lines += Layout.indented(
                    "It cannot be admitted. Someone with the right to it has to do it again.",
                    by: 2
                )
            }
            return lines
        }
    }

    var json: JSON {
        get throws {
            var object: JSONObject = [
                "diff": .string(save.diff.base64url), "write": .string(save.write.description),
                "name": .string(by.name), "member": .string(by.member),
                "time": .string(by.time), "deeds": .string(deeds),
                "reason": .string(save.reason.rawValue), "admissible": .bool(save.canBeAdmitted),
                "declined": .bool(save.declined != nil),
            ]
            object["declinedBy"] = try save.declined.map {
                .string(try view.voidView.name(of: $0))
            }
            object["declinedBecause"] = save.declined?.reason.map { .string($0) }
            return .object(object)
        }
    }

    /// Each write of it as JSON.
    var writes: [JSON] {
        save.writes.map { void in
            [
                "diff": .string(void.diff.base64url), "write": .string(void.write.description),
                "path": .string(void.path.description), "reason": .string(void.reason.rawValue),
                "name": .string(by.name), "time": .string(void.time),
            ]
        }
    }
}

/// Saves without effect, and in JSON their writes beside them.
struct VoidListView: View {
    let saves: Several<VoidSaveView>

    init(_ saves: [VoidSave], in view: AuditView) throws {
        self.saves = Several(
            name: "saves",
            items: try saves.map { try VoidSaveView($0, in: view) },
            none: "There are no edits without effect."
        )
    }

    var lines: [Shown] { get throws { try saves.lines } }

    var json: JSON {
        get throws {
            var object = try saves.json.objectValue ?? [:]
            object["void"] = .array(saves.items.flatMap(\.writes))
            return .object(object)
        }
    }
}
