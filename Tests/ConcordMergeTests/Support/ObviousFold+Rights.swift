import ConcordDiff
import ConcordEncoding
import ConcordModel

extension ObviousFold {
    /// Whether a record may be added, restored or hidden.
    func judgePresence(_ write: ObviousWrite, naming owner: WireText?) {
        defer {
            if write.void != nil { write.isProposal = false }
            freeze(write)
        }
        guard let me = people.person(write.diff.head.author) else { return }
        let kind = Schema.kind(write.cell.kind) ?? Schema.unknownKind(write.cell.kind)
        let activity = write.value == nil ? kind.removeActivity : kind.addActivity
        switch Rights.right(of: me.person.role, to: activity) {
        case .yes:
            write.isProposal = proposesOnly(write, me.person.role, naming: owner)
            let isTakenOut =
                write.value == nil && me.person.role != .lead
                && [.capture, .writeNote, .answerNonconformity].contains(activity)
            if isTakenOut, !holdsOnlyOwn(write, me.name) { write.void = .noRight }
            if isTakenOut, write.void == nil, isRestedOn(write) { write.isProposal = true }
        case .no: write.void = .noRight
        case .own:
            write.isProposal = proposesOnly(write, me.person.role, naming: owner)
            let own = isOwn(write, me.name)
            if own == .not { write.void = .noRight }
            let trains =
                write.cell.kind == "finding"
                ? me.person.role == .inTraining || !me.person.inTraining.isEmpty
                : trains(me.person, in: write)
            if write.value == nil, own == .inPart || own == .wholly && trains,
                !holdsOnlyOwn(write, me.name)
            {
                let seen = (writes[write.cell] ?? []).filter { isSeen($0, by: write.diff) }
                let isAdded = survivors(of: seen).contains { $0.value != nil && !$0.isProposal }
                write.isProposal = isAdded
                if !isAdded { write.void = .noRight }
            }
        case .proposal:
            if write.value == nil, !holdsOnlyOwn(write, me.name) {
                write.void = .proposal
            } else {
                write.isProposal = true
            }
        }
    }

    /// What a seal froze is void, but for a step that goes on after it.
    private func freeze(_ write: ObviousWrite) {
        let goesOn =
            write.cell.kind == "engagement" && write.cell.field == "state"
            && write.value == "closed"
        guard write.void == nil, !goesOn, isFrozen(write.cell, for: write.diff) else { return }
        write.void = .sealed
        write.isProposal = false
        write.ends = false
        write.rank = 0
    }

    /// Whether a field may be written so.
    func judge(
        _ write: ObviousWrite,
        _ field: Field,
        hasReason: Bool,
        creates: Bool,
        addsAgain: Bool
    ) {
        defer { freeze(write) }
        guard let me = people.person(write.diff.head.author) else { return }
        if case .state(let cycle) = field.rule {
            judgeStep(write, cycle, field, hasReason: hasReason, creates: creates)
            return
        }
        if field.namesWriter, me.person.role != .lead {
            // Nobody but a leader says what somebody else did.
            let name = write.cell.member ?? write.value?.stringValue ?? me.name
            if name != me.name {
                write.void = .noRight
                return
            }
        }
        var right = Rights.right(of: me.person.role, to: field.activity)
        // What a seal gives was refused before where there is none.
        if field.activity == .seal { right = .yes }
        if field.activity == .setGrade, right != .no, trains(me.person, in: write) {
            right = .proposal
        }
        if right == .no, decidesOnAnswer(write, field) {
            right = Rights.right(of: me.person.role, to: .verifyAction)
        }
        if right == .own, !creates, !mayWrite(write, me.name) { right = .no }
        if right == .yes, !creates, me.person.role == .auditeeRep, changesAccepted(write) {
            right = .proposal
            write.contests = true
        }
        if right == .yes, !creates, Self.restedOn.contains(field.name), isRestedOn(write),
            Rights.right(of: me.person.role, to: .decideFinding) != .yes
        {
            right = .proposal
            write.contests = true
        }
        if right != .no, !isPartOfStep(write), proposesOnly(write, me.person.role, naming: nil) {
            right = .proposal
            write.contests = true
        }
        switch right {
        case .no: write.void = .noRight
        case .proposal:
            if field.rule == .once {
                if !creates, isOwn(write, me.name) == .not { write.void = .proposal }
                return
            }
            write.isProposal = !replacesOthers(write, me.name)
            if !write.isProposal { write.void = .proposal }
        case .own, .yes: break
        }
        if write.void == nil, !write.isProposal, decides(write, field, me.name, me.person.role) {
            write.void = .noRight
        }
    }

