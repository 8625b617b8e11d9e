public import ConcordEncoding
public import ConcordMerge

extension Conflict {
    /// What to resolve the conflict to, for a person who takes the side of `candidate`.
    ///
    /// That is its value, but for two cases. A candidate that wrote elsewhere on the record, beside a step or a removal,
    /// speaks for the record as it is shown. Where a removal stands against edits, the decision is whether
    /// the record stays: `true` keeps it, and nil removes it.
    ///
    /// Of a text, the candidates of a list have no values: take those of `ConflictAccount`.
    public func decision(taking candidate: Candidate) -> JSON? {
        if candidate.isElsewhere(in: self) { return keeping }
        if kind == .removedEdited { return candidate.value == nil ? nil : true }
        return candidate.value
    }

    /// What to resolve the conflict to, for a person who keeps what is shown meanwhile; of a text nil, which accepts
    /// the merged text.
    public var keeping: JSON? {
        switch kind {
        case .removedEdited: true
        case .text: nil
        default: shown
        }
    }
}
