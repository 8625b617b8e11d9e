public import ConcordEncoding

/// One numbered clause of a standard: its number and title, never the text of its requirement.
///
/// Numbers and titles are facts; requirement text is protected by copyright and is not shipped.
public struct Clause: Hashable, Sendable {
    /// The number as the standard prints it, such as "7.5.4" or "A.5.1".
    public let number: WireText
    /// The title as the standard prints it.
    public let title: WireText
    /// The number of the clause that contains it; nil for a top clause.
    public let parent: WireText?
    /// Whether it holds requirements that an audit can be made against.
    public let isAuditable: Bool
    /// Whether it has no clause below it.
    public let isLeaf: Bool
    /// Its place in the standard, counted from 0.
    public let order: Int

    /// Whether coverage counts it: findings cite leaves, and only what can be audited is covered.
    public var isAuditableLeaf: Bool { isAuditable && isLeaf }
}