    /// Whether a write changes what was accepted of an answer when its author wrote it.
    private func changesAccepted(_ write: ObviousWrite) -> Bool {
        guard write.cell.kind == "action", let field = write.cell.field,
            Self.accepted.contains(field) || field == "evidence"
        else { return false }
        let before = state("action", write.cell.record, .action, before: write.diff)
        let isPlan = before == "planAccepted" || before == "implemented"
        if isPlan { return !(field == "evidence" && write.value != nil) }
        return ["verified", "closed", "closedOnPlan"].contains(before)
    }

    /// Whether a write names what the auditee asks for in an accepted answer, and nobody has decided on.
    private func decidesOnAnswer(_ write: ObviousWrite, _ field: Field) -> Bool {
        guard write.cell.kind == "action", field.activity == .answerNonconformity,
            field.rule != .once
        else { return false }
        let seen = (writes[write.cell] ?? []).filter {
            $0.hasEffect && isSeen($0, by: write.diff)
        }
        let decided = seen.filter { !$0.isProposal }.reduce(into: Set<DiffID>()) {
            $0.formUnion($1.over)
        }
        return seen.contains { asked in
            asked.isProposal && asked.contests && write.over.contains(asked.id)
                && !decided.contains(asked.id)
        }
    }

    /// Whether something that was confirmed or accepted cites the evidence that a write removes or changes.
    private func isRestedOn(_ write: ObviousWrite) -> Bool {
        guard write.cell.kind == "evidence" else { return false }
        return citations(of: write.cell, seenBy: write.diff).contains { citation in
            let seen = (writes[citation.cell] ?? []).filter { isSeen($0, by: write.diff) }
            guard !citation.isProposal, survivors(of: seen).contains(where: { $0 === citation })
            else { return false }
            let (kind, id) = (citation.cell.kind, citation.cell.record)
            switch kind {
            case "finding":
                return ["confirmed", "issued"].contains(
                    state(kind, id, .finding, before: write.diff)
                )
            case "action":
                let accepted: Set<WireText> = [
                    "planAccepted", "implemented", "verified", "closed", "closedOnPlan",
                ]
                return accepted.contains(state(kind, id, .action, before: write.diff))
            default: return false
            }
        }
    }

    /// Whether a write says what belongs to a step that its diff takes.
    private func isPartOfStep(_ write: ObviousWrite) -> Bool {
        guard write.cell.kind == "finding", write.cell.field == "duplicateOf" else { return false }
        return takes("merged", of: write.cell.record, write.diff)
    }

    /// Whether a diff writes a state of a finding with effect.
    func takes(_ state: JSON, of finding: WireText, _ diff: VerifiedDiff) -> Bool {
        writes("finding", finding, "state").contains {
            $0.id == diff.id && $0.value == state && $0.hasEffect && !$0.isProposal
        }
    }

    /// Whether a write would settle a conflict that is not its author's to settle.
    private func decides(
        _ write: ObviousWrite,
        _ field: Field,
        _ me: WireText,
        _ role: Role
    ) -> Bool {
        guard ["finding", "criterion"].contains(write.cell.kind), !field.isErasable,
            replacesOthers(write, me)
        else { return false }
        switch field.rule {
        case .ask, .mostSevere: break
        default: return false
        }
        switch Rights.right(of: role, to: .decideFinding) {
        case .yes: return false
        case .own where isOwn(write, me) == .wholly: return false
        default:
            let before = survivors(
                of: (writes[write.cell] ?? []).filter { has(write.diff, seen: $0) }
            )
            return Set(before.map(\.value)).count > 1
        }
    }

    // MARK: Whose it is.

    private func member(_ write: ObviousWrite) -> WireText? {
        people.person(write.diff.head.author)?.name
            ?? people.devices[write.diff.head.author.text]?.member
    }

