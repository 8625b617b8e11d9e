import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordSync
import ConcordTesting

// People who meet: two or three members of the team have the same before them, each goes off and acts at one
// or two findings without hearing of the others, and then they sync. Nearly every rule about what two people
// do at the same time is about such an afternoon; work that is scattered over a whole audit hardly ever makes
// one. Nothing here knows the rules: each act is drawn from all that a person can do, and only the place is
// near to where the others are.

extension Simulation {
    /// An afternoon at one or two findings.
    func meet() throws {
        guard let engagement, let membership = server.membership(of: engagement) else { return }
        let able = devices.filter { device in
            guard canWrite(device), let member = membership.member(of: device.author) else {
                return false
            }
            return [.lead, .auditor, .inTraining].contains(member.role)
        }
        let team = several(2 + random.below(2), of: able)
        guard team.count > 1 else { return }
        for device in team + team { try syncAtOnce(device) }
        let ground = try meetingGround(of: team[0])
        for device in team {
            for _ in 0...random.below(2) { try actNear(ground, device) }
        }
        // Now and then somebody stays offline.
        let back = random.oneIn(4) ? Array(team.dropLast()) : team
        for device in back + back { try syncAtOnce(device) }
        try checkCells(of: back[0])
    }

    /// Some of the devices, in an order that is drawn.
    private func several(_ count: Int, of devices: [SimulatedDevice]) -> [SimulatedDevice] {
        var rest = devices
        var some: [SimulatedDevice] = []
        while some.count < count, !rest.isEmpty {
            some.append(rest.remove(at: random.below(rest.count)))
        }
        return some
    }

    /// One or two findings, mostly such as count or have something to do with each other.
    private func meetingGround(of device: SimulatedDevice) throws -> [WireText] {
        let audit = Audit(state: try device.store.read { try $0.document() })
        let findings = random.oneIn(5) ? audit.findings : audit.countedFindings
        guard !findings.isEmpty else { return [] }
        let first = random.pick(findings)
        let related = audit.findings.filter {
            $0.duplicateOf == first.id || first.duplicateOf == $0.id
        }
        let second = random.pick(!related.isEmpty && random.oneIn(2) ? related : findings)
        return [first.id, second.id]
    }

    /// One act by the function that commands call, at the findings of the meeting.
    private func actNear(_ ground: [WireText], _ device: SimulatedDevice) throws {
        let shown = try device.store.read { reader in
            (audit: Audit(state: try reader.document()), conflicts: try reader.conflicts())
        }
        if random.oneIn(9) { return try takeBack(device) }
        let acts = FindingActs(on: shown.audit, by: device.member)
        let findings = ground.compactMap { shown.audit.finding($0) }
        let near = shown.conflicts.filter { isNear($0.path, findings) }
        if !near.isEmpty, random.oneIn(3) {
            let conflict = random.pick(near)
            return try carryOut(device, shown.conflicts, decided: [conflict.path]) {
                try settle(conflict, acts)
            }
        }
        if findings.count < 2 || random.oneIn(14) {
            return try carryOut(device, shown.conflicts) { try raiseNear(acts) }
        }
        // Who is refused one act does another.
        for _ in 0..<6 {
            let number = random.below(32)
            do {
                let edit = try edit(number, findings, acts)
                guard !edit.isEmpty else { continue }
                return try carryOut(device, shown.conflicts) { edit }
            } catch let refusal as ActRefusal {
                tell("    refused: \(refusal.code)")
            }
        }
    }

    private func takeBack(_ device: SimulatedDevice) throws {
        let isRedo = random.oneIn(4)
        let undo: (inout SaveContext) throws -> [ConcordDiff.Operation] = {
            try $0.takingBack(isRedo: isRedo, reason: "so").operations
        }
        try note(try device.save(keepsVoid: false, undo), by: device)
    }

    /// Saves as commands do: an act has effect as a whole, or is not saved.
    private func carryOut(
        _ device: SimulatedDevice,
        _ conflicts: [Conflict],
        decided: Set<CellPath> = [],
        _ act: () throws -> Edit
    ) throws {
        let edit: Edit
        do {
            edit = try act()
        } catch let refusal as ActRefusal {
            return tell("    refused: \(refusal.code)")
        }
        guard !edit.isEmpty else { return }
        let result = try device.save(keepsVoid: false) { try $0.operations(for: edit) }
        try note(result, by: device)
        try checkDecisions(of: result, by: device, in: conflicts, decided: decided)
    }

