package import ConcordDiff

/// Whether a write has effect.
package enum Effect: Hashable, Sendable {
    /// It counts.
    case effective
    /// It is a candidate that replaces nothing of others and is never shown over another's value.
    case proposal
    /// It is not shown and replaces nothing.
    case void(VoidReason)

    /// Whether it is a candidate at all.
    package var counts: Bool {
        if case .void = self { return false }
        return true
    }

    /// Whether it is void until somebody admits it.
    var canBeAdmitted: Bool {
        guard case .void(let reason) = self else { return false }
        return reason.canBeAdmitted
    }

    /// Why it is void, if it is.
    package var voidReason: VoidReason? {
        if case .void(let reason) = self { return reason }
        return nil
    }
}
