public import ConcordAudit
import ConcordDiff
public import ConcordEncoding
import ConcordMerge
public import ConcordModel
import ConcordStorage

/// What an act is based on: everything that is shown, and the member who acts.
///
/// It is read within the transaction that will hold the act's save. So the act is checked against the
/// state that the save changes: nobody, not even another process, can write in between.
public struct ActContext: Sendable {
    /// What is shown.
    public let snapshot: Snapshot
    /// The same as typed values.
    public let audit: Audit
    /// The record id of the member who acts.
    public let member: WireText
    /// The number that the member's next finding gets.
    public let numbers: DraftNumbers
    private let environment: ReplicaEnvironment

    init(
        _ context: inout SaveContext,
        environment: ReplicaEnvironment
    ) throws {
        let snapshot = try Snapshot(context.reader)
        member = try snapshot.membership.requireMember(of: context.author)
        self.snapshot = snapshot
        audit = snapshot.audit
        numbers = try DraftNumbers(of: context.author, in: &context)
        self.environment = environment
    }

    /// The acts on findings that the member can do.
    public var findingActs: FindingActs { FindingActs(on: audit, by: member) }

    /// The acts on the auditee's answers.
    public var answerActs: AnswerActs { AnswerActs(on: audit) }

    /// The acts on conclusions.
    public var conclusionActs: ConclusionActs { ConclusionActs(on: audit) }

    /// The acts on evidence that the member can do.
    public var evidenceActs: EvidenceActs { EvidenceActs(on: audit, by: member) }

    /// The finding with this id.
    ///
    /// - Throws: `ActRefusal` with the code `unknown-finding`.
    public func finding(_ id: WireText) throws -> FindingRecord {
        if let finding = audit.finding(id) { return finding }
        throw ActRefusal.unknownReference(
            .record(Schema.finding.name),
            name: id,
            known: audit.findings.map { References.Named(id: $0.id, name: $0.label) }
        )
    }

    /// The findings with these ids, in this order.
    ///
    /// - Throws: `ActRefusal` with the code `unknown-finding`.
    public func findings(_ ids: [WireText]) throws -> [FindingRecord] {
        try ids.map { try finding($0) }
    }

    /// A new record id.
    public func newID() -> WireText { environment.newID() }
}

/// What raising a finding rests on: who raises it, and the frame of the audit (its standards, the organization and the
/// team).
///
/// No finding is read for it, so that a finding is raised as fast among ten thousand others as among ten.
struct RaiseContext {
    let acts: FindingActs
    let member: WireText
    let number: WireText

    init(_ context: inout SaveContext) throws {
        let reader = context.reader
        let membership = try reader.membership
        member = try membership.requireMember(of: context.author)
        let state = try reader.document(kinds: Self.frame)
        let standing = Snapshot.standing(
            state,
            without: try reader.shownProposals().map(\.path).filter {
                Self.frame.contains($0.kind)
            },
            people: membership.listed(in: state)
        )
        acts = FindingActs(on: Audit(state: standing), by: member)
        number = try DraftNumbers(of: context.author, in: &context).number()
    }

    /// The kinds of records of which there are few, however long the audit.
    private static let frame: Set<WireText> = [
        Schema.engagement.name, Schema.organization.name, Schema.scope.name, Schema.member.name,
        Schema.invitation.name,
    ]
}

extension Membership {
    /// The member who uses a device.
    func requireMember(of author: Author) throws(ReplicaFailure) -> WireText {
        if let device = devices[author] { return device.member }
        throw ReplicaFailure(
            .edit,
            "This device is not a member of the engagement. Ask the audit team leader for an"
                + " invitation code."
        )
    }
}

extension Replica {
    /// Decides on what is shown and saves what was decided, in one transaction.
    ///
    ///     try await replica.act { shown in
    ///         let drafts = shown.audit.findings.filter { $0.state == "draft" }
    ///         return try shown.findingActs.submit(drafts)
    ///     }
    ///
    /// - Parameters:
    ///   - keepsVoid: whether to keep what has no effect, so that a leader can admit it.
    ///   - act: from what is shown to what should change. It must not call the replica.
    /// - Returns: nil if the act changes nothing that is shown.
    /// - Throws: what `act` throws (`ActRefusal` where the audit's rules forbid it), `EditError`,
    ///   `SaveRefusal` or `ReplicaFailure`; then nothing was written.
    @discardableResult
    public func act(
        keepingVoid keepsVoid: Bool = false,
        _ act: (ActContext) throws -> Edit
    ) throws -> SaveReceipt? {
        try saveOperations(keepingVoid: keepsVoid) { context in
            let shown = try ActContext(&context, environment: environment)
            return try context.operations(for: try act(shown))
        }
    }

    /// Decides on what is shown and saves what was decided, in one transaction, without blocking the
    /// caller.
    ///
    /// - Throws: as `act` in synchronous code; then nothing was written.
    @discardableResult
    public func act(
        keepingVoid keepsVoid: Bool = false,
        _ act: @escaping @Sendable (ActContext) throws -> Edit
    ) async throws -> SaveReceipt? {
        try await perform { try $0.act(keepingVoid: keepsVoid, act) }
    }
}
