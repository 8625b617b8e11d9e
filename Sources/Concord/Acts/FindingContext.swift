import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage

/// What acts on a few findings need: these with their criteria and answers, the findings that they repeat, were merged
/// into or contain, and the frame of the audit.
///
/// No other finding is read, so an act takes as long among ten thousand findings as among ten.
struct FindingContext {
    /// The member who acts.
    let member: WireText
    /// The part of the audit.
    let audit: Audit

    init(_ context: inout SaveContext, around findings: some Collection<WireText>) throws {
        let reader = context.reader
        let people = try People(reader)
        member = try people.membership.requireMember(of: context.author)
        let proposed = try reader.shownProposals().map(\.path)
        var state = Snapshot.standing(
            try reader.document(kinds: Self.frame),
            without: proposed.filter { Self.frame.contains($0.kind) },
            people: people.listed
        )
        let found = try reader.findings(
            Self.related(to: findings, in: reader),
            labelledBy: people.labels
        )
        var answers: JSONObject = [:]
        for finding in found.findings {
            let path = CellPath.finding(finding.key)
            for answer in try reader.records(kind: Schema.action.name, ownedBy: path) {
                answers[answer.id] = .object(answer.fields)
            }
        }
        state[Schema.finding.name] = .object(found.findings)
        state[Schema.criterion.name] = .object(found.criteria)
        state[Schema.action.name] = .object(answers)
        audit = Audit(state: people.labels.labelling(state, beside: found.rivals))
    }

    /// Some findings, and those with which they are linked, by however many others.
    private static func related(
        to findings: some Collection<WireText>,
        in reader: ReplicaReader
    ) throws -> Set<WireText> {
        var known = Set(findings)
        var next = Array(known)
        while let id = next.popLast() {
            let fields = try reader.fields(kind: Schema.finding.name, id: id)
            let links = [FindingField.duplicateOf, .repeats].compactMap { fields?[$0]?.stringValue }
            for other in links + (try reader.findings(everMergedInto: id))
            where known.insert(other).inserted {
                next.append(other)
            }
        }
        return known
    }

    /// The kinds of records of which there are few, however long the audit.
    private static let frame: Set<WireText> = Set(
        [
            Schema.engagement, Schema.organization, Schema.teamMember, Schema.member,
            Schema.invitation, Schema.scope, Schema.exclusion, Schema.conclusion,
        ].map(\.name)
    )

    /// The acts on findings that the member can do.
    var findingActs: FindingActs { FindingActs(on: audit, by: member) }
    /// The acts on the auditee's answers.
    var answerActs: AnswerActs { AnswerActs(on: audit) }
    /// The acts on evidence that the member can do.
    var evidenceActs: EvidenceActs { EvidenceActs(on: audit, by: member) }

    /// The finding with this id.
    ///
    /// - Throws: `ActRefusal` with the code `unknown-finding`.
    func finding(_ id: WireText) throws -> FindingRecord {
        if let finding = audit.finding(id) { return finding }
        throw ActRefusal.unknownReference(
            .record(Schema.finding.name),
            name: id,
            known: audit.findings.map { References.Named(id: $0.id, name: $0.label) }
        )
    }

    /// The findings with these ids, in this order.
    func findings(_ ids: [WireText]) throws -> [FindingRecord] { try ids.map { try finding($0) } }
}

extension Replica {
    /// Saves an act on some findings, which is checked against what is shown of them inside the transaction.
    @discardableResult
    func act(
        on findings: [WireText],
        _ body: @escaping @Sendable (FindingContext) throws -> Edit
    ) async throws -> SaveReceipt? {
        try await perform { replica in
            try replica.saveOperations { context in
                try context.operations(for: try body(FindingContext(&context, around: findings)))
            }
        }
    }
}
