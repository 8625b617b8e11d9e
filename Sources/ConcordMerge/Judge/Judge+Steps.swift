import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

extension Judge {
    /// The step's effect: allowed by life cycle and right, with its rank.
    func step(
        to value: WireText,
        _ draft: FieldDraft,
        cycle: LifeCycle,
        record: RecordEntry,
        by writer: Writer
    ) throws -> Step {
        let steps = try states.steps(of: record, at: draft.key, from: writer.entry)
        let current = try precedence.winner(of: steps.standing)?.value?.stringValue ?? cycle.initial
        if value == current {
            // Who may take a step to this state may say that it stands.
            let activity = cycle.steps.first { $0.to == value }?.activity ?? draft.field.activity
            let goesOn = cycle.steps.contains { $0.to == value && $0.goesOn }
            return try stepEffect(
                Step(effect: .effective, ends: cycle.ends(value), goesOn: goesOn),
                activity,
                draft,
                record: record,
                by: writer
            )
        }
        var step = cycle.step(from: current, to: value)
        var activity: Activity?
        var further: Activity?
        if step == nil, takesAgain(draft, among: steps), !cycle.isSealed(current) {
            step = cycle.steps.first { $0.to == value }
            // Who takes an acceptance again accepts what it waits for, also where the auditee took it.
            if record.kind == Schema.action, Schema.isAccepted(value) { activity = .verifyAction }
            let waits = steps.waiting.contains {
                $0.effect == .effective && $0.value == draft.value
            }
            // A step concurrent with the shown one may be taken by those who might have taken that
            // one.
            if !waits { further = cycle.steps.first { $0.to == current }?.activity }
        }
        guard let step else { return Step(effect: .void(.lifeCycle)) }
        var taken = try stepEffect(
            Step(
                effect: .effective,
                rank: writer.role == step.owner ? step.rank : 0,
                ends: step.ends,
                goesOn: step.goesOn
            ),
            activity ?? step.activity,
            draft,
            record: record,
            by: writer
        )
        if taken.effect.counts, let further {
            let shown = Step(effect: .effective, goesOn: step.goesOn)
            let asked = try stepEffect(shown, further, draft, record: record, by: writer)
            if asked.effect != .effective { taken = asked }
        }
        if taken.effect.counts, step.needsReason, !draft.hasReason {
            return Step(effect: .void(.reasonMissing))
        }
        return taken
    }

    /// Whether a write takes again a step that its author had before them and names: one that waits, or, while
    /// another waits, one that is concurrent with the shown step. Else a candidate of a conflict could not be
    /// taken from where the record is meanwhile.
    private func takesAgain(_ draft: FieldDraft, among steps: Steps) -> Bool {
        guard steps.waiting.contains(where: { $0.effect == .effective }) else { return false }
        return (steps.waiting + steps.standing).contains { step in
            step.effect == .effective && step.value == draft.value && draft.over.contains(step.at)
        }
    }

    /// The result of a write of a state.
    struct Step {
        var effect: Effect
        var rank = 0
        /// Whether it ends the record's life.
        var ends = false
        /// Whether it may be taken after a seal.
        var goesOn = false
    }

    /// What the writer's right makes of a step.
    private func stepEffect(
        _ step: Step,
        _ activity: Activity,
        _ draft: FieldDraft,
        record: RecordEntry,
        by writer: Writer
    ) throws -> Step {
        var step = step
        switch writer.right(to: activity) {
        case .yes: return step
        case .own:
            switch try owners.decision(on: record, writer) {
            case .theirs
            where try (writer.role != .inTraining || timelines.holdsOnlyOwn(record, of: writer))
                && !confirmsInTraining(draft, record: record, by: writer):
                return step
            case .theirs, .asked: return Step(effect: .proposal, rank: 1, goesOn: step.goesOn)
            case .others: return Step(effect: .void(.noRight))
            }
        case .proposal:
            step.effect = .proposal
            return namesOthers(draft.over, than: writer) ? Step(effect: .void(.proposal)) : step
        case .no: return Step(effect: .void(.noRight))
        }
    }

    /// Whether who is in training confirms a finding of theirs against a standard that they are learning: a grade that
    /// they may only propose would count with it. So does one that they write in the same diff, wherever it stands there.
    private func confirmsInTraining(
        _ draft: FieldDraft,
        record: RecordEntry,
        by writer: Writer
    ) throws -> Bool {
        guard record.kind == Schema.finding, !writer.inTraining.isEmpty,
            draft.value?.stringValue.map(Schema.holdsConfirmation) ?? false
        else { return false }
        if try diff(writer.entry.number).body.operations.contains(where: {
            $0.path.kind == Schema.criterion.name
        }) {
            return true
        }
        return try records(ownedBy: record.number).contains { number in
            let part = try self.record(number)
            return try isInTraining(writer, for: part)
                && owners.claims(of: KnownField.finding, in: part, seenBy: writer.entry).contains(
                    record.id
                )
                && evaluator.presence(of: part, from: writer.entry).shown != nil
        }
    }
}
