import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordStorage

extension CellCheck {
    /// What a merged finding shows is in the finding that it names: each criterion as severe, each piece of
    /// evidence.
    func mergedProblem(of finding: CellPath) -> String? {
        guard isPresent(finding), shownState(of: finding) == "merged" else { return nil }
        let source = CellPath(kind: finding.kind, record: finding.record, field: "duplicateOf")
        guard let target = cells[source]?.shown?.stringValue else { return nil }
        for part in owned[finding] ?? [] where part.kind == Schema.criterion.name {
            guard isPresent(part), let other = counterpart(of: part.record, in: target) else {
                continue
            }
            let twin = CellPath(kind: part.kind, record: other)
            if twin == part || isPresent(twin) && severity(of: twin) >= severity(of: part) {
                continue
            }
            return "\(finding): merged into \(target), which does not hold \(part)"
        }
        for (path, cell) in cells where path.kind == finding.kind && path.record == finding.record {
            guard path.field == "evidence", path.member != nil, cell.shown != nil else { continue }
            var there = path
            there.record = target
            if cells[there]?.shown != nil { continue }
            return "\(path): merged into \(target), which does not hold it"
        }
        return nil
    }

    private func gradePath(of criterion: CellPath) -> CellPath {
        CellPath(kind: criterion.kind, record: criterion.record, field: "grade")
    }

    /// The rank of the grade that shows, -1 where none does.
    private func severity(of criterion: CellPath) -> Int {
        cells[gradePath(of: criterion)]?.shown?.stringValue
            .flatMap(Schema.grades.firstIndex(of:)) ?? -1
    }

    /// The criterion of another finding for the same clause.
    func counterpart(of criterion: WireText, in finding: WireText) -> WireText? {
        func value(_ field: WireText) -> WireText? {
            let path = CellPath(kind: Schema.criterion.name, record: criterion, field: field)
            return cells[path]?.survivors.first?.value?.stringValue
        }
        guard let standard = value("standard"), let clause = value("clause") else { return nil }
        return DerivedID.criterion(finding: finding, standard: standard, clause: clause)
    }
}
