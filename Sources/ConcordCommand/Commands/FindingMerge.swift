import ArgumentParser
import Concord
import ConcordChanges
import ConcordEncoding
import ConcordModel

/// `concord finding merge`.
struct FindingMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Join findings that say the same into one (leaders, and one's own).",
        discussion: """
            The one that stays gets the others' criteria and evidence; the others stay readable and \
            do not count. Where two of them grade one clause differently, decide that first: no grade \
            is dropped. `concord status --notices` names pairs that may say the same.

            Example:
              concord finding merge B-03 --into A-07 --reason "one sheet, seen twice"
            """
    )

    @Argument(help: "The findings that go.")
    var findings: [String]
    @Option(help: "The finding that stays.")
    var into: String
    @Option(parsing: .unconditional, help: "Why; it is part of the record.")
    var reason: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let kept = try view.finding(into)
        var ids: Set<String> = []
        let duplicates = try findings.map { try view.finding($0) }
            .filter { ids.insert($0.id).inserted }
        guard !ids.contains(kept.id) else {
            throw CommandFailure(
                .usage,
                "itself",
                "\(kept.label) cannot be merged into itself",
                next: "Name the one that stays with --into, and only the others before it."
            )
        }
        guard kept.isCounted else {
            throw CommandFailure(
                .refused,
                "life-cycle",
                "\(kept.label) is \(kept.state) and cannot take others in",
                next: "Merge into a finding that counts."
            )
        }
        var edit = Edit(reason: reason)
        var criteria = kept.criteria
        for duplicate in duplicates {
            try FindingStep(to: "merged", said: "Merged").add(duplicate, to: &edit)
            edit.set(path(duplicate, "duplicateOf"), to: .string(kept.id))
            try move(criteriaOf: duplicate, into: kept, &criteria, &edit)
        }
        move(evidenceOf: duplicates, into: kept, by: try replica.me()?.role, &edit)
        try options.report(
            try replica.save(edit, keepingVoid: true),
            "Merged \(duplicates.map(\.label).joined(separator: ", ")) into \(kept.label)",
            record: ("finding", kept.id, kept.label)
        )
    }

    private func move(
        criteriaOf duplicate: FindingRecord,
        into kept: FindingRecord,
        _ criteria: inout [CriterionRecord],
        _ edit: inout Edit
    ) throws {
        for criterion in duplicate.criteria {
            guard let reference = criterion.reference else { continue }
            guard let own = criteria.first(where: { $0.reference == reference }) else {
                CriterionArgument(reference: reference, grade: criterion.grade)
                    .add(to: kept.id, in: &edit)
                criteria.append(criterion)
                continue
            }
            guard own.grade != criterion.grade else { continue }
            throw CommandFailure(
                .refused,
                "grades",
                "\(duplicate.label) has \(reference) as \(criterion.grade?.rawValue ?? "not graded"), "
                    + "another of them as \(own.grade?.rawValue ?? "not graded")",
                next: "Decide first: concord finding edit \(duplicate.label) --criterion "
                    + "\(reference.standard):\(reference.clause)=GRADE."
            )
        }
    }

    /// The evidence, and the names of those who raised what goes.
    private func move(
        evidenceOf duplicates: [FindingRecord],
        into kept: FindingRecord,
        by role: Role?,
        _ edit: inout Edit
    ) {
        for id in Set(duplicates.flatMap(\.evidence)).subtracting(kept.evidence).sorted() {
            edit.insert(id, into: path(kept, "evidence"))
        }
        // Who did it is who signed it: a leader alone enters it for others.
        guard role == .lead else { return }
        let people = Set(duplicates.compactMap(\.raisedBy)).union(
            duplicates.flatMap(\.contributors)
        )
        for id in people.subtracting(kept.contributors).sorted() where id != kept.raisedBy {
            edit.insert(id, into: path(kept, "contributors"))
        }
    }

    private func path(_ finding: FindingRecord, _ field: String) -> CellPath {
        CellPath(kind: "finding", record: finding.id, field: field)
    }
}
