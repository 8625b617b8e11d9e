public import ConcordDiff

/// An operation that has no effect, and why.
public struct IneffectiveWrite: Hashable, Sendable {
    /// Where it would have counted.
    public let path: CellPath
    /// Why it does not.
    public let reason: VoidReason

    /// A write of `path` that has no effect for `reason`.
    public init(path: CellPath, reason: VoidReason) {
        self.path = path
        self.reason = reason
    }
}

/// Why a save was rolled back: its result would have differed from what its author asked for.
///
/// Nothing was written. A caller may save again and ask to keep writes without effect, so that a
/// leader can admit them. A text that differs from what was typed is never kept.
public struct SaveRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What would have had no effect, in the order of the cells.
    public let voided: [IneffectiveWrite]
    /// The texts that would have come out other than typed.
    public let texts: [CellPath]

    /// A refusal; one of the two lists is not empty.
    public init(voided: [IneffectiveWrite], texts: [CellPath]) {
        self.voided = voided
        self.texts = texts
    }

    /// Whether a leader could give effect to all of it, had it been kept.
    public var canBeAdmitted: Bool {
        texts.isEmpty && voided.allSatisfy { $0.reason.canBeAdmitted(at: $0.path) }
    }

    /// The refused writes, place by place.
    public var description: String {
        let voids = voided.map { "\($0.path) would have no effect (\($0.reason.rawValue))" }
        let garbled = texts.map { "\($0) would differ from what was typed" }
        return "nothing was saved: " + (voids + garbled).joined(separator: "; ")
    }
}