    private func replacesOthers(_ write: ObviousWrite, _ me: WireText) -> Bool {
        order.contains { diff in
            write.over.contains(diff.id)
                && people.devices[diff.head.author.text]?.member != me
        }
    }

    private enum Ownership { case not, inPart, wholly }

    /// Whether the writer's member added the record, or one that it belongs to, alone.
    private func isOwn(_ write: ObviousWrite, _ me: WireText) -> Ownership {
        let added = adding(write.cell.kind, write.cell.record, of: write, by: me)
        let above = owners(of: write).map { adding($0, $1, of: write, by: me) }
        if above.isEmpty { return added }
        if above.contains(.wholly) { return .wholly }
        return ([added] + above).allSatisfy { $0 == .not } ? .not : .inPart
    }

    private func adding(
        _ kind: WireText,
        _ record: WireText,
        of write: ObviousWrite,
        by me: WireText
    ) -> Ownership {
        let adds = writes(kind, record).filter { add in
            add.hasEffect && add.value != nil && knows(write, add)
        }
        guard let first = adds.min(by: { place(of: $0) < place(of: $1) }), adder(first) == me
        else { return .not }
        let strangers = adds.filter { adder($0) != me && !has($0.diff, seen: first) }
        return strangers.isEmpty ? .wholly : .inPart
    }

    private func adder(_ write: ObviousWrite) -> WireText? {
        people.devices[write.diff.head.author.text]?.member
    }

    private func mayWrite(_ write: ObviousWrite, _ me: WireText) -> Bool {
        let own = isOwn(write, me)
        return own == .wholly || own == .inPart && !replacesOthers(write, me)
    }

    private func holdsOnlyOwn(_ write: ObviousWrite, _ me: WireText) -> Bool {
        treeWrites(write.cell.kind, write.cell.record, seenBy: write.diff)
            .allSatisfy { member($0) == me }
    }

    private func knows(_ write: ObviousWrite, _ other: ObviousWrite) -> Bool {
        other.id == write.id || has(write.diff, seen: other)
    }

    private func claims(_ field: WireText, _ write: ObviousWrite) -> [WireText] {
        writes(write.cell.kind, write.cell.record, field)
            .filter { $0.hasEffect && knows(write, $0) }
            .compactMap { $0.value?.stringValue }
    }

    private func owners(of write: ObviousWrite) -> [(WireText, WireText)] {
        guard let owner = Schema.kind(write.cell.kind)?.owner else { return [] }
        return claims(owner.field, write).map { (owner.kind, $0) }
    }

    private func trains(_ person: ObviousPeople.Person, in write: ObviousWrite) -> Bool {
        guard write.cell.kind == "criterion" else { return false }
        if person.role == .inTraining { return true }
        guard !person.inTraining.isEmpty else { return false }
        let standards = claims("standard", write)
        return standards.isEmpty || !Set(standards).isDisjoint(with: person.inTraining)
    }

    // MARK: States.

    /// On a confirmed finding, and on its criteria, only who decides on all findings does more than
    /// propose.
    private func proposesOnly(_ write: ObviousWrite, _ role: Role, naming owner: WireText?) -> Bool
    {
        if Rights.right(of: role, to: .decideFinding) == .yes { return false }
        var findings: [WireText] = []
        if write.cell.kind == "finding" { findings = [write.cell.record] }
        if write.cell.kind == "criterion" {
            findings = owners(of: write).map(\.1) + (owner.map { [$0] } ?? [])
        }
        return findings.contains { finding in
            ["confirmed", "issued"].contains(
                state("finding", finding, .finding, before: write.diff)
            )
        }
    }

    /// The state that an author had before him.
    private func state(
        _ kind: WireText,
        _ record: WireText,
        _ cycle: LifeCycle,
        before diff: VerifiedDiff
    ) -> WireText {
        let steps = steps(CellPath(kind: kind, record: record), seenBy: diff)
        return steps.winner?.value?.stringValue ?? cycle.initial
    }

    /// Whether a step is one that its author had before them and names: one that waits, or one beside it that
    /// stands.
    private func takesAgain(_ write: ObviousWrite) -> (isAgain: Bool, waits: Bool) {
        let record = CellPath(kind: write.cell.kind, record: write.cell.record)
        let steps = steps(record, seenBy: write.diff)
        let waiting = (steps.endings + steps.confirmations + steps.merges).filter { !$0.isProposal }
        let isNamed = (waiting + steps.standing).contains { step in
            !step.isProposal && step.value == write.value && write.over.contains(step.id)
        }
        return (!waiting.isEmpty && isNamed, waiting.contains { $0.value == write.value })
    }

