public import ConcordEncoding
public import ConcordModel

/// Where the questions about an audit look findings up: in all that is shown, or in something that reads each finding
/// when it is asked for.
///
/// `Audit` is the first of the two. The second is for whoever asks about a few findings of many, as a command does: what
/// it costs then does not depend on how many there are.
public protocol ShownFindings {
    /// A finding with its criteria; nil where none is shown.
    func finding(_ id: WireText) -> FindingRecord?
    /// The finding that a criterion belongs to, with that criterion.
    func criterion(_ id: WireText) -> (finding: FindingRecord, criterion: CriterionRecord)?
}

extension Audit: ShownFindings {}

extension ShownFindings {
    /// The finding in which another one counts; nil where that does not count.
    func counting(_ finding: FindingRecord) -> FindingRecord? {
        finding.counting { self.finding($0) }
    }
}
