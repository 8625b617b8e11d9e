import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// Some findings, and what counts of them.
struct FoundFindings {
    let findings: [FindingRecord]
    let totals: AuditTotals
}

extension NameLookup {
    /// The findings of a list, in their order. A list of a few reads those few.
    func findings(_ filter: FindingFilter) throws -> FoundFindings {
        let part = try totals(of: try ids(of: filter))
        let found = part.audit.findings.filter { filter.lets($0, contested: view.contested) }
        return FoundFindings(findings: found, totals: part)
    }

    /// The findings that a filter may let through; nil for all.
    private func ids(of filter: FindingFilter) throws -> Set<WireText>? {
        var found: [Set<WireText>] = []
        if filter.isContested {
            let records = view.conflicts.map(\.path.record)
            let owners = records.compactMap { view.criterion(id: $0)?.finding.id }
            found.append(Set(records + owners))
        }
        if let state = filter.state {
            found.append(Set(try view.moment.findings(inState: state)))
        }
        if let standard = filter.standard {
            found.append(Set(try view.moment.findings(citing: standard)))
        }
        guard let first = found.first else { return nil }
        return found.dropFirst().reduce(first) { $0.intersection($1) }
    }

    /// What counts of some findings; of all for nil, and where it is faster to read all.
    private func totals(of ids: Set<WireText>?) throws -> AuditTotals {
        guard let ids else { return view.totals }
        let count = try view.moment.findingCount()
        if ids.count > Self.fewMax, ids.count * 4 > count { return view.totals }
        // Those with a grade that is only proposed, which may count in one of the list.
        let candidates = view.conflicts.flatMap(\.candidates).compactMap(\.path)
            .compactMap { CellPath($0) }
        let paths = view.proposals.map(\.path) + view.conflicts.map(\.path) + candidates
        var known = ids
        for path in paths where path.kind == Schema.criterion.name {
            var next = view.criterion(id: path.record)?.finding
            while let finding = next, known.insert(finding.id).inserted {
                next = finding.duplicateOf.flatMap { view.finding(id: $0) }
            }
        }
        return AuditTotals(
            of: try view.partState(of: known),
            conflicts: view.conflicts,
            proposals: view.proposals.map(\.path)
        )
    }

    /// Up to so many findings are read one by one.
    private static let fewMax = 500
}