    private func isOwnStep(_ activity: Activity, _ role: Role) -> Bool {
        activity != .seal && Rights.right(of: role, to: activity) == .own
    }

    /// Whether somebody confirms a finding against a standard that they are learning, or with what they write of
    /// criteria at once.
    private func confirmsUnlearnt(_ write: ObviousWrite, _ person: ObviousPeople.Person) -> Bool {
        guard write.cell.kind == "finding", !person.inTraining.isEmpty,
            ["confirmed", "issued"].contains(write.value)
        else { return false }
        if write.diff.body.operations.contains(where: { $0.path.kind == "criterion" }) {
            return true
        }
        return Set(writes.keys.filter { $0.kind == "criterion" }.map(\.record)).contains { id in
            func said(_ field: WireText) -> [WireText] {
                writes("criterion", id, field).filter { $0.hasEffect && has(write.diff, seen: $0) }
                    .compactMap { $0.value?.stringValue }
            }
            let standards = said("standard")
            return said("finding").contains(write.cell.record)
                && (standards.isEmpty || !Set(standards).isDisjoint(with: person.inTraining))
                && presence(of: CellPath(kind: "criterion", record: id), seenBy: write.diff)
                    .isPresent
        }
    }

    /// What a role's right to an activity makes of a step.
    private func judgeRight(
        _ write: ObviousWrite,
        _ activity: Activity,
        _ role: Role,
        _ name: WireText
    ) {
        switch activity == .seal ? .yes : Rights.right(of: role, to: activity) {
        case .yes: break
        case .no: write.void = .noRight
        case .own:
            let own = isOwn(write, name)
            if own == .not { write.void = .noRight }
            if own == .inPart || own == .wholly && role == .inTraining, !holdsOnlyOwn(write, name) {
                write.isProposal = true
                write.contests = true
            }
        case .proposal:
            write.isProposal = !replacesOthers(write, name)
            if !write.isProposal { write.void = .proposal }
        }
    }

    private func judgeStep(
        _ write: ObviousWrite,
        _ cycle: LifeCycle,
        _ field: Field,
        hasReason: Bool,
        creates: Bool
    ) {
        guard let me = people.person(write.diff.head.author), let to = write.value?.stringValue
        else {
            return
        }
        if creates {
            if to != cycle.states[0] { write.void = .lifeCycle }
            return
        }
        let from = state(write.cell.kind, write.cell.record, cycle, before: write.diff)
        var step = cycle.steps.first { $0.to == to && $0.from.contains(from) }
        var further: Activity?
        if step == nil, from != to, !cycle.isSealed(from) {
            let again = takesAgain(write)
            if again.isAgain { step = cycle.steps.first { $0.to == to } }
            if again.isAgain, !again.waits {
                further = cycle.steps.first { $0.to == from }?.activity
            }
        }
        var activity = step?.activity ?? field.activity
        let isImplemented = write.cell.kind == "action" && to == "implemented"
        if isImplemented, from != to, !(step?.from.contains(from) ?? true) {
            activity = .verifyAction
        }
        if from == to { activity = cycle.steps.first { $0.to == to }?.activity ?? field.activity }
        guard from == to || step != nil else {
            write.void = .lifeCycle
            return
        }
        judgeRight(write, activity, me.person.role, me.name)
        if write.void == nil, isOwnStep(activity, me.person.role),
            confirmsUnlearnt(write, me.person)
        {
            write.isProposal = true
            write.contests = true
        }
        if write.void == nil, let further {
            judgeRight(write, further, me.person.role, me.name)
        }
        if write.void != nil {
            write.isProposal = false
            return
        }
        if from == to {
            write.ends = cycle.ends(to) && !write.contests
        } else if let step {
            if step.needsReason, !hasReason {
                write.void = .reasonMissing
                write.isProposal = false
            } else if !write.contests {
                write.ends = step.ends
                write.rank = me.person.role == step.owner ? step.rank : 0
            }
        }
    }
}
