public import ConcordDiff
public import ConcordEncoding

/// A save that came in, with what of it has effect.
public struct NewSave: Hashable, Sendable, Identifiable {
    /// The diff.
    public let id: DiffID
    /// Whose chain it stands in, and where.
    public let reference: WriteReference
    /// The time of saving by its author's clock (RFC 3339).
    public let time: WireText
    /// Its operations without those that have no effect, in their order.
    public let operations: [Operation]
    /// How many of its operations have no effect.
    public let voids: Int

    /// A save with what of it has effect.
    public init(
        id: DiffID,
        reference: WriteReference,
        time: WireText,
        operations: [Operation],
        voids: Int
    ) {
        (self.id, self.reference, self.time) = (id, reference, time)
        (self.operations, self.voids) = (operations, voids)
    }
}