    private func isNear(_ path: CellPath, _ findings: [FindingRecord]) -> Bool {
        findings.contains { finding in
            path.record == finding.id || finding.criteria.contains { $0.id == path.record }
        }
    }

    private func raiseNear(_ acts: FindingActs) throws -> Edit {
        serial += 1
        return try acts.raise(
            id: "n\(serial)",
            fields: ["title": .string("n\(serial)"), "evidence": ["x": true]],
            citing: [(nearClause(), nearGrade())]
        )
    }

    /// One of all acts on the first finding of the meeting, or on both.
    private func edit(
        _ number: Int,
        _ findings: [FindingRecord],
        _ acts: FindingActs
    ) throws -> Edit {
        let (finding, other) =
            random.oneIn(2)
            ? (findings[0], findings[1]) : (findings[1], findings[0])
        switch number {
        case 0...4:
            let counted = acts.audit.countedFindings
            let target = random.oneIn(4) && !counted.isEmpty ? random.pick(counted) : other
            return try acts.merge([finding], into: target)
        case 5: return try acts.withdraw([finding], reason: "covered elsewhere")
        case 6: return try acts.reopen([finding])
        case 7, 8: return try acts.submit([finding])
        case 9, 10: return try acts.confirm([finding])
        case 11: return try acts.giveBack([finding], reason: "add evidence")
        case 12, 13:
            return try acts.unmerge(
                [finding],
                to: random.pick(["draft", "submitted", "confirmed"])
            )
        default: return try change(finding, as: number, acts)
        }
    }

    /// One of the acts that change what a finding says.
    private func change(
        _ finding: FindingRecord,
        as number: Int,
        _ acts: FindingActs
    ) throws -> Edit {
        var edit = Edit()
        switch number {
        case 14...17:
            let criteria = finding.criteria.compactMap(\.reference)
            let clause = criteria.isEmpty || random.oneIn(4) ? nearClause() : random.pick(criteria)
            try acts.cite([(clause, nearGrade())], in: finding, edit: &edit)
        case 18, 19:
            let criteria = finding.criteria.compactMap(\.reference)
            let clause = criteria.isEmpty ? nearClause() : random.pick(criteria)
            try acts.uncite(clause, in: finding, edit: &edit)
        case 20, 28, 29: try acts.attach(item(in: acts.audit), to: finding, edit: &edit)
        case 21: try acts.detach(item(in: acts.audit), from: finding, edit: &edit)
        case 30: try acts.attach(capture(&edit), to: finding, edit: &edit)
        case 31:
            let item = item(in: acts.audit)
            guard acts.audit.evidence.contains(where: { $0.id == item }) else { break }
            edit.hide(kind: Schema.evidence.name, id: item)
        case 22, 23: try retype("statement", of: finding, acts, &edit)
        case 24: try write("title", of: finding, acts, &edit)
        case 25: try write("unit", of: finding, acts, &edit)
        case 26: edit.hide(kind: Schema.finding.name, id: finding.id)
        default:
            let role = random.pick([.auditor, .inTraining, .lead] as [Role])
            edit.set(
                CellPath(kind: Schema.member.name, record: "m2", field: "role"),
                to: .string(WireText(role.rawValue))
            )
        }
        return edit
    }

    private func retype(
        _ field: WireText,
        of finding: FindingRecord,
        _ acts: FindingActs,
        _ edit: inout Edit
    ) throws {
        try acts.requireOpen(finding)
        let path = CellPath(kind: Schema.finding.name, record: finding.id, field: field)
        edit.setText(path, to: WireText(retyped(finding.statement?.string ?? "")))
    }

    private func write(
        _ field: WireText,
        of finding: FindingRecord,
        _ acts: FindingActs,
        _ edit: inout Edit
    ) throws {
        try acts.requireOpen(finding)
        let path = CellPath(kind: Schema.finding.name, record: finding.id, field: field)
        edit.set(path, to: random.pick(["IT", "HR"]))
    }

    /// A piece of evidence that others are likely to have to do with: the one that was captured first.
    private func item(in audit: Audit) -> WireText {
        random.oneIn(3) ? "x" : audit.evidence.map(\.id).min() ?? "v1"
    }

    /// Few clauses and grades, so that findings cite the same ones.
    private func nearClause() -> ClauseReference {
        ClauseReference(standard: "iso9001", clause: random.oneIn(4) ? "8.2" : "8.1")
    }

    private func nearGrade() -> Grade { random.oneIn(2) ? .major : .minor }
}
