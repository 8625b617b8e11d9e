import ConcordEncoding

// How what an engagement file says becomes arguments of `concord`. The demo and the tests of the file's cases
// type the same.

extension DemoFile {
    /// Captures an item of evidence under the id that it has in the file.
    static func captureArguments(_ item: JSON, as id: String) -> [String] {
        var arguments = [
            "evidence", "add", "--file-id", id, "--kind", item["kind"]?.text ?? "document",
            "--title", item["title"]?.text ?? id,
        ]
        for name in ["source", "content", "place", "sha256", "confidentiality"] {
            if let text = item[WireText(name)]?.text { arguments += ["--\(name)", text] }
        }
        return arguments
    }
}

extension DemoFile.Finding {
    /// Records the finding with these items of evidence.
    func addArguments(evidence: [String]) -> [String] {
        var arguments = ["finding", "add", "--file-id", id]
        for (name, option) in DemoFile.options.sorted(by: { $0.key < $1.key }) {
            if let text = fields[name] { arguments += [option, text] }
        }
        for criterion in criteria { arguments += ["--criterion", criterion.argument] }
        for id in evidence { arguments += ["--evidence", id] }
        if let included { arguments += ["--included-requirement", included] }
        return arguments
    }

    /// The finding before some cases: as in the end, but for what the cases say of before.
    func before(_ cases: [DemoCase]) throws -> Self {
        var base = self
        base.state = "draft"
        for edit in cases.flatMap(\.playableEdits) {
            switch edit.action {
            case .addEvidence(let id): base.evidence.removeAll { $0 == id }
            case .addCriterion(let added):
                base.criteria.removeAll { $0.reference == added.reference }
            default: continue
            }
        }
        for (name, value) in cases.flatMap({ Array($0.base) }) {
            switch name {
            case "evidence": base.evidence = value.arrayValue?.compactMap(\.text) ?? []
            case "criteria":
                base.criteria = try (value.arrayValue ?? []).map { try DemoFile.Criterion($0) }
            case "state": base.state = value.text ?? "draft"
            case _ where DemoFile.options[name.string] != nil: base.fields[name.string] = value.text
            default: base.setGrade(name.string, value)
            }
        }
        return base
    }

    private mutating func setGrade(_ name: String, _ value: JSON) {
        guard let criterion = DemoCase.Edit.criterion(inGradeOf: name) else { return }
        for index in criteria.indices where criteria[index].reference == criterion.reference {
            criteria[index].grade = value.text
        }
    }
}

extension DemoCase.Action {
    /// Does it to a finding or question.
    func arguments(record: String, reason: String) -> [String] {
        let edit = ["finding", "edit", record]
        switch self {
        case .set(let field, let value): return edit + [DemoFile.options[field] ?? "", value]
        case .grade(let criterion), .addCriterion(let criterion):
            return edit + ["--criterion", criterion.argument]
        case .removeCriterion(let criterion):
            return edit + ["--remove-criterion", "\(criterion.standard):\(criterion.clause)"]
        case .addEvidence(let id): return edit + ["--add-evidence", id]
        case .removeEvidence(let id): return edit + ["--remove-evidence", id]
        case .answer(let answer): return ["checklist", "answer", record, answer]
        case .step(let to, let from):
            return Self.step(to, from) + [record]
                + (to == "submitted" || to == "confirmed" ? [] : ["--reason", reason])
        }
    }

    private static func step(_ to: String, _ from: String?) -> [String] {
        switch to {
        case "submitted": ["finding", "submit"]
        case "confirmed": ["finding", "confirm"]
        case "withdrawn": ["finding", "withdraw"]
        default: ["finding", from == "withdrawn" ? "reopen" : "return"]
        }
    }
}
