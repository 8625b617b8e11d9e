public import ConcordEncoding

/// The states of a record and the steps between them.
///
/// Source: `Protocol/merge.md`, "Life cycles".
public struct LifeCycle: Hashable, Sendable {
    /// One allowed change of state.
    public struct Step: Hashable, Sendable {
        /// The states it leads from.
        public let from: [WireText]
        /// The state it leads to.
        public let to: WireText
        /// What someone must be allowed to do to take it.
        public let activity: Activity
        /// The role that owns the step: of concurrent steps, one taken by its owner comes first.
        public let owner: Role
        /// Among those taken by their owners, the higher rank shows.
        public let rank: Int
        /// Whether the step ends the record's life: it waits while anyone concurrently edited.
        public let ends: Bool
        /// Whether it takes a reason.
        public let needsReason: Bool
        /// Whether it may be taken after a seal that froze its record.
        public let goesOn: Bool
    }

    /// All states; the first is the one a new record has.
    public let states: [WireText]
    /// All steps.
    public let steps: [Step]

    /// The state of a record that says nothing of it.
    public var initial: WireText { states[0] }

    /// The step from one state to another, or nil if there is none.
    public func step(from: WireText, to: WireText) -> Step? {
        steps.first { $0.to == to && $0.from.contains(from) }
    }

    /// The states that steps lead to, except those that only a seal gives.
    public func next(from state: WireText) -> [WireText] {
        steps.filter { $0.from.contains(state) && !isSealed($0.to) }.map(\.to)
    }

    /// Whether only a seal can give a record this state.
    public func isSealed(_ state: WireText) -> Bool {
        let steps = steps.filter { $0.to == state }
        return !steps.isEmpty && steps.allSatisfy { $0.activity == .seal }
    }

    /// Whether a record in `state` has ended its life.
    public func ends(_ state: WireText) -> Bool {
        steps.contains { $0.to == state && $0.ends }
    }
}

extension LifeCycle {
    /// A finding, on the auditors' side. Only a seal gives `issued`.
    public static let finding = LifeCycle(
        states: ["draft", "submitted", "confirmed", "issued", "withdrawn", "merged"],
        steps: [
            Step(["draft"], "submitted", .raiseFinding, owner: .auditor, rank: 2),
            Step(["submitted"], "draft", .raiseFinding, owner: .lead, rank: 1, needsReason: true),
            Step(["merged"], "submitted", .decideFinding, owner: .lead, rank: 2),
            Step(
                ["confirmed"],
                "submitted",
                .signConclusion,
                owner: .lead,
                rank: 1,
                needsReason: true
            ),
            Step(["submitted", "merged"], "confirmed", .decideFinding, owner: .lead, rank: 3),
            Step(
                ["draft", "submitted", "confirmed"],
                "withdrawn",
                .takeOut,
                owner: .lead,
                rank: 4,
                ends: true,
                needsReason: true
            ),
            Step(["withdrawn"], "draft", .takeOut, owner: .lead, rank: 1),
            Step(["merged"], "draft", .decideFinding, owner: .lead, rank: 1),
            Step(
                ["draft", "submitted", "confirmed"],
                "merged",
                .decideFinding,
                owner: .lead,
                rank: 5,
                ends: true
            ),
            Step(["confirmed"], "issued", .seal, owner: .lead, rank: 6),
            Step(
                ["issued"],
                "confirmed",
                .signConclusion,
                owner: .lead,
                rank: 1,
                needsReason: true
            ),
        ]
    )

    /// The client's answer to a nonconformity.
    public static let action = LifeCycle(
        states: [
            "open", "responseSubmitted", "responseRejected", "planAccepted", "implemented",
            "verified", "closed", "closedOnPlan", "cancelled",
        ],
        steps: [
            Step(
                ["open", "responseRejected"],
                "responseSubmitted",
                .answerNonconformity,
                owner: .auditeeRep,
                rank: 1
            ),
            Step(
                ["responseSubmitted"],
                "responseRejected",
                .verifyAction,
                owner: .lead,
                rank: 3,
                needsReason: true
            ),
            Step(
                ["responseSubmitted", "verified"],
                "planAccepted",
                .verifyAction,
                owner: .lead,
                rank: 4
            ),
            Step(
                ["planAccepted"],
                "implemented",
                .answerNonconformity,
                owner: .auditeeRep,
                rank: 2
            ),
            Step(["implemented"], "verified", .verifyAction, owner: .lead, rank: 5),
            Step(["verified"], "closed", .verifyAction, owner: .lead, rank: 6),
            Step(["planAccepted"], "closedOnPlan", .verifyAction, owner: .lead, rank: 6),
            Step(
                ["closed", "closedOnPlan"],
                "open",
                .verifyAction,
                owner: .lead,
                rank: 7,
                needsReason: true
            ),
            Step(
                ["open", "responseRejected"],
                "cancelled",
                .verifyAction,
                owner: .lead,
                rank: 8,
                ends: true,
                needsReason: true
            ),
        ]
    )

    /// A conclusion for one standard. `signed` is given by the seal alone.
    public static let conclusion = LifeCycle(
        states: ["draft", "proposed", "signed"],
        steps: [
            Step(["draft"], "proposed", .signConclusion, owner: .lead, rank: 2),
            Step(["proposed"], "draft", .signConclusion, owner: .lead, rank: 1),
            Step(["proposed"], "signed", .seal, owner: .lead, rank: 3),
            Step(["signed"], "draft", .signConclusion, owner: .lead, rank: 1, needsReason: true),
        ]
    )

    /// The engagement as a whole. `signed` is given by the seal alone.
    public static let engagement = LifeCycle(
        states: ["planned", "planApproved", "inProgress", "inReview", "signed", "closed"],
        steps: [
            Step(["planned"], "planApproved", .editPlan, owner: .lead, rank: 1),
            Step(["planApproved"], "inProgress", .editPlan, owner: .lead, rank: 2),
            Step(["inProgress"], "inReview", .editPlan, owner: .lead, rank: 3),
            Step(["inReview"], "inProgress", .editPlan, owner: .lead, rank: 2, needsReason: true),
            Step(["inReview"], "signed", .seal, owner: .lead, rank: 4),
            Step(["signed"], "closed", .editPlan, owner: .lead, rank: 5, goesOn: true),
            Step(
                ["signed", "closed"],
                "inReview",
                .signConclusion,
                owner: .lead,
                rank: 3,
                needsReason: true
            ),
        ]
    )
}

extension LifeCycle.Step {
    fileprivate init(
        _ from: [WireText],
        _ to: WireText,
        _ activity: Activity,
        owner: Role,
        rank: Int,
        ends: Bool = false,
        needsReason: Bool = false,
        goesOn: Bool = false
    ) {
        self.from = from
        self.to = to
        self.activity = activity
        self.owner = owner
        self.rank = rank
        self.ends = ends
        self.needsReason = needsReason
        self.goesOn = goesOn
    }
}
