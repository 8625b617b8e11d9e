public import ConcordEncoding
public import ConcordModel

/// Which findings a list is of; each part that is given narrows it.
public struct FindingFilter: Hashable, Sendable {
    /// Only findings in this state.
    public var state: WireText?
    /// Only findings that cite this standard.
    public var standard: WireText?
    /// Only findings with an open conflict, about themselves or one of their criteria.
    public var isContested: Bool

    /// A filter; without parts all findings.
    public init(state: WireText? = nil, standard: WireText? = nil, isContested: Bool = false) {
        self.state = state
        self.standard = standard
        self.isContested = isContested
    }

    /// Whether the list contains a finding.
    ///
    /// - Parameter contested: the ids of the records with an open conflict.
    public func lets(_ finding: FindingRecord, contested: Set<WireText>) -> Bool {
        (state == nil || finding.state == state)
            && (standard.map { finding.standards.contains($0) } ?? true)
            && (!isContested || contested.contains(finding.id)
                || finding.criteria.contains { contested.contains($0.id) })
    }
}
