import ConcordEncoding

/// What is odd about the plan: overlaps, missing competence, clauses that nobody audits.
struct PlanNotices {
    private let audit: Audit
    private let catalogues: Catalogues

    init(_ audit: Audit, _ catalogues: Catalogues) {
        self.audit = audit
        self.catalogues = catalogues
    }

    var notices: [Notice] {
        let slots = audit.planSlots.map { TimedSlot($0) }
        return slots.filter(\.isReversed).map { reversed($0.record) }
            + overlaps(slots)
            + audit.planSlots.flatMap { competence($0) }
            + unplanned
    }

    /// For each auditor the slots in the order of time, each next to the one before it that lasts
    /// longest: as many notices as there are slots that overlap, not as many as there are pairs of them.
    private func overlaps(_ slots: [TimedSlot]) -> [Notice] {
        var byAuditor: [WireText: [Int]] = [:]
        for (place, slot) in slots.enumerated() where slot.lasts {
            for auditor in slot.record.auditors { byAuditor[auditor, default: []].append(place) }
        }
        var found: [(first: Int, second: Int, auditor: WireText)] = []
        for (auditor, places) in byAuditor {
            var longest: Int?
            for place in places.sorted(by: { slots[$0].begins(before: slots[$1]) }) {
                if let before = longest, slots[before].overlaps(slots[place]) {
                    found.append((min(before, place), max(before, place), auditor))
                }
                if longest.map({ slots[$0].ends(before: slots[place]) }) ?? true { longest = place }
            }
        }
        return found.sorted { $0 < $1 }.map {
            overlap($0.auditor, slots[$0.first].record, slots[$0.second].record)
        }
    }

    /// A competent auditor in the slot is enough for a standard; one in training needs the eye of
    /// a supervisor, and someone without either cannot judge.
    private func competence(_ slot: PlanSlotRecord) -> [Notice] {
        let auditors = slot.auditors.compactMap { audit.member($0) }
        return Set(slot.clauses.map(\.standard)).sorted().compactMap { standard in
            guard !auditors.contains(where: { $0.standards.contains(standard) }) else { return nil }
            let isSupervised = auditors.contains {
                $0.inTraining.contains(standard) && $0.supervisor != nil
            }
            let title = catalogues[standard]?.shortTitle ?? standard
            return Notice(
                severity: isSupervised ? .warning : .error,
                code: isSupervised ? .slotInTrainingOnly : .slotWithoutCompetence,
                record: slot.id,
                message: isSupervised
                    ? "\(slot.name): \(title) is audited by auditors in training only"
                    : "\(slot.name): nobody in the slot is competent in \(title)"
            )
        }
    }

    private var unplanned: [Notice] {
        audit.coverage(catalogues).flatMap { coverage in
            coverage.leaves.filter { $0.planSlots.isEmpty && $0.status != .excluded }.map { leaf in
                Notice(
                    severity: .warning,
                    code: .clauseNotPlanned,
                    record: nil,
                    message: "\(coverage.catalogue.shortTitle) \(leaf.clause.number) is neither "
                        + "planned nor excluded"
                )
            }
        }
    }

    private func overlap(
        _ auditor: WireText,
        _ first: PlanSlotRecord,
        _ second: PlanSlotRecord
    ) -> Notice {
        Notice(
            severity: .error,
            code: .slotOverlap,
            record: second.id,
            message: "\(audit.member(auditor)?.name ?? auditor) is in \(first.name) and in "
                + "\(second.name) at the same time"
        )
    }

    private func reversed(_ slot: PlanSlotRecord) -> Notice {
        Notice(
            severity: .error,
            code: .slotEndsBeforeItBegins,
            record: slot.id,
            message: "\(slot.name) ends before it begins"
        )
    }
}

/// A slot with its times as moments; none where a time is missing or cannot be read.
private struct TimedSlot {
    let record: PlanSlotRecord
    private let from: Int64?
    private let to: Int64?

    init(_ record: PlanSlotRecord) {
        self.record = record
        from = record.from.flatMap { Timestamp($0) }?.milliseconds
        to = record.to.flatMap { Timestamp($0) }?.milliseconds
    }

    var isReversed: Bool {
        guard let from, let to else { return false }
        return to < from
    }

    /// Whether both times are known and some time is between them.
    var lasts: Bool {
        guard let from, let to else { return false }
        return from < to
    }

    func begins(before other: TimedSlot) -> Bool { (from ?? 0) < (other.from ?? 0) }

    func ends(before other: TimedSlot) -> Bool { (to ?? 0) < (other.to ?? 0) }

    /// Slots that touch do not overlap.
    func overlaps(_ other: TimedSlot) -> Bool {
        guard let from, let to, let otherFrom = other.from, let otherTo = other.to else {
            return false
        }
        return from < otherTo && otherFrom < to
    }
}

extension PlanSlotRecord {
    /// What people call it.
    fileprivate var name: WireText { title ?? id }
}
