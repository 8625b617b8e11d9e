import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// The acts on the engagement itself.
///
/// Rights are not asked here: the fold judges them (`Protocol/merge.md`, "Rights").
public struct EngagementActs: Sendable {
    /// The engagement as it is shown.
    public let engagement: EngagementRecord

    /// The acts on an engagement.
    public init(on engagement: EngagementRecord) { self.engagement = engagement }

    /// Moves the engagement to its next state, or back.
    ///
    /// - Throws: `noEngagementStep`; `reasonMissing` where the step takes one.
    public func step(to state: WireText, reason: WireText? = nil) throws(ActRefusal) -> Edit {
        let cycle = LifeCycle.engagement
        let from = engagement.state ?? cycle.initial
        let open = cycle.next(from: from)
        guard open.contains(state), let step = cycle.step(from: from, to: state) else {
            throw .noEngagementStep(from: from, to: state, open: open)
        }
        if step.needsReason, (reason ?? "").isEmpty { throw .reasonMissing(.step) }
        var edit = Edit(reason: reason)
        edit.set(.engagement(engagement.id, .state), to: .string(state))
        return edit
    }
}
