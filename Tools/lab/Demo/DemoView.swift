import ConcordEncoding

/// What one device shows, as `concord … --json` tells it.
struct DemoView {
    private let findings: [String: JSON]
    private let questions: [String: JSON]
    /// The open conflicts.
    let conflicts: [JSON]

    init(_ auditor: Auditor) throws { try self.init { try auditor.ask($0) } }

    /// What `concord` tells if `ask` runs it with these arguments and `--json`.
    init(_ ask: ([String]) throws -> JSON) throws {
        findings = Self.byFileID(try ask(["finding", "list"])["findings"])
        questions = Self.byFileID(try ask(["checklist", "list"])["items"])
        conflicts = try ask(["conflicts", "list"])["conflicts"]?.arrayValue ?? []
    }

    private static func byFileID(_ list: JSON?) -> [String: JSON] {
        var records: [String: JSON] = [:]
        for record in list?.arrayValue ?? [] {
            if let id = record["fileID"]?.text { records[id] = record }
        }
        return records
    }

    func finding(_ id: String) -> JSON? { findings[id] }
    func question(_ id: String) -> JSON? { questions[id] }

    /// The file's id of the finding or question with a record's id, also of one of its criteria.
    func fileID(ofRecord id: String) -> String? {
        for (fileID, finding) in findings {
            let criteria = finding["criteria"]?.arrayValue ?? []
            if finding["id"]?.text == id
                || criteria.contains(where: { $0["id"]?.text == id })
            {
                return fileID
            }
        }
        return questions.first { $0.value["id"]?.text == id }?.key
    }

    /// The criterion with a record's id.
    func criterion(_ id: String) -> DemoFile.Criterion? {
        for finding in findings.values {
            for criterion in finding["criteria"]?.arrayValue ?? []
            where criterion["id"]?.text == id {
                do { return try DemoFile.Criterion(criterion) } catch { return nil }
            }
        }
        return nil
    }

    /// The conflicts about what some edits of a record touched.
    func conflicts(_ record: String, _ actions: [DemoCase.Action]) -> [JSON] {
        let touched = actions.flatMap { places($0, record) }
        return conflicts.filter { conflict in
            let path = conflict["path"]?.text ?? ""
            return touched.contains { path == $0 || path.hasPrefix($0 + "/") }
        }
    }

    private func places(_ action: DemoCase.Action, _ record: String) -> [String] {
        let finding = "/finding/\(findings[record]?["id"]?.text ?? "")"
        switch action {
        case .set(let field, _): return ["\(finding)/\(field)"]
        case .addEvidence, .removeEvidence: return ["\(finding)/evidence"]
        case .step: return ["\(finding)/state"]
        case .answer:
            return ["/checklistItem/\(questions[record]?["id"]?.text ?? "")/answer"]
        case .grade(let criterion), .addCriterion(let criterion), .removeCriterion(let criterion):
            return (findings[record]?["criteria"]?.arrayValue ?? []).filter {
                $0["standard"]?.text == criterion.standard
                    && $0["clause"]?.text == criterion.clause
            }.compactMap { $0["id"]?.text.map { "/criterion/\($0)" } }
        }
    }

    /// The values of the candidates of some conflicts, sorted.
    func sides(_ conflicts: [JSON]) -> String {
        let values = conflicts.flatMap { $0["candidates"]?.arrayValue ?? [] }
            .compactMap { $0["value"]?.text }
        return Set(values).sorted().joined(separator: ", ")
    }

    /// What is shown meanwhile.
    func shown(_ conflicts: [JSON]) -> String {
        conflicts.compactMap { $0["shown"]?.text }.joined(separator: ", ")
    }

    func text(_ field: String, of record: String) -> String {
        findings[record]?[WireText(field)]?.text ?? ""
    }

    func evidenceIDs(of record: String) -> [String] {
        findings[record]?["evidenceFileIDs"]?.arrayValue?.compactMap(\.text) ?? []
    }

    func evidence(of record: String) -> String {
        evidenceIDs(of: record).sorted().joined(separator: ", ")
    }

    func criteria(of record: String) -> String {
        criteriaList(of: record).map(\.argument).sorted().joined(separator: ", ")
    }

    func criteriaList(of record: String) -> [DemoFile.Criterion] {
        (findings[record]?["criteria"]?.arrayValue ?? []).compactMap { json in
            do { return try DemoFile.Criterion(json) } catch { return nil }
        }
    }
}
